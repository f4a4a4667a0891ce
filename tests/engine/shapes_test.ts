import { assertEquals, assertThrows } from "@std/assert";
import { RepeatedStep } from "../../src/engine/mod.ts";
import { Embedding, Engine, initialiseOrthogonal, Parameter, Random } from "../../src/nn/mod.ts";

Deno.test("a shapes engine uses no memory, and all values read as zeros", () => {
  const engine = Engine.shapes();
  const [one, other] = [engine.allocate(2 ** 40), engine.allocate(5)];
  assertEquals(engine.keptBytes, 2 ** 40 + 64);
  assertEquals(other.address - one.address, 2 ** 40);
  engine.run("fill", 2 ** 38, 7, one.address);
  engine.change(one.address, 1, () => {
    throw new RangeError("nothing is written");
  });
  assertEquals(engine.floats(one.address, 3), new Float32Array(3));
  engine.release(one);
  assertEquals(engine.keptBytes, 64);
  assertThrows(() => engine.release(one), RangeError, "release memory: expected a block in use");
  assertEquals([engine.threads, engine.isReady, engine.blas, engine.gemm], [1, true, undefined, "none (shapes only)"]);
});

Deno.test("a shapes engine multiplies the numbers that it is asked for", () => {
  assertEquals(Engine.shapes().precision, "float32");
  assertEquals(Engine.shapes({ precision: "bf16" }).precision, "bf16");
  const wrong = { precision: "bf8" } as unknown as { readonly precision: "bf16" };
  assertThrows(() => Engine.shapes(wrong), RangeError, "make an engine of shapes: expected precision to be");
});

Deno.test("a shapes engine builds huge layers instantly", () => {
  const engine = Engine.shapes();
  // A loop over the elements would take minutes. The size is odd, because odd counts of normal numbers are drawn in the
  // arena.
  const { weight } = new Embedding({ size: 10_000_001, width: 1001, engine });
  initialiseOrthogonal(new Parameter([4000, 1000], { engine }), new Random(1, { engine }), 1, 4);
  assertEquals(weight.size, 10_010_001_001);
});

Deno.test("a shapes engine supports repeated steps", () => {
  const engine = Engine.shapes();
  let runs = 0;
  const step = new RepeatedStep(engine, () => {
    runs++;
    engine.run("fill", 1, 0, engine.placeIntegers(Int32Array.of(1)));
  });
  for (let i = 0; i < 5; i++) step.run();
  assertEquals(runs, 2);
});

Deno.test("keptBytes counts the blocks and stepBytes the arena of a real engine", () => {
  const engine = new Engine();
  assertEquals(engine.keptBytes, 0);
  const block = engine.allocate(100);
  assertEquals(engine.keptBytes, 128);
  const mark = engine.arena.mark();
  engine.arena.allocate(1000);
  engine.arena.reset(mark);
  engine.arena.allocate(10);
  assertEquals([engine.keptBytes, engine.stepBytes], [128, 1024]);
  engine.release(block);
  assertEquals(engine.keptBytes, 0);
});
