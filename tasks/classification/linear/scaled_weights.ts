import type { SparseRows } from "./sparse_rows.ts";

/**
 * The weights of unscaled features, w = s v, and the squares of the scales s, side by side, since a step of dual
 * coordinate ascent changes w by a multiple of s^2. Of two labels, which have opposite scales, only the first has
 * weights; the second has the opposite ones.
 */
export class ScaledWeights {
  #labels: number;
  /** Number of labels with weights of their own. */
  #own: number;
  /** For each column and label, w and s^2. */
  #pairs: Float32Array;

  /** Starts with weights of 0 for scales `[columns, labels]`. */
  constructor(scales: Float32Array, labels: number) {
    const own = labels === 2 ? 1 : labels;
    this.#labels = labels;
    this.#own = own;
    this.#pairs = new Float32Array(2 * scales.length / labels * own);
    for (let i = 0; i < this.#pairs.length / 2; i++) this.#pairs[2 * i + 1] = scales[own === 1 ? labels * i : i] ** 2;
  }

  /** Adds a row's logits to one number for each label. */
  addLogits({ starts, columns, values }: SparseRows, row: number, sums: Float64Array): void {
    const [pairs, own, end] = [this.#pairs, this.#own, starts[row + 1]];
    if (own > 1) {
      for (let j = starts[row]; j < end; j++) {
        const base = 2 * own * columns[j];
        for (let k = 0; k < own; k++) sums[k] += values[j] * pairs[base + 2 * k];
      }
      return;
    }
    let sum = 0;
    for (let j = starts[row]; j < end; j++) sum += values[j] * pairs[2 * columns[j]];
    sums[0] += sum;
    sums[1] -= sum;
  }

  /** Subtracts a row's features times one number for each label; of two labels, the numbers add up to 0. */
  subtract({ starts, columns, values }: SparseRows, row: number, factors: Float64Array): void {
    const [pairs, own, end] = [this.#pairs, this.#own, starts[row + 1]];
    if (own > 1) {
      for (let j = starts[row]; j < end; j++) {
        const base = 2 * own * columns[j];
        for (let k = 0; k < own; k++) pairs[base + 2 * k] -= values[j] * factors[k] * pairs[base + 2 * k + 1];
      }
      return;
    }
    const factor = factors[0];
    for (let j = starts[row]; j < end; j++) {
      const at = 2 * columns[j];
      pairs[at] -= values[j] * factor * pairs[at + 1];
    }
  }

  /** Computes the squared norms of a row's scaled features, plus 1, into those of `[rows, labels]`. */
  squaredNorms({ starts, columns, values }: SparseRows, row: number, norms: Float32Array): void {
    const [pairs, own, at] = [this.#pairs, this.#own, row * this.#labels];
    norms.fill(1, at, at + this.#labels);
    for (let j = starts[row]; j < starts[row + 1]; j++) {
      const base = 2 * own * columns[j];
      for (let k = 0; k < own; k++) norms[at + k] += values[j] ** 2 * pairs[base + 2 * k + 1];
    }
    if (own === 1) norms[at + 1] = norms[at];
  }

  /** Copies the weights `[columns, labels]`. */
  toArray(): Float32Array {
    const [pairs, labels] = [this.#pairs, this.#labels];
    const weight = new Float32Array(pairs.length / 2 / this.#own * labels);
    if (this.#own > 1) return weight.map((_, i) => pairs[2 * i]);
    for (let i = 0; i < weight.length; i += 2) {
      weight[i] = pairs[i];
      weight[i + 1] = -pairs[i];
    }
    return weight;
  }
}
