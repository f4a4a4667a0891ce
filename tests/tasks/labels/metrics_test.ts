import { assertAlmostEquals, assertEquals } from "@std/assert";
import { fitTemperature, probabilitiesOf } from "../../../tasks/labels/calibration.ts";
import { calibrationError, evaluateProbabilities } from "../../../tasks/labels/metrics.ts";
import { randomFloats } from "../../support/floats.ts";
import { seededRandom } from "../../support/random.ts";

Deno.test("accuracy, loss, precision, recall, F1 and confusion matrix match values computed by hand", () => {
  const labels = ["a", "b", "c"];
  const probabilities = [[0.7, 0.2, 0.1], [0.4, 0.5, 0.1], [0.2, 0.7, 0.1], [0.6, 0.3, 0.1]];
  const found = evaluateProbabilities(probabilities, [0, 0, 1, 1], labels);
  assertEquals(found.accuracy, 0.5);
  assertEquals(found.confusion, [[1, 1, 0], [1, 1, 0], [0, 0, 0]]);
  assertAlmostEquals(found.loss, -(Math.log(0.7) + Math.log(0.4) + Math.log(0.7) + Math.log(0.3)) / 4, 1e-12);
  assertEquals(found.labels.map(({ precision, recall, f1, support }) => [precision, recall, f1, support]), [
    [0.5, 0.5, 0.5, 2],
    [0.5, 0.5, 0.5, 2],
    [0, 0, 0, 0],
  ]);
  // Labels that neither occur nor are predicted do not count for the macro F1.
  assertEquals(found.macroF1, 0.5);
  const other = evaluateProbabilities([[0.1, 0.8, 0.1], [0.1, 0.1, 0.8]], [0, 0], labels);
  assertEquals([other.accuracy, other.macroF1], [0, 0]);
});

Deno.test("the calibration error over 15 bins matches a value computed by hand", () => {
  // Two texts in the bin up to 10 / 15, one of them correct, and two in the last bin, both correct.
  const probabilities = [[0.65, 0.35], [0.64, 0.36], [0.98, 0.02], [0.01, 0.99]];
  const gap = Math.abs(0.65 + 0.64 - 1) + Math.abs(0.98 + 0.99 - 2);
  assertAlmostEquals(calibrationError(probabilities, [0, 1, 0, 1]), gap / 4, 1e-12);
  assertEquals(calibrationError([[1, 0]], [0]), 0);
  assertEquals(calibrationError([[1, 0]], [1]), 1);
});

Deno.test("probabilitiesOf divides logits by the temperature and sums to 1 for any logits", () => {
  const p = probabilitiesOf([2, 0, -1], 2);
  const powers = [1, 0, -0.5].map(Math.exp);
  powers.forEach((power, i) => assertAlmostEquals(p[i], power / powers.reduce((a, b) => a + b), 1e-12));
  assertEquals([...probabilitiesOf([1e30, 0])], [1, 0]);
});

Deno.test("fitTemperature recovers the temperature with which labels were drawn", () => {
  const random = seededRandom(1);
  for (const temperature of [0.25, 1, 4]) {
    const logits = Array.from({ length: 2000 }, (_, i) => randomFloats(i, 3, -2, 2));
    const targets = logits.map((row) => {
      const p = probabilitiesOf(row);
      const draw = random();
      return draw < p[0] ? 0 : draw < p[0] + p[1] ? 1 : 2;
    });
    // The temperature makes the classifier over- or underconfident.
    const scaled = logits.map((row) => row.map((x) => x * temperature));
    const found = fitTemperature(scaled, targets);
    assertAlmostEquals(found / temperature, 1, 0.1);
    const loss = (t: number): number =>
      scaled.reduce((sum, row, i) => sum - Math.log(probabilitiesOf(row, t)[targets[i]]), 0);
    assertEquals(loss(found) <= Math.min(loss(found * 1.01), loss(found / 1.01)), true);
  }
});
