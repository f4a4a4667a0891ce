import { withMean1 } from "../../labels/label_weights.ts";

/** The factors of the network's and of the linear model's logits in their sum. */
export type Blend = readonly [network: number, linear: number];

/** The logits of texts by a model. */
type Logits = readonly ArrayLike<number>[];

/** The plain sum, which is used if there are no texts to fit the factors to. */
export const SUM: Blend = [1, 1];

/** Returns the sums of the logits of two models, each with its factor. */
export function blendLogits(network: Logits, linear: Logits, [a, b]: Blend): Float32Array[] {
  return network.map((row, i) => Float32Array.from(row, (logit, k) => a * logit + b * linear[i][k]));
}

/**
 * Fits the factors to texts that neither model was trained on, by minimizing the cross-entropy. They are not negative.
 * Correct labels are not counted: on a few hundred texts, chance moves them more than a network does. A few dozen texts
 * say little even by their loss, so a penalty that weighs as much as `PRIOR_TEXTS` texts draws the factors to those of
 * the linear model alone.
 */
export function fitBlend(network: Logits, linear: Logits, targets: Int32Array, options: BlendOptions = {}): Blend {
  const { decisions = 1, weights } = options;
  const loss = new BlendLoss(
    { network, linear, targets, weights: weights && withMean1(weights, weights) },
    PRIOR_TEXTS * decisions,
  );
  const fitted = loss.minimize(ALONE, [true, true]);
  const found = fitted[1] < 0 ? loss.minimize([1, 0], [true, false]) : fitted;
  if (found[0] > 0) return found;
  const [, alone] = loss.minimize(ALONE, [false, true]);
  return [0, Math.max(alone, LEAST_FACTOR)];
}

/** Options of `fitBlend`. */
export interface BlendOptions {
  /** Number of rows for each text. Default: 1. */
  readonly decisions?: number;
  /** The weight of each row in the cross-entropy, relative to the others. Default: 1 for all. */
  readonly weights?: ArrayLike<number>;
}

/** The linear model alone. */
const ALONE: Blend = [0, 1];
/** The smallest factor of a linear model alone. */
const LEAST_FACTOR = 1 / 64;
/** Largest number of Newton steps. */
const STEPS = 20;
/** Steps end when they promise to lower the loss by less than this. */
const TOLERANCE = 1e-6;
/** Number of texts that the penalty weighs as much as. */
const PRIOR_TEXTS = 12;
/** Weight of the penalty that is left if the logits hardly differ, or the predictions are perfect. */
const LEAST_WEIGHT = 0.01;

/** The loss, its gradient, and its second derivatives by the first factor, by both, and by the second. */
interface Derivatives {
  readonly loss: number;
  readonly gradient: readonly [number, number];
  readonly hessian: readonly [number, number, number];
}

/** The rows of logits whose sum is fitted, and their targets and weights. */
interface Rows {
  readonly network: Logits;
  readonly linear: Logits;
  readonly targets: Int32Array;
  readonly weights: ArrayLike<number> | undefined;
}

/**
 * The cross-entropy of the targets as a function of the factors, which is convex, plus a penalty of the squared
 * distance from the linear model alone. It also keeps the factors of perfect predictions finite.
 */
class BlendLoss {
  #rows: Rows;
  /** The weights of the squared distances of the factors. */
  #weights: Blend = [0, 0];

  /** The penalty weighs as much as `prior` rows. */
  constructor(rows: Rows, prior: number) {
    this.#rows = rows;
    const { hessian: [aa, , bb] } = this.#derivatives(ALONE);
    const weightOf = (curvature: number): number => prior * curvature / rows.targets.length + LEAST_WEIGHT;
    this.#weights = [weightOf(aa), weightOf(bb)];
  }

  /** Minimizes the loss over the free factors by Newton's method; the other factor stays as it is. */
  minimize(start: Blend, isFree: readonly [boolean, boolean]): Blend {
    let at = start;
    let found = this.#derivatives(at);
    for (let step = 0; step < STEPS; step++) {
      const change = newtonStep(found, isFree);
      if (found.gradient[0] * change[0] + found.gradient[1] * change[1] < TOLERANCE) break;
      let share = 1;
      const next = (): Blend => [at[0] - share * change[0], at[1] - share * change[1]];
      let tried = this.#derivatives(next());
      for (; tried.loss > found.loss && share > TOLERANCE; tried = this.#derivatives(next())) share /= 2;
      at = next();
      found = tried;
    }
    return at;
  }

  #derivatives([a, b]: Blend): Derivatives {
    const [da, db] = [a - ALONE[0], b - ALONE[1]];
    const [wa, wb] = this.#weights;
    let loss = (wa * da * da + wb * db * db) / 2;
    const gradient: [number, number] = [wa * da, wb * db];
    const hessian: [number, number, number] = [wa, 0, wb];
    const { network, linear, targets, weights } = this.#rows;
    blendLogits(network, linear, [a, b]).forEach((row, i) => {
      const [u, v, target, weight] = [network[i], linear[i], targets[i], weights?.[i] ?? 1];
      const most = row.reduce((x, y) => Math.max(x, y), -Infinity);
      let [sum, mu, mv, uu, uv, vv] = [0, 0, 0, 0, 0, 0];
      for (let k = 0; k < row.length; k++) {
        const power = Math.exp(row[k] - most);
        sum += power;
        mu += power * u[k];
        mv += power * v[k];
        uu += power * u[k] * u[k];
        uv += power * u[k] * v[k];
        vv += power * v[k] * v[k];
      }
      [mu, mv] = [mu / sum, mv / sum];
      loss += weight * (Math.log(sum) + most - row[target]);
      gradient[0] += weight * (mu - u[target]);
      gradient[1] += weight * (mv - v[target]);
      hessian[0] += weight * (uu / sum - mu * mu);
      hessian[1] += weight * (uv / sum - mu * mv);
      hessian[2] += weight * (vv / sum - mv * mv);
    });
    return { loss, gradient, hessian };
  }
}

/** Solves the equations of Newton's method for the free factors. */
function newtonStep(
  { gradient: [ga, gb], hessian: [aa, ab, bb] }: Derivatives,
  [a, b]: readonly [boolean, boolean],
): Blend {
  if (!a) return [0, gb / bb];
  if (!b) return [ga / aa, 0];
  const determinant = aa * bb - ab * ab;
  return [(bb * ga - ab * gb) / determinant, (aa * gb - ab * ga) / determinant];
}
