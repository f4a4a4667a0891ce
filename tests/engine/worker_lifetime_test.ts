import { assertEquals, assertLess } from "@std/assert";
import { Engine } from "../../src/engine/mod.ts";
import { train } from "../runtimes/training.ts";

const ENGINE = new URL("../../src/engine/mod.ts", import.meta.url).href;

/** Waits up to 10 seconds for a condition; returns whether it holds. */
async function becomesTrue(condition: () => boolean | Promise<boolean>): Promise<boolean> {
  for (let i = 0; i < 1000; i++) {
    if (await condition()) return true;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return false;
}

/** Returns the number of threads of this process, or undefined if the system does not report it. */
async function threadsOfProcess(): Promise<number | undefined> {
  if (Deno.build.os !== "linux") return undefined;
  const { stdout } = await new Deno.Command("ls", { args: [`/proc/${Deno.pid}/task`] }).output();
  return new TextDecoder().decode(stdout).trim().split("\n").length;
}

Deno.test("an engine can be disposed of at any time, even twice", async () => {
  for (const wait of [0, 1, 5, 20]) {
    using engine = new Engine({ threads: 3 });
    const ready = engine.ready();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    engine[Symbol.dispose]();
    await ready;
    assertEquals([engine.threads, engine.isReady], [1, true]);
  }
});

Deno.test("workers start when there is enough work, or with ready", async () => {
  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 100));
  const FLOATS = 1 << 20;
  using engine = new Engine({ threads: 2 });
  const address = engine.memory.allocate(FLOATS * 4);
  engine.run("fill", FLOATS, 1, address);
  await pause();
  assertEquals([engine.threads, engine.isReady], [2, false]);
  for (let i = 0; i < 10; i++) engine.run("fill", FLOATS, i, address);
  assertEquals(await becomesTrue(() => engine.isReady), true);

  using asked = new Engine({ threads: 2 });
  await asked.ready();
  assertEquals(asked.isReady, true);
});

Deno.test("disposed engines leave no threads behind", async () => {
  const before = await threadsOfProcess();
  for (let i = 0; i < 30; i++) {
    using engine = new Engine({ threads: 3 });
    if (i % 3 === 0) continue;
    await engine.ready();
    const address = engine.memory.allocate(1 << 20);
    if (i % 3 === 1) engine.run("fill", 1 << 18, i, address);
  }
  if (before === undefined) return;
  let after = Infinity;
  await becomesTrue(async () => (after = (await threadsOfProcess())!) < before + 10);
  assertLess(after, before + 10, "of 60 workers");
});

Deno.test("a program that uses an engine exits by itself", async () => {
  const program = `
    const { Engine } = await import(${JSON.stringify(ENGINE)});
    {
      using engine = new Engine({ threads: 3 });
      await engine.ready();
      engine.run("fill", 1 << 18, 1, engine.memory.allocate(1 << 20));
      console.log(engine.threads);
    }
    {
      using starting = new Engine({ threads: 2 });
    }`;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args: ["eval", program] }).output();
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  assertEquals([code, text(stdout), text(stderr)], [0, "3\n", ""]);
});

Deno.test("a program that never disposes of its engines exits by itself, without permissions", async () => {
  const program = new URL("undisposed_program.ts", import.meta.url).pathname;
  const { code, signal, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--no-prompt", program],
    signal: AbortSignal.timeout(60_000),
  }).output();
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  const { digest } = train(new Engine());
  assertEquals([code, signal, text(stdout), text(stderr)], [0, null, `2 ${digest}\n`, ""]);
});
