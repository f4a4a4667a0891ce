import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Parameter, Slab } from "../../src/tensor/mod.ts";
import { EpochAverage, MovingAverage } from "../../src/train/average.ts";
import { NonMonotonicAverage } from "../../src/train/non_monotonic_average.ts";

function makeSlab(): { slab: Slab; parameter: Parameter } {
  const parameter = new Parameter([2], { values: [1, -1] });
  return { slab: new Slab([parameter]), parameter };
}

Deno.test("a moving average follows its decay, and moves faster in the first steps", () => {
  const { slab, parameter } = makeSlab();
  const average = new MovingAverage(slab, 0.9);
  let expected = 1;
  for (let step = 1; step <= 200; step++) {
    parameter.assign([step, 0]);
    average.observe(step);
    const decay = Math.min(0.9, (1 + step) / (10 + step));
    expected = decay * expected + (1 - decay) * step;
    assertAlmostEquals(average.toArray()[0] / expected, 1, 1e-5);
  }
});

Deno.test("exchange swaps in the average, and a second exchange swaps it out", () => {
  const { slab, parameter } = makeSlab();
  const average = new MovingAverage(slab, 0.5);
  parameter.assign([5, 5]);
  const { version } = parameter;
  average.exchange();
  assertEquals([...parameter.toArray()], [1, -1]);
  assertEquals(parameter.version > version, true, "what was derived from the values is computed anew");
  average.exchange();
  assertEquals([...parameter.toArray()], [5, 5]);
  assertEquals([...average.toArray().slice(0, 2)], [1, -1]);
});

Deno.test("a moving average continues from a copy, and refuses one of another length", () => {
  const { slab } = makeSlab();
  const average = new MovingAverage(slab, 0.5);
  const copy = average.toArray().map((x) => x + 1);
  average.restore(copy);
  assertEquals(average.toArray(), copy);
  assertThrows(() => average.restore(new Float32Array(3)), RangeError, `expected ${slab.size} values, found 3`);
});

Deno.test("an epoch average is the mean of the last epochs' final values and the current ones", () => {
  const { slab, parameter } = makeSlab();
  const average = new EpochAverage(slab, 3);
  const found: number[] = [];
  for (const value of [6, 3, 0, 9, 30]) {
    parameter.assign([value, 0]);
    average.observe();
    average.exchange();
    found.push(parameter.toArray()[0]);
    average.exchange();
    assertEquals([...parameter.toArray()], [value, 0]);
    average.endEpoch();
    average.exchange();
    assertEquals(parameter.toArray()[0], found.at(-1), "the end of an epoch counts once");
    average.exchange();
  }
  assertEquals(found, [6, 4.5, 3, 4, 13]);
});

Deno.test("an epoch average continues from a copy, and refuses one of a wrong length", () => {
  const { slab, parameter } = makeSlab();
  const [average, other] = [new EpochAverage(slab, 3), new EpochAverage(slab, 3)];
  for (const value of [1, 2, 3]) {
    parameter.assign([value, value]);
    average.endEpoch();
  }
  assertEquals([...average.toArray()].filter((_, i) => i % slab.size === 0), [1, 2, 3]);
  other.restore(average.toArray());
  parameter.assign([7, 7]);
  other.exchange();
  assertEquals(parameter.toArray()[0], 4);
  other.exchange();
  assertThrows(() => other.restore(new Float32Array(1)), RangeError, "expected at most 3 times");
  assertThrows(() => other.restore(new Float32Array(4 * slab.size)), RangeError, "expected at most 3 times");
});

Deno.test("a non-monotonic average begins when the loss exceeds the lowest of all but the last ones", () => {
  const { slab, parameter } = makeSlab();
  const average = new NonMonotonicAverage(slab, 2);
  const found: number[] = [];
  let step = 0;
  // 3.2 is compared with 4, and 3.1 with 3.
  for (const loss of [4, 3, 3.5, 3.2, 3.1, 9]) {
    for (const _ of [1, 2]) {
      parameter.assign([++step, 0]);
      average.observe();
    }
    average.exchange();
    found.push(parameter.toArray()[0]);
    average.exchange();
    assertEquals(parameter.toArray()[0], step);
    average.endEpoch(loss);
  }
  assertEquals(found, [2, 4, 6, 8, 10, (11 + 12) / 2]);
});

Deno.test("a non-monotonic average does not begin without losses, or while they fall", () => {
  for (const losses of [[5, 4, 3, 2, 1], [1, NaN, NaN, NaN, NaN], [undefined, undefined, undefined, undefined]]) {
    const { slab, parameter } = makeSlab();
    const average = new NonMonotonicAverage(slab, 1);
    for (const loss of losses) average.endEpoch(loss);
    average.observe();
    parameter.assign([7, 7]);
    average.exchange();
    assertEquals(parameter.toArray()[0], 7);
  }
});

Deno.test("a non-monotonic average does not compare losses with those that it has to forget", () => {
  const { slab } = makeSlab();
  const average = new NonMonotonicAverage(slab, 1);
  for (const loss of [2, 1]) average.endEpoch(loss);
  average.forgetLosses();
  assertEquals(average.toArray(), Float32Array.of(-1));
  for (const loss of [9, 8]) average.endEpoch(loss);
  assertEquals(average.toArray(), Float32Array.of(-1, 9, 8));
});

Deno.test("a non-monotonic average continues from a copy at any time, and refuses one that does not fit", () => {
  const losses = [4, 3.1, 3.5, 2.9, 2.95, 9, 9];
  const run = (stop: number): Float32Array => {
    const { slab, parameter } = makeSlab();
    let average = new NonMonotonicAverage(slab, 2);
    for (const [epoch, loss] of losses.entries()) {
      parameter.assign([epoch, 1 / (epoch + 1)]);
      average.observe();
      average.endEpoch(loss);
      if (epoch !== stop) continue;
      const copy = average.toArray();
      assertEquals(copy.every(Number.isFinite), true);
      average = new NonMonotonicAverage(slab, 2);
      average.restore(copy);
      assertEquals(average.toArray(), copy);
    }
    return average.toArray();
  };
  const whole = run(-1);
  assertEquals(whole[0], 1, "the average begins with the last epoch");
  for (const stop of losses.keys()) assertEquals(run(stop), whole, `after epoch ${stop}`);
  const average = new NonMonotonicAverage(makeSlab().slab, 2);
  assertThrows(() => average.restore(Float32Array.of(1, 2)), RangeError, "values, found 1");
  assertThrows(() => average.restore(Float32Array.of(-1, 1, 2, 3, 4)), RangeError, "at most 3 losses, found 4");
});
