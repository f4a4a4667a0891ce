import {
  add,
  affine,
  concat,
  crossEntropy,
  type CrossEntropyOptions,
  reshape,
  type Tensor,
  tensor,
} from "../../../src/nn/mod.ts";

/**
 * Computes the mean over texts of the sum over labels of the binary cross-entropies of logits `[B, labels]`, in nats
 * per text. Targets are 1 for the labels of a text and 0 for the others. Where the target is 1, the loss counts with
 * the label's weight, smoothing included; smoothing e makes the targets 1 - e / 2 and e / 2.
 *
 * The cross-entropy of the classes with the logits 0 and z is that of the sigmoid of z, and as stable as any other.
 */
export function labelSetLoss(logits: Tensor, targets: Int32Array, options: CrossEntropyOptions): Tensor {
  const { smoothing = 0, weights } = options;
  const [B, labels] = logits.shape;
  const zeros = tensor(new Float32Array(B * labels), [B * labels, 1], { engine: logits.engine });
  const pairs = concat([zeros, reshape(logits, [B * labels, 1])], 1);
  const lossOf = (weight: number, isKept: (target: number, label: number) => boolean): Tensor[] => {
    // Decisions with negative targets are ignored.
    const kept = targets.map((target, i) => isKept(target, i % labels) ? target : -1);
    const count = kept.filter((target) => target >= 0).length;
    return count === 0 ? [] : [affine(crossEntropy(pairs, kept, { smoothing }), weight * count / B)];
  };
  if (!weights) return lossOf(1, () => true)[0];
  return [
    ...lossOf(1, (target) => target === 0),
    ...[...new Set(Array.from(weights))].flatMap((weight) =>
      lossOf(weight, (target, label) => target === 1 && weights[label] === weight)
    ),
  ].reduce(add);
}
