import process from "node:process";
import type { WorkerOptions } from "node:worker_threads";
import { assertEquals, assertGreater, assertStrictEquals, assertThrows } from "@std/assert";
import { isInputError } from "../../errors.ts";
import { type Address, Engine } from "../../src/engine/mod.ts";

const FLOATS = 1 << 20;

/** Runs `body` with workers in whose source `instead` replaces `text`. */
async function withWorkers(text: string, instead: string, body: () => Promise<void>): Promise<void> {
  const threads = process.getBuiltinModule("node:worker_threads");
  const { Worker: Real } = threads;
  threads.Worker = class extends Real {
    constructor(source: string | URL, options?: WorkerOptions) {
      const [before, after] = String(source).split(text);
      assertGreater(after?.length, 0, `the worker's text has ${text}`);
      super(before + instead + after, options);
    }
  };
  try {
    await body();
  } finally {
    threads.Worker = Real;
  }
}

const CALL = "functions[kernel](...given);";

/** Starts an engine and waits for all of its workers. */
async function started(threads: number): Promise<Engine> {
  const engine = new Engine({ threads });
  await engine.ready();
  assertEquals([engine.threads, engine.isReady], [threads, true]);
  return engine;
}

/** Runs a kernel that all threads share. */
function fill(engine: Engine, address: Address, value = 1): void {
  engine.run("fill", FLOATS, value, address);
}

/**
 * Asserts that a kernel fails with a message, that every later one fails too, and that one thread continues after
 * disposal.
 */
function assertStops(engine: Engine, message: string): void {
  const { address } = engine.allocate(4);
  const large = engine.memory.allocate(FLOATS * 4);
  const error = assertThrows(() => fill(engine, large), RangeError, message);
  assertEquals(error.message.includes("\n"), false);
  assertStrictEquals(assertThrows(() => fill(engine, large)), error);
  engine[Symbol.dispose]();
  engine[Symbol.dispose]();
  fill(engine, large, 3);
  engine.run("fill", 1, 2, address);
  const values = engine.floats(large, FLOATS);
  assertEquals([engine.threads, values.every((value) => value === 3), engine.floats(address, 1)[0]], [1, true, 2]);
}

// Deno cannot terminate a worker while it runs; tests/runtimes/ tests terminate() in Node.js and in a page.

Deno.test("a worker that closes itself stops the run", async () => {
  await withWorkers(CALL, "globalThis.process.exit(); return;", async () => {
    assertStops(await started(2), "run fill: expected a worker to answer, found none after");
  });
});

Deno.test("a worker that never answers stops the run", async () => {
  await withWorkers(CALL, "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5000); return;", async () => {
    assertStops(await started(2), "run fill: expected a worker to answer, found none after");
  });
});

Deno.test("an exception in a worker fails its kernel, and others run", async () => {
  await withWorkers(CALL, `if (given[1] === 7) throw new TypeError("no luck\\ntoday"); ${CALL}`, async () => {
    using engine = await started(3);
    const large = engine.memory.allocate(FLOATS * 4);
    for (const value of [3, 2]) {
      const error = assertThrows(() => fill(engine, large, 7), RangeError, "run fill: expected worker ");
      assertEquals(error.message.split(" to do ")[1], "its share, found TypeError: no luck");
      assertEquals(isInputError(error), false, "it is a fault of the program");
      fill(engine, large, value);
      assertEquals([engine.threads, engine.floats(large, FLOATS).every((found) => found === value)], [3, true]);
    }
  });
});

Deno.test("an exception outside of a kernel stops the run and is not reported as unhandled", async () => {
  await withWorkers(CALL, `} finally { throw new TypeError("gone"); } try {`, async () => {
    const engine = await started(2);
    const address = engine.memory.allocate(FLOATS * 4);
    assertThrows(() => fill(engine, address), RangeError, "found none after");
    await new Promise((resolve) => setTimeout(resolve, 50));
    assertThrows(() => fill(engine, address), RangeError, "found none after");
    engine[Symbol.dispose]();
  });
});

Deno.test("a worker that ends between two kernels stops the run as soon as the event arrives", async () => {
  const wait = "while (Atomics.load(words, 0) === seen) Atomics.wait(words, 0, seen);";
  await withWorkers(wait, `throw new TypeError("gone");`, async () => {
    const engine = await started(2);
    await new Promise((resolve) => setTimeout(resolve, 300));
    assertStops(engine, "run kernels: expected a worker to answer, found one that ended: ");
  });
});

Deno.test("a trap in one worker's share or in all shares stops the engine for good", async () => {
  for (const inside of [FLOATS / 2, 0]) {
    const engine = await started(2);
    engine.memory.allocate(FLOATS * 4);
    const outside = engine.memory.bytes - inside * 4 as Address;
    const { address } = engine.allocate(4);
    const error = assertThrows(
      () => fill(engine, outside),
      RangeError,
      "run fill: expected a worker to answer, found worker 1 stopped by RuntimeError: memory access out of bounds",
    );
    const small = (): void => engine.run("fill", 1, 2, address);
    assertStrictEquals(assertThrows(small), error);
    engine[Symbol.dispose]();
    assertStrictEquals(assertThrows(small), error);
  }
});

Deno.test("a trap in the main thread's share stops the engine for good, whatever the workers report", async () => {
  for (const instead of [`throw new TypeError("no luck");`, "globalThis.process.exit(); return;"]) {
    await withWorkers(CALL, instead, async () => {
      const engine = await started(2);
      const { address } = engine.allocate(4);
      const error = assertThrows(() => fill(engine, engine.memory.bytes as Address), RangeError);
      assertStrictEquals(assertThrows(() => engine.run("fill", 1, 2, address)), error);
      engine[Symbol.dispose]();
    });
  }
});
