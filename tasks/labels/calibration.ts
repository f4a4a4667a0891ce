/** Computes softmax(logits / temperature) in double precision. */
export function probabilitiesOf(logits: ArrayLike<number>, temperature = 1): Float64Array {
  const scaled = Float64Array.from(logits, (logit) => logit / temperature);
  const most = scaled.reduce((a, b) => Math.max(a, b), -Infinity);
  const powers = scaled.map((logit) => Math.exp(logit - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/** The range of log-temperatures that is searched. */
const LOG_RANGE = [Math.log(0.05), Math.log(20)] as const;
/** Steps of the golden-section search; each keeps 0.618 of the range. */
const STEPS = 60;

/**
 * Finds the temperature that minimizes the cross-entropy of the targets (Guo et al. 2017) by golden-section search. The
 * cross-entropy is convex in the inverse temperature, so there is a single minimum.
 */
export function fitTemperature(logits: readonly ArrayLike<number>[], targets: ArrayLike<number>): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  const loss = (logT: number): number => meanLoss(logits, targets, { temperature: Math.exp(logT) });
  let [low, high] = LOG_RANGE;
  let [left, right] = [high - ratio * (high - low), low + ratio * (high - low)];
  let [leftLoss, rightLoss] = [loss(left), loss(right)];
  for (let step = 0; step < STEPS; step++) {
    if (leftLoss <= rightLoss) {
      [high, right, rightLoss] = [right, left, leftLoss];
      left = high - ratio * (high - low);
      leftLoss = loss(left);
    } else {
      [low, left, leftLoss] = [left, right, rightLoss];
      right = low + ratio * (high - low);
      rightLoss = loss(right);
    }
  }
  return Math.exp((low + high) / 2);
}

/** Options of `meanLoss`. */
export interface MeanLossOptions {
  /** Divides the logits. Default: 1. */
  readonly temperature?: number;
  /** The weight of each example. Default: 1 for all. */
  readonly weights?: ArrayLike<number>;
}

/** Computes the mean cross-entropy of the targets; 0 without examples. */
export function meanLoss(
  logits: readonly ArrayLike<number>[],
  targets: ArrayLike<number>,
  { temperature, weights }: MeanLossOptions = {},
): number {
  let [sum, total] = [0, 0];
  logits.forEach((row, i) => {
    const weight = weights?.[i] ?? 1;
    sum -= weight * Math.log(Math.max(probabilitiesOf(row, temperature)[targets[i]], Number.MIN_VALUE));
    total += weight;
  });
  return total === 0 ? 0 : sum / total;
}
