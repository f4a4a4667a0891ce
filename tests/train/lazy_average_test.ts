import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Adam } from "../../src/optim/mod.ts";
import { gather, Parameter, sum, training } from "../../src/nn/mod.ts";
import { MovingAverage } from "../../src/train/average.ts";
import { LazyMovingAverage } from "../../src/train/lazy_average.ts";
import { randomFloats, randomIntegers } from "../support/floats.ts";

const [ROWS, WIDTH] = [20, 5];

/** A table of which each step of training uses a few rows, and its averages. */
function makeRun() {
  const table = new Parameter([ROWS, WIDTH], { values: randomFloats(1, ROWS * WIDTH) });
  const optimizer = new Adam([table], { learningRate: 0.1, lazy: true });
  const [exact, lazy] = [new MovingAverage(optimizer.slab, 0.7), new LazyMovingAverage(optimizer.slab, 0.7)];
  const step = (index: number): void => {
    optimizer.zeroGradients();
    training(() => sum(gather(table, randomIntegers(index, 2, 0, ROWS))).backward());
    lazy.prepare();
    optimizer.step();
    for (const average of [exact, lazy]) average.observe(index);
  };
  const averaged = (): Float32Array => {
    lazy.exchange();
    const values = table.toArray();
    lazy.exchange();
    return values;
  };
  return { table, exact, lazy, step, averaged };
}

Deno.test("the lazy average is the moving average, also of rows that steps leave alone", () => {
  const { table, exact, step, averaged } = makeRun();
  for (let index = 1; index <= 200; index++) {
    step(index);
    const own = table.toArray();
    averaged().forEach((average, i) => assertAlmostEquals(average, exact.toArray()[i], 1e-5));
    assertEquals(table.toArray(), own, "a second exchange restores every bit");
  }
});

Deno.test("a lazy average continues from a copy with the same bits, and from a moving average", () => {
  const { table, exact, lazy, step, averaged } = makeRun();
  for (let index = 1; index <= 7; index++) step(index);
  const [copy, own, before] = [lazy.toArray(), table.toArray(), averaged()];
  assert(copy.at(-1)! < 1, "the copy ends with the product of the decays");
  lazy.restore(new Float32Array(copy.length), own);
  assertEquals(averaged(), own);
  lazy.restore(copy, own);
  assertEquals(averaged(), before);
  lazy.restore(exact.toArray(), Float32Array.from({ length: copy.length - 1 }, (_, i) => own[i] ?? 0));
  averaged().forEach((average, i) => assertAlmostEquals(average, before[i], 1e-6));
  assertThrows(() => lazy.restore(new Float32Array(3), own), RangeError, `expected ${copy.length} values, found 3`);
});
