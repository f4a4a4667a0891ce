import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { trainEachLabel } from "../../../../tasks/classification/linear/each_label.ts";
import { trainLogistic } from "../../../../tasks/classification/linear/logistic_regression.ts";
import {
  asBinary,
  logCountRatios,
  TextCounts,
  trainNaiveBayes,
} from "../../../../tasks/classification/linear/naive_bayes.ts";
import { RowsBuilder, type SparseRows } from "../../../../tasks/classification/linear/sparse_rows.ts";
import { linearLogits, linearLogitsInTurns } from "../../../../tasks/classification/linear/weights.ts";
import { randomFloats, randomIntegers } from "../../../support/floats.ts";

const [TEXTS, COLUMNS, LABELS, PENALTY] = [40, 9, 3, 0.2];
const SIZE = { columns: COLUMNS, labels: LABELS };
const TARGETS = randomIntegers(5, TEXTS, 0, LABELS);

/** Rows in which a third of the columns are used; the last column never. */
function someRows(): SparseRows {
  const builder = new RowsBuilder();
  for (let row = 0; row < TEXTS; row++) {
    const draws = randomFloats(10 + row, COLUMNS - 1);
    const columns = [...draws.keys()].filter((column) => draws[column] > 0 || column === TARGETS[row]);
    builder.add(columns, columns.map((column) => 0.5 + Math.abs(draws[column])));
  }
  return builder.build();
}

const LABEL_WEIGHTS = [0.5, 1, 3];
const MEAN_WEIGHT = TARGETS.reduce((sum, target) => sum + LABEL_WEIGHTS[target], 0) / TARGETS.length;

/**
 * The objective in float64: weighted cross-entropies plus the penalty of the weights v of scaled features, and the
 * biases.
 */
function objective(x: SparseRows, v: Float64Array, bias: Float64Array, scales: Float32Array): number {
  let sum = 0;
  for (const value of [...v, ...bias]) sum += PENALTY / 2 * value * value;
  for (let row = 0; row < TEXTS; row++) {
    const logits = Float64Array.from(bias);
    for (let j = x.starts[row]; j < x.starts[row + 1]; j++) {
      for (let k = 0; k < LABELS; k++) {
        const i = x.columns[j] * LABELS + k;
        logits[k] += x.values[j] * v[i] * scales[i];
      }
    }
    const loss = Math.log(logits.reduce((total, logit) => total + Math.exp(logit), 0)) - logits[TARGETS[row]];
    sum += LABEL_WEIGHTS[TARGETS[row]] / MEAN_WEIGHT * loss;
  }
  return sum;
}

Deno.test("logistic regression ends where finite differences of the weighted loss in float64 are 0", async () => {
  const x = someRows();
  const scales = logCountRatios(x, TARGETS, SIZE);
  const options = { ...SIZE, penalty: PENALTY, labelWeights: LABEL_WEIGHTS, passes: 500, tolerance: 1e-6 };
  const { weight, bias } = await trainLogistic(x, TARGETS, options);
  const v = Float64Array.from(weight, (w, i) => scales[i] === 0 ? 0 : w / scales[i]);
  const b = Float64Array.from(bias);
  const lowest = objective(x, v, b, scales);
  assert(
    lowest < 0.9 * objective(x, v.map(() => 0), b.map(() => 0), scales),
    "the loss is lower than without training",
  );
  for (const values of [v, b]) {
    values.forEach((value, i) => {
      const at = (change: number): number => {
        values[i] = value + change;
        return objective(x, v, b, scales);
      };
      const slope = (at(1e-4) - at(-1e-4)) / 2e-4;
      values[i] = value;
      assertAlmostEquals(slope, 0, 2e-3, `parameter ${i}`);
    });
  }
});

Deno.test("logistic regression gives the same bits for the same seed, and others for another", async () => {
  const x = someRows();
  const train = (seed: number) => trainLogistic(x, TARGETS, { ...SIZE, penalty: PENALTY, passes: 2, seed });
  const [one, other] = [await train(1), await train(2)];
  assertEquals(one, await train(1));
  assert(one.weight.some((w, i) => w !== other.weight[i]));
});

Deno.test("logistic regression, also of each label on its own, stops between its parts", async () => {
  const x = someRows();
  const sets = Int32Array.from(
    { length: TEXTS * LABELS },
    (_, i) => TARGETS[Math.floor(i / LABELS)] === i % LABELS ? 1 : 0,
  );
  for (const [train, targets] of [[trainLogistic, TARGETS], [trainEachLabel, sets]] as const) {
    let pauses = 0;
    const pause = () => ++pauses === 3 ? Promise.reject(new RangeError("stop")) : Promise.resolve();
    const options = { ...SIZE, penalty: PENALTY, passes: 10, tolerance: 0, pause };
    await assertRejects(() => train(x, targets, options), RangeError, "stop");
    assertEquals(pauses, 3);
  }
});

Deno.test("log-count ratios compare the shares of texts with a feature", () => {
  const builder = new RowsBuilder();
  for (const columns of [[0], [0, 1], [1]]) builder.add(columns, columns.map(() => 1));
  const ratios = logCountRatios(builder.build(), Int32Array.of(0, 0, 1), { columns: 3, labels: 2 });
  // Of 2 texts with label 0, 2 have feature 0; of 1 other text, none. Each count is increased by 0.5.
  const expected = [Math.log((2.5 / 3) / (0.5 / 2)), Math.log((0.5 / 2) / (2.5 / 3))];
  assertAlmostEquals(ratios[0], expected[0], 1e-6);
  assertAlmostEquals(ratios[1], expected[1], 1e-6);
  assertEquals([...ratios.subarray(4)], [0, 0]); // A feature that does not occur.
});

Deno.test("Naive Bayes multiplies the smoothed shares of the features", () => {
  const builder = new RowsBuilder();
  for (const columns of [[0], [0, 1], [1]]) builder.add(columns, columns.map(() => 0.3));
  const x = builder.build();
  const weights = trainNaiveBayes(new TextCounts({ columns: 4, labels: 2 }).add(x, Int32Array.of(0, 0, 1)));
  const [, both] = linearLogits(asBinary(x), weights);
  // Label 0 has 3 features in all, label 1 has 1; 2 different ones occur, so 2 x 0.5 is added.
  assertAlmostEquals(both[0], Math.log(2.5 / 4) + Math.log(2.5 / 4) + Math.log(1.5 / 4), 1e-6);
  assertAlmostEquals(both[1], Math.log(1.5 / 4) + Math.log(0.5 / 2) + Math.log(1.5 / 2), 1e-6);
});

Deno.test("the logits of many rows are computed with a pause for each thousand, to the same bits", async () => {
  const builder = new RowsBuilder();
  for (let row = 0; row < 2100; row++) builder.add([row % COLUMNS], [1 + row / 7]);
  const [x, labels] = [builder.build(), 2];
  const weights = {
    columns: COLUMNS,
    labels,
    weight: randomFloats(1, COLUMNS * labels),
    bias: randomFloats(2, labels),
  };
  let pauses = 0;
  assertEquals(
    await linearLogitsInTurns(x, weights, () => Promise.resolve(void pauses++)),
    linearLogits(x, weights),
  );
  assertEquals(pauses, 3);
});
