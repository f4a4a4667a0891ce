/** The logits of texts, one row of labels each. */
type Logits = readonly ArrayLike<number>[];

/**
 * Returns the decisions on all labels of all texts, in order, each as the logits [0, z] of two classes, without the
 * label and with it. The softmax of a pair is the sigmoid of z, so that what holds for labels that exclude each other,
 * such as their loss, temperature and calibration, is computed for decisions in the same way.
 */
export function pairsOf(logits: Logits): Float32Array[] {
  return logits.flatMap((row) => Array.from(row, (z) => Float32Array.of(0, z)));
}

/**
 * Returns the weight of each decision: that of the label if the text has it, otherwise 1; `undefined` if no label has a
 * weight.
 */
export function decisionWeights(
  targets: Int32Array,
  labelWeights: ArrayLike<number> | undefined,
): Float64Array | undefined {
  if (labelWeights === undefined) return undefined;
  return Float64Array.from(targets, (target, i) => target === 1 ? labelWeights[i % labelWeights.length] : 1);
}

/** Computes the probability of each label, sigmoid(logits / temperature), in double precision. */
export function sigmoids(logits: ArrayLike<number>, temperature = 1): Float64Array {
  return Float64Array.from(logits, (z) => 1 / (1 + Math.exp(-z / temperature)));
}
