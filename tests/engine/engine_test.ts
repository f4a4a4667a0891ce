import { assert, assertEquals, assertNotEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { Engine } from "../../src/engine/mod.ts";
import { bestBuild } from "../../src/kernels/mod.ts";
import { collectGarbage } from "../support/collect_garbage.ts";

Deno.test("the default engine is a singleton with the fastest build", () => {
  assertStrictEquals(Engine.default(), Engine.default());
  assertEquals(Engine.default().build, bestBuild());
  for (const build of ["plain", "relaxed"] as const) assertEquals(new Engine({ build }).build, build);
});

Deno.test("an engine runs kernels on its memory", () => {
  const engine = new Engine();
  const { address } = engine.allocate(5 * 4);
  engine.run("fill", 4, 2.5, address);
  assertEquals(engine.floats(address, 5), Float32Array.of(2.5, 2.5, 2.5, 2.5, 0));
});

Deno.test("engines do not share memory", () => {
  const [one, other] = [new Engine(), new Engine()];
  const { address } = one.allocate(4);
  assertEquals(other.allocate(4).address, address);
  one.run("fill", 1, 1, address);
  assertEquals(other.floats(address, 1)[0], 0);
});

Deno.test("an engine's blocks are zeroed, even when memory is reused", () => {
  const engine = new Engine();
  const block = engine.allocate(400);
  const { address } = block;
  engine.run("fill", 100, 7, address);
  engine.release(block);
  const again = engine.allocate(400);
  assertEquals(again.address, address);
  assertEquals(engine.floats(again.address, 100), new Float32Array(100));
});

Deno.test("releasing a block twice throws", () => {
  const engine = new Engine();
  const block = engine.allocate(4);
  engine.release(block);
  assertThrows(() => engine.release(block), RangeError, "release memory");
  assertThrows(() => block.address, RangeError, "found one that has been freed");
});

Deno.test("placeIntegers copies integers into the arena", () => {
  const engine = new Engine();
  const address = engine.placeIntegers(Int32Array.of(-1, 2 ** 31 - 1));
  assertEquals(Array.from(new Int32Array(engine.floats(address, 2).slice().buffer)), [-1, 2 ** 31 - 1]);
});

Deno.test("an unreachable block is freed", async () => {
  const engine = new Engine();
  const address = (() => engine.allocate(4096).address)();
  assertNotEquals(engine.allocate(4096).address, address);
  await collectGarbage();
  assertEquals(engine.allocate(4096).address, address);
});

Deno.test("a released block is not freed again when it becomes unreachable", async () => {
  const engine = new Engine();
  const address = (() => {
    const block = engine.allocate(4096);
    const { address } = block;
    engine.release(block);
    return address;
  })();
  const holder = engine.allocate(4096);
  assertEquals(holder.address, address);
  await collectGarbage();
  assert(engine.allocate(4096).address !== holder.address);
});
