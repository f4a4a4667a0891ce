import { assert, assertEquals, assertLess, assertThrows } from "@std/assert";
import { ClassSampler, Linear, Random, tensor, training } from "../../src/nn/mod.ts";
import { randomIntegers } from "../support/floats.ts";

const COUNTS = [400, 200, 100, 50, 25, 12, 6, 3, 2, 2];

Deno.test("a sample has the classes of all targets, ascending and once each, and about as many others as asked for", () => {
  const V = 5000;
  const sampler = new ClassSampler({ counts: new Float64Array(V).fill(1), samples: 400 });
  const targets = randomIntegers(3, 300, -1, V);
  const { classes, targets: places, shifts } = sampler.draw(targets, new Random(5));
  assertEquals(classes, classes.toSorted());
  assertEquals(new Set(classes).size, classes.length);
  assertEquals(shifts.length, classes.length);
  assertEquals(places.map((place) => place < 0 ? place : classes[place]), targets);
  const others = classes.length - new Set(targets.filter((id) => id >= 0)).size;
  // 400 of 5000, of which 6 % are among the targets; three standard deviations of a binomial distribution.
  assertLess(Math.abs(others - 0.94 * 400), 3 * Math.sqrt(0.94 * 400 * (1 - 400 / V)));
});

Deno.test("the same seed and stream draw the same sample, another stream another one", () => {
  const sampler = new ClassSampler({ counts: new Float64Array(500).fill(1), samples: 50 });
  const draw = (stream: number): Int32Array => sampler.draw(Int32Array.of(1, 2), new Random(5, { stream })).classes;
  assertEquals(draw(7), draw(7));
  assert(draw(7).join() !== draw(8).join());
});

Deno.test("a sample keeps its classes when the next is drawn, and a refused one takes no numbers", () => {
  const sampler = new ClassSampler({ counts: new Float64Array(500).fill(1), samples: 50 });
  const random = new Random(5);
  const first = sampler.draw(Int32Array.of(1, 2), random);
  const copy = structuredClone(first);
  assertThrows(() => sampler.draw(Int32Array.of(500), random), RangeError, "expected targets below 500, found 500");
  assertEquals(random.stream, 1);
  assert(sampler.draw(Int32Array.of(400), random).classes.join() !== copy.classes.join());
  assertEquals(first, copy);
});

Deno.test("the share of samples that have a class is the probability that its shift stands for", () => {
  const [rows, draws] = [6, 4000];
  const sampler = new ClassSampler({ counts: COUNTS, samples: 3 });
  const [random, targetsOf] = [new Random(11), drawTargets(COUNTS, 12)];
  const found = new Float64Array(COUNTS.length);
  const shifts = new Float64Array(COUNTS.length);
  for (let i = 0; i < draws; i++) {
    // The targets of the other rows of a sample of `rows` rows.
    const targets = targetsOf(rows - 1);
    const sample = sampler.draw(Int32Array.of(...targets, targets[0]), random);
    sample.classes.forEach((id, place) => [found[id], shifts[id]] = [found[id] + 1, sample.shifts[place]]);
  }
  found.forEach((count, id) => {
    const expected = Math.exp(-shifts[id]);
    const deviation = Math.sqrt(expected * (1 - expected) / draws);
    assertLess(Math.abs(count / draws - expected), 4 * deviation + 1e-6, `class ${id}`);
  });
});

Deno.test("the mean gradient of the sampled loss is 0 where the logits are those of the data", () => {
  const V = COUNTS.length;
  const sampler = new ClassSampler({ counts: COUNTS, samples: 3 });
  const [random, targetsOf] = [new Random(21), drawTargets(COUNTS, 22)];
  const layer = new Linear({ input: 1, output: V });
  layer.weight.assign(new Float32Array(V));
  layer.bias!.assign(Float32Array.from(COUNTS, Math.log));
  const [rows, draws] = [8, 3000];
  const gradients = Array.from({ length: draws }, () => {
    layer.bias!.zeroGradient();
    return training(() => {
      const x = tensor(new Float32Array(rows).fill(1), [rows, 1]);
      layer.sampledLoss(x, sampler.draw(targetsOf(rows), random)).backward();
      return layer.bias!.gradients();
    });
  });
  for (let id = 0; id < V; id++) {
    const own = gradients.map((gradient) => gradient[id]);
    const mean = own.reduce((sum, value) => sum + value, 0) / draws;
    const variance = own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws;
    assertLess(Math.abs(mean), 4 * Math.sqrt(variance / draws), `class ${id}`);
  }
});

Deno.test("counts, numbers of samples and targets that do not fit are refused", () => {
  const make = (counts: ArrayLike<number>, samples: number) => () => new ClassSampler({ counts, samples });
  const range = "sample classes: expected more than 0 and fewer than 10 samples of 10 classes, found ";
  assertThrows(make(COUNTS, 10), RangeError, `${range}10`);
  assertThrows(make(COUNTS, 0), RangeError, `${range}0`);
  assertThrows(make(COUNTS, NaN), RangeError, `${range}NaN`);
  const empty = "sample classes: expected counts with a positive sum, found 0";
  assertThrows(make([0, 0, 0], 1), RangeError, empty);
  const sampler = new ClassSampler({ counts: COUNTS, samples: 3 });
  const draw = (): unknown => sampler.draw(Int32Array.of(3, 10), new Random(1));
  assertThrows(draw, RangeError, "sample classes: expected targets below 10, found 10");
});

/** Returns a function that draws targets from counts. */
function drawTargets(counts: readonly number[], seed: number): (rows: number) => Int32Array {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const random = new Random(seed);
  return (rows) =>
    Int32Array.from(random.uniform(rows, 0, total), (number) => {
      let id = 0;
      for (let sum = counts[0]; sum <= number && id < counts.length - 1; sum += counts[++id]);
      return id;
    });
}
