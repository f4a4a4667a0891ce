import { add, affine, crossEntropy, type CrossEntropyOptions, type Tensor } from "../../src/nn/mod.ts";

/**
 * Computes the mean of the rows' cross-entropies with label smoothing, weighted by the weights of their targets.
 *
 * `crossEntropy`, like PyTorch, weights the smoothing as well: a label a hundred times as heavy as the others then
 * gains from every text whose target it is not, and the classifier answers it for everything.
 */
export function weightedLoss(logits: Tensor, targets: Int32Array, options: CrossEntropyOptions): Tensor {
  const { smoothing = 0, weights } = options;
  if (!weights || smoothing === 0) return crossEntropy(logits, targets, options);
  const counts = new Map<number, number>();
  for (const target of targets) counts.set(target, (counts.get(target) ?? 0) + 1);
  const total = targets.reduce((sum, target) => sum + weights[target], 0);
  // Rows of other labels are ignored, as are all negative targets.
  return [...counts].map(([label, count]) =>
    affine(
      crossEntropy(logits, targets.map((target) => target === label ? target : -1), { smoothing }),
      weights[label] * count / total,
    )
  ).reduce(add);
}
