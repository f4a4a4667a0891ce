import { assert, assertEquals } from "@std/assert";
import { meanLoss } from "../../../../tasks/labels/calibration.ts";
import { blendLogits, fitBlend, SUM } from "../../../../tasks/classification/linear/blend.ts";
import { randomFloats, randomIntegers } from "../../../support/floats.ts";

const TEXTS = 200;
const TARGETS = randomIntegers(1, TEXTS, 0, 3);

/** Logits that are noise plus `strength` for the right label, times `scale`. */
function logitsOf(seed: number, strength: number, scale = 1): Float32Array[] {
  return Array.from(TARGETS, (target, i) => {
    const row = randomFloats(seed * 1000 + i, 3);
    row[target] += strength;
    return row.map((logit) => scale * logit);
  });
}

Deno.test("the fitted factors have the lowest loss of the sum", () => {
  const [network, linear] = [logitsOf(1, 0.6, 4), logitsOf(2, 0.9, 3)];
  const [a, b] = fitBlend(network, linear, TARGETS);
  assert(a > 0 && b > 0);
  const loss = (x: number, y: number): number => TEXTS * meanLoss(blendLogits(network, linear, [x, y]), TARGETS);
  const lowest = loss(a, b);
  for (const [x, y] of [[a + 0.3, b], [a - 0.3, b], [a, b + 0.3], [a, b - 0.3], SUM]) assert(lowest < loss(x, y));
});

Deno.test("a network that knows nothing gets no more than the linear model leaves to it", () => {
  const [noise, linear] = [logitsOf(3, 0), logitsOf(2, 0.9)];
  const opposed = linear.map((row) => row.map((logit) => -logit));
  for (const network of [noise, opposed, linear.map((row) => row.map(() => 0))]) {
    const blend = fitBlend(network, linear, TARGETS);
    assert(blend.every((factor) => factor >= 0 && Number.isFinite(factor)));
    assert(meanLoss(blendLogits(network, linear, blend), TARGETS) <= meanLoss(linear, TARGETS));
  }
  assertEquals(fitBlend(opposed, linear, TARGETS)[0], 0);
});

Deno.test("the factors of perfect predictions stay finite, and a network outweighs a linear model that is wrong", () => {
  const perfect = Array.from(TARGETS, (target) => Float32Array.from([0, 1, 2], (k) => k === target ? 9 : 0));
  const wrong = perfect.map((row) => row.map((logit) => -logit));
  const [more, most] = fitBlend(perfect, perfect, TARGETS);
  assert(more > 0 && more + most < 100 && most >= 1);
  const [network, linear] = fitBlend(perfect, wrong, TARGETS);
  assert(network > linear);
});

Deno.test("a few texts leave the linear model in charge of a network that has hardly learned anything", () => {
  const margins = (all: readonly number[]): Float32Array[] => all.map((margin) => Float32Array.of(margin, 0));
  const [network, linear] = [margins([0.2, 0.2]), margins([0.5, -0.3])];
  const blend = fitBlend(network, linear, Int32Array.of(0, 0));
  assert(blend[0] > 0);
  assertEquals(blendLogits(network, linear, blend).map(([own, other]) => own > other), [true, false]);
  // More texts that say the same convince.
  const often = (rows: Float32Array[]): Float32Array[] => Array.from({ length: 200 }, (_, i) => rows[i % 2]);
  const [factor] = fitBlend(often(network), often(linear), new Int32Array(200));
  assert(factor > 5, `${factor}`);
});

Deno.test("with weights, the factors have the lowest weighted loss, and only the ratio of the weights counts", () => {
  const [network, linear] = [logitsOf(1, 0.6, 4), logitsOf(2, 0.9, 3)];
  const weights = Array.from(TARGETS, (target) => [1, 1, 20][target]);
  const [a, b] = fitBlend(network, linear, TARGETS, { weights });
  const loss = ([x, y]: readonly number[]): number =>
    meanLoss(blendLogits(network, linear, [x, y]), TARGETS, { weights });
  const others = [[a + 0.2, b], [a - 0.2, b], [a, b + 0.2], [a, b - 0.2], fitBlend(network, linear, TARGETS)];
  for (const other of others) assert(loss([a, b]) < loss(other), `${[a, b]}, ${other}`);
  const same = TARGETS.map(() => 4);
  assertEquals(fitBlend(network, linear, TARGETS, { weights: same }), fitBlend(network, linear, TARGETS));
  // No validation text has a label that occurs in training.
  assertEquals(fitBlend(network, linear, TARGETS, { weights: new Float64Array(TEXTS) })[1], 1);
});
