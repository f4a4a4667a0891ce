import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  fitThresholds,
  labelsReached,
  reached,
  rescaleThresholds,
  sigmoids,
} from "../../../../tasks/classification/multi_label/mod.ts";
import { seededRandom } from "../../../support/random.ts";

/** The probabilities of one label, and who has it. */
function fitOne(probabilities: readonly number[], targets: readonly number[]): number {
  return fitThresholds(probabilities.map((p) => [p]), Int32Array.from(targets))[0];
}

function f1At(threshold: number, probabilities: readonly number[], targets: readonly number[]): number {
  const given = probabilities.map((p) => p >= threshold);
  const hits = given.filter((isGiven, i) => isGiven && targets[i] === 1).length;
  const all = given.filter((isGiven) => isGiven).length + targets.filter((target) => target === 1).length;
  return all === 0 ? 0 : 2 * hits / all;
}

Deno.test("fitThresholds: 0.5 if it is as good as any, otherwise midway between two probabilities", () => {
  assertEquals(fitOne([0.9, 0.6, 0.4, 0.1], [1, 1, 0, 0]), 0.5);
  assertEquals(fitOne([0.4, 0.3, 0.2, 0.1], [1, 1, 0, 0]), (0.3 + 0.2) / 2);
  assertEquals(fitOne([0.9, 0.8, 0.6, 0.1], [1, 0, 0, 0]), (0.9 + 0.8) / 2);
  assertEquals(fitOne([0.2, 0.2, 0.2], [1, 0, 1]), 0.1);
  assertEquals(fitOne([0.9, 0.7], [0, 0]), 0.5); // No text has the label.
  assertEquals(fitOne([0.5, 0.4], [1, 0]), 0.5); // A probability of 0.5 reaches it.
});

Deno.test("fitThresholds: no threshold has a higher F1", () => {
  const random = seededRandom(3);
  for (let round = 0; round < 40; round++) {
    // Few different values, so that many are equal.
    const probabilities = Array.from({ length: 12 }, () => (1 + Math.floor(random() * 9)) / 10);
    const targets = Array.from(probabilities, () => random() < 0.3 ? 1 : 0);
    const found = f1At(fitOne(probabilities, targets), probabilities, targets);
    for (const threshold of [0, 0.5, ...probabilities]) {
      assert(found >= f1At(threshold, probabilities, targets), `${probabilities}; ${targets}`);
    }
  }
});

Deno.test("labels reach their own thresholds, and are listed from the most probable", () => {
  const labels = ["a", "b", "c"];
  assertEquals(labelsReached([0.6, 0.9, 0.4], labels, null), ["b", "a"]);
  assertEquals(labelsReached([0.6, 0.9, 0.4], labels, [0.7, 0.95, 0.4]), ["c"]);
  assertEquals(labelsReached([0.1, 0.1, 0.1], labels, null), []);
});

Deno.test("rescaled thresholds decide the same with another temperature", () => {
  const logits = [[-2, 0.3, 4], [1, -0.2, 0.5], [0, 2, -6]];
  const thresholds = [0.3, 0.55, 0.999];
  for (const [from, to] of [[1, 2.5], [2, 0.5], [1, 1]]) {
    const rescaled = rescaleThresholds(thresholds, { from, to })!;
    for (const row of logits) {
      assertEquals(reached(sigmoids(row, to), rescaled), reached(sigmoids(row, from), thresholds));
    }
  }
  assertAlmostEquals(rescaleThresholds([0.8], { from: 1, to: 2 })![0], 1 / (1 + Math.exp(-Math.log(4) / 2)), 1e-12);
  assertEquals(rescaleThresholds(null, { from: 1, to: 2 }), null);
});
