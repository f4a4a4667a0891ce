import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  evaluateDecisions,
  measureDecisions,
  scoreDecisions,
  sigmoids,
} from "../../../../tasks/classification/multi_label/mod.ts";
import { randomFloats, randomIntegers } from "../../../support/floats.ts";

/** The logit of a probability. */
const logit = (p: number): number => Math.log(p / (1 - p));

Deno.test("micro and macro F1, subset accuracy, loss and the scores of each label match values computed by hand", () => {
  const labels = ["a", "b", "c", "d"];
  const probabilities = [[0.9, 0.8, 0.1, 0.1], [0.7, 0.2, 0.6, 0.1], [0.4, 0.3, 0.2, 0.1]];
  // The first text has a and b, the second a, the third c and none of those given.
  const targets = Int32Array.of(1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0);
  const logits = probabilities.map((row) => row.map(logit));
  const found = scoreDecisions({ logits, targets, labels, thresholds: null });
  assertEquals(found.confusion, []);
  assertEquals(found.accuracy, 1 / 3);
  assertEquals(found.microF1, 2 * 3 / (4 + 4)); // 3 hits of 4 given and 4 true labels.
  assertEquals(found.macroF1, (1 + 1 + 0) / 3); // No text has d, and none was given it.
  assertEquals(found.labels.map(({ precision, recall, f1, support }) => [precision, recall, f1, support]), [
    [1, 1, 1, 2],
    [1, 1, 1, 1],
    [0, 0, 0, 1],
    [0, 0, 0, 0],
  ]);
  const right = probabilities.flatMap((row, i) => row.map((p, k) => targets[i * 4 + k] === 1 ? p : 1 - p));
  assertAlmostEquals(found.loss, right.reduce((sum, p) => sum - Math.log(p), 0) / 3, 1e-6);
  const strict = scoreDecisions({ logits, targets, labels, thresholds: [0.8, 0.5, 0.15, 0.5] });
  assertEquals(strict.microF1, 2 * 3 / (4 + 4)); // a of the second text is lost, c of the third is found.
  assertEquals(strict.accuracy, 2 / 3);
});

Deno.test("the measures agree with plain definitions on random decisions, with a temperature", async () => {
  const [texts, L, temperature] = [40, 5, 1.7];
  const labels = Array.from({ length: L }, (_, i) => `label ${i}`);
  const logits = Array.from({ length: texts }, (_, i) => randomFloats(i, L, -3, 3));
  const targets = randomIntegers(9, texts * L, 0, 2);
  const thresholds = [0.2, 0.4, 0.5, 0.6, 0.8];
  const given = logits.flatMap((row) => [...sigmoids(row, temperature)].map((p, k) => p >= thresholds[k]));
  const f1 = (places: number[]): number => {
    const hits = places.filter((i) => given[i] && targets[i] === 1).length;
    const misses = places.filter((i) => given[i] !== (targets[i] === 1)).length;
    return hits / (hits + misses / 2);
  };
  const all = Array.from(given, (_, i) => i);
  const found = await evaluateDecisions({ logits, temperature, targets, labels, thresholds });
  assertAlmostEquals(found.microF1, f1(all), 1e-12);
  const own = labels.map((_, label) => f1(all.filter((i) => i % L === label)));
  assertAlmostEquals(found.macroF1, own.reduce((a, b) => a + b) / L, 1e-12);
  const [x, y] = [given.map(Number), Array.from(targets)];
  const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const covariance = (a: number[], b: number[]): number => mean(a.map((v, i) => v * b[i])) - mean(a) * mean(b);
  assertAlmostEquals(found.mcc, covariance(x, y) / Math.sqrt(covariance(x, x) * covariance(y, y)), 1e-9);
  found.labels.forEach((scores, label) => assertAlmostEquals(scores.f1, own[label], 1e-12));
  const isExact = logits.map((_, i) => all.slice(i * L, (i + 1) * L).every((k) => given[k] === (targets[k] === 1)));
  assertEquals(found.accuracy, isExact.filter((holds) => holds).length / texts);
  for (
    const [f1, interval] of [[found.microF1, found.microF1Interval!], [found.macroF1, found.macroF1Interval!]] as const
  ) {
    const [low, high] = interval;
    assert(low < f1 && f1 < high && high - low < 0.3, `${low} to ${high}`);
  }
});

Deno.test("the loss of confident mistakes is exact, and the calibration error counts every decision", () => {
  const found = scoreDecisions({
    logits: [[50, -50]],
    targets: Int32Array.of(0, 0),
    labels: ["a", "b"],
    thresholds: null,
  });
  assertAlmostEquals(found.loss, 50, 1e-6);
  assertAlmostEquals(found.calibrationError, 0.5, 1e-12); // Sure of both, right about one.
});

Deno.test("a measurement fits thresholds and the blend to the validation texts", () => {
  const labels = ["a", "b"];
  const targets = randomIntegers(5, 60, 0, 2);
  // The linear model knows the labels, the network does not; both put them too low.
  const linear = Array.from(
    { length: 30 },
    (_, i) => Float32Array.of(2 * targets[2 * i] - 3, 2 * targets[2 * i + 1] - 3),
  );
  const logits = Array.from({ length: 30 }, (_, i) => randomFloats(i, 2, -1, 1));
  const found = measureDecisions({ logits, linear, targets, labels });
  assertEquals([found.microF1, found.macroF1, found.accuracy], [1, 1, 1]);
  assert(found.blend![0] < found.blend![1], `${found.blend}`);
  const alone = measureDecisions({ logits, linear: undefined, targets, labels });
  assert(alone.microF1 < 1 && alone.blend === undefined);
  assertEquals(alone.validLoss, alone.loss);
  assertAlmostEquals(found.loss, alone.loss, 1e-12);
});

Deno.test("labels that say the same do not convince of a network sooner, since texts are counted", () => {
  const factorOf = (labels: readonly string[]): number => {
    // The network is right about both texts, the linear model about one.
    const rows = (...logits: number[]): Float32Array[] => logits.map((logit) => Float32Array.from(labels, () => logit));
    const targets = new Int32Array(2 * labels.length).fill(1);
    return measureDecisions({ logits: rows(0.2, 0.2), linear: rows(0.5, -0.3), targets, labels }).blend![0];
  };
  const factors = [["a"], ["a", "b", "c", "d", "e", "f", "g", "h"]].map(factorOf);
  assert(factors[1] > 0 && factors[1] < 1.25 * factors[0], `${factors}`);
});

Deno.test("the loss that selects an epoch counts the labels that texts have with their weights, as training does", () => {
  const targets = Int32Array.of(1, 0, 0, 1);
  const logits = [[0.9, 0.2], [0.4, 0.3]].map((row) => Float32Array.from(row, logit));
  const labels = ["a", "b"];
  const found = measureDecisions({ logits, linear: undefined, targets, labels, labelWeights: [2, 5] });
  const sum = -(2 * Math.log(0.9) + Math.log(0.8) + Math.log(0.6) + 5 * Math.log(0.3));
  assertAlmostEquals(found.validLoss, sum / 2, 1e-6);
  assertEquals(found.loss, found.validLoss);
});
