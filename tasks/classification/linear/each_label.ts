import { type LogisticOptions, trainLogistic } from "./logistic_regression.ts";
import type { SparseRows } from "./sparse_rows.ts";
import type { LinearWeights } from "./weights.ts";

/**
 * Trains a logistic regression for each label on its own, with and without which a text is one of two classes. Targets
 * are 1 for the labels of a text and 0 for the others, `[texts, labels]`. A label's logit is the difference of the two,
 * and its weight is that of the texts that have it.
 */
export async function trainEachLabel(
  x: SparseRows,
  targets: Int32Array,
  options: LogisticOptions,
): Promise<LinearWeights> {
  const { columns, labels, labelWeights } = options;
  const [weight, bias] = [new Float32Array(columns * labels), new Float32Array(labels)];
  const texts = targets.length / labels;
  for (let label = 0; label < labels; label++) {
    const own = Int32Array.from({ length: texts }, (_, text) => targets[text * labels + label]);
    const pair = await trainLogistic(x, own, {
      ...options,
      labels: 2,
      labelWeights: labelWeights && [1, labelWeights[label]],
    });
    for (let i = 0; i < columns; i++) weight[i * labels + label] = pair.weight[2 * i + 1] - pair.weight[2 * i];
    bias[label] = pair.bias[1] - pair.bias[0];
  }
  return { columns, labels, weight, bias };
}
