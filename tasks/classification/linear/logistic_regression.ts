import { Random } from "../../../src/nn/mod.ts";
import { type Pause, pausing } from "../../../src/train/mod.ts";
import { exampleWeights, withMean1 } from "../../labels/label_weights.ts";
import { logCountRatios, type ProblemSize } from "./naive_bayes.ts";
import { rowCount, type SparseRows } from "./sparse_rows.ts";
import { ScaledWeights } from "./scaled_weights.ts";
import type { LinearWeights } from "./weights.ts";

/** Options of `trainLogistic`. */
export interface LogisticOptions extends ProblemSize {
  /** Factor of half the squared norm of the weights, which is added to the sum of the cross-entropies. */
  readonly penalty: number;
  /**
   * Factors of the cross-entropies of the texts with each label, relative to their mean over the texts. Default: 1 for
   * all.
   */
  readonly labelWeights?: ArrayLike<number>;
  /** The largest number of passes over the texts. Default: 5. */
  readonly passes?: number;
  /** Passes end when they move the distributions of the texts by less than this on average. Default: 0.001. */
  readonly tolerance?: number;
  /** Seed of the order of the texts. Default: 1. */
  readonly seed?: number;
  /** Awaited between parts of the work. Default: that of a `Breather`. */
  readonly pause?: Pause;
}

/** Number of texts times labels between two pauses. */
const PART = 2 ** 13;

/**
 * Trains a multinomial logistic regression on features that are scaled, for each label, by their log-count ratios (Wang
 * and Manning 2012). It minimizes the cross-entropy plus `penalty` / 2 times the squared norm of the unscaled weights
 * and the biases by dual coordinate ascent (Shalev-Shwartz and Zhang 2013), which needs no learning rate: each text in
 * turn moves its dual variables, a distribution over the labels, towards the predicted distribution, by the step that
 * lowers the loss most.
 */
export async function trainLogistic(
  x: SparseRows,
  targets: Int32Array,
  options: LogisticOptions,
): Promise<LinearWeights> {
  const { columns, labels, passes = 5, tolerance = 0.001, seed = 1 } = options;
  const pause = pausing(options);
  const part = Math.ceil(PART / labels);
  await pause();
  const ascent = new DualAscent(x, targets, options);
  for (let pass = 0; pass < passes; pass++) {
    const draws = new Random(seed, { stream: pass }).uniform(targets.length);
    const order = Int32Array.from(targets, (_, row) => row).sort((a, b) => draws[a] - draws[b] || a - b);
    let moved = 0;
    for (let i = 0; i < order.length; i++) {
      if (i % part === 0) await pause();
      moved += ascent.improve(order[i]);
    }
    if (moved < tolerance * targets.length) break;
  }
  return { columns, labels, ...ascent.weights() };
}

/** Number of bisections of the interval in which the best step lies. */
const BISECTIONS = 10;

/** The dual variables, and the weights that follow from them. */
class DualAscent {
  #x: SparseRows;
  #targets: Int32Array;
  #labels: number;
  /** The penalty for each label. A text that counts twice has the dual variables of one with half the penalty. */
  #penalties: Float64Array;
  #weights: ScaledWeights;
  #bias: Float64Array;
  /** The distribution of each text over the labels. */
  #duals: Float32Array;
  /**
   * The squared norm of each text's scaled features for each label, with 1 for the bias; 0 before its first
   * improvement.
   */
  #norms: Float32Array;
  #p: Float64Array;
  #log: Float64Array;
  #change: Float64Array;

  constructor(x: SparseRows, targets: Int32Array, options: LogisticOptions) {
    const { columns, labels, penalty, labelWeights } = options;
    const texts = rowCount(x);
    const factors = labelWeights && withMean1(labelWeights, exampleWeights(targets, labelWeights)!);
    this.#x = x;
    this.#targets = targets;
    this.#labels = labels;
    this.#penalties = Float64Array.from({ length: labels }, (_, k) => penalty / (factors?.[k] ?? 1));
    this.#weights = new ScaledWeights(logCountRatios(x, targets, { columns, labels }), labels);
    this.#bias = new Float64Array(labels);
    this.#duals = new Float32Array(texts * labels);
    for (let row = 0; row < texts; row++) this.#duals[row * labels + targets[row]] = 1;
    this.#norms = new Float32Array(texts * labels);
    this.#p = new Float64Array(labels);
    this.#log = new Float64Array(labels);
    this.#change = new Float64Array(labels);
  }

  /** The weights of features that are not scaled. */
  weights(): Pick<LinearWeights, "weight" | "bias"> {
    return { weight: this.#weights.toArray(), bias: Float32Array.from(this.#bias) };
  }

  /** Improves the dual variables of a text. Returns how far they moved. */
  improve(row: number): number {
    const [change, labels] = [this.#change, this.#labels];
    const penalty = this.#penalties[this.#targets[row]];
    if (this.#norms[row * labels] === 0) this.#weights.squaredNorms(this.#x, row, this.#norms);
    this.#predict(row);
    let distance = 0;
    for (let k = 0; k < labels; k++) {
      change[k] = this.#p[k] - this.#duals[row * labels + k];
      distance += Math.abs(change[k]);
    }
    const step = this.#bestStep(row, penalty);
    for (let k = 0; k < labels; k++) {
      change[k] *= step;
      this.#duals[row * labels + k] += change[k];
      change[k] /= penalty;
      this.#bias[k] -= change[k];
    }
    this.#weights.subtract(this.#x, row, change);
    return step * distance;
  }

  /** Computes the predicted distribution of a text, and its logarithms. */
  #predict(row: number): void {
    const [p, labels] = [this.#p, this.#labels];
    p.set(this.#bias);
    this.#weights.addLogits(this.#x, row, p);
    let most = -Infinity;
    for (let k = 0; k < labels; k++) most = Math.max(most, p[k]);
    let sum = 0;
    for (let k = 0; k < labels; k++) sum += Math.exp(p[k] - most);
    for (let k = 0; k < labels; k++) {
      this.#log[k] = p[k] - most - Math.log(sum);
      p[k] = Math.exp(this.#log[k]);
    }
  }

  /** Finds the share of the change at which the derivative of the dual objective is 0; it increases with the share. */
  #bestStep(row: number, penalty: number): number {
    const start = row * this.#labels;
    let [low, high] = [0, 1];
    for (let i = 0; i < BISECTIONS; i++) {
      const step = (low + high) / 2;
      let slope = 0;
      for (let k = 0; k < this.#labels; k++) {
        const change = this.#change[k];
        if (change === 0) continue;
        const dual = Math.max(this.#duals[start + k] + step * change, Number.MIN_VALUE);
        slope += change * (Math.log(dual) - this.#log[k] + step * change * this.#norms[start + k] / penalty);
      }
      if (slope > 0) high = step;
      else low = step;
    }
    return high;
  }
}
