import { probabilitiesOf } from "../calibration.ts";
import { argmax } from "../metrics.ts";

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
 * If the sum predicts fewer labels correctly than the linear model alone, the network's factor is 0.
 */
export function fitBlend(network: Logits, linear: Logits, targets: Int32Array): Blend {
  const loss = new BlendLoss(network, linear, targets);
  const alone = loss.minimize([0, 1], [false, true]);
  const both = loss.minimize(SUM, [true, true]);
  const [a, b] = both;
  const found = a < 0 ? alone : b < 0 ? loss.minimize([1, 0], [true, false]) : both;
  const hits = (blend: Blend): number =>
    blendLogits(network, linear, blend).reduce((sum, row, i) => sum + (argmax(row) === targets[i] ? 1 : 0), 0);
  return hits(found) < hits(alone) ? [0, Math.max(alone[1], MIN_FACTOR)] : found;
}

/** A linear model that does worse than guessing still keeps its order of the labels. */
const MIN_FACTOR = 1e-3;
/** Number of Newton steps. */
const STEPS = 20;

/**
 * The cross-entropy of the targets as a function of the factors, which is convex, and a penalty of half the squared
 * distance from the start, which keeps the factors of perfect predictions finite.
 */
class BlendLoss {
  #network: Logits;
  #linear: Logits;
  #targets: Int32Array;

  constructor(network: Logits, linear: Logits, targets: Int32Array) {
    this.#network = network;
    this.#linear = linear;
    this.#targets = targets;
  }

  /** Minimizes the loss over the free factors by Newton's method; the other factor stays as it is. */
  minimize(start: Blend, isFree: readonly [boolean, boolean]): Blend {
    let [a, b] = start;
    for (let step = 0; step < STEPS; step++) {
      const { gradient: [ga, gb], hessian: [haa, hab, hbb] } = this.#derivatives([a, b], start);
      const cross = isFree[0] && isFree[1] ? hab : 0;
      const determinant = haa * hbb - cross * cross;
      const [da, db] = [(hbb * ga - cross * gb) / determinant, (haa * gb - cross * ga) / determinant];
      const [from, size] = [this.#value([a, b], start), [isFree[0] ? da : 0, isFree[1] ? db : 0]];
      let share = 1;
      while (share > 1e-6 && !(this.#value([a - share * size[0], b - share * size[1]], start) <= from)) share /= 2;
      [a, b] = [a - share * size[0], b - share * size[1]];
    }
    return [a, b];
  }

  #value(blend: Blend, start: Blend): number {
    const rows = blendLogits(this.#network, this.#linear, blend);
    const losses = rows.map((row, i) => Math.log(Math.max(probabilitiesOf(row)[this.#targets[i]], Number.MIN_VALUE)));
    return losses.reduce((sum, loss) => sum - loss, distance(blend, start));
  }

  #derivatives(blend: Blend, start: Blend): { gradient: [number, number]; hessian: [number, number, number] } {
    const gradient: [number, number] = [blend[0] - start[0], blend[1] - start[1]];
    const hessian: [number, number, number] = [1, 0, 1];
    blendLogits(this.#network, this.#linear, blend).forEach((row, i) => {
      const [u, v, target] = [this.#network[i], this.#linear[i], this.#targets[i]];
      let [mu, mv, uu, uv, vv] = [0, 0, 0, 0, 0];
      probabilitiesOf(row).forEach((p, k) => {
        mu += p * u[k];
        mv += p * v[k];
        uu += p * u[k] * u[k];
        uv += p * u[k] * v[k];
        vv += p * v[k] * v[k];
      });
      gradient[0] += mu - u[target];
      gradient[1] += mv - v[target];
      hessian[0] += uu - mu * mu;
      hessian[1] += uv - mu * mv;
      hessian[2] += vv - mv * mv;
    });
    return { gradient, hessian };
  }
}

function distance(a: Blend, b: Blend): number {
  return ((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) / 2;
}
