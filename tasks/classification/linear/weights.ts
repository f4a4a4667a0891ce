import type { SparseRows } from "./sparse_rows.ts";

/** The weights of a linear model: the logits of features x are x W + b. */
export interface LinearWeights {
  /** Number of columns of the features. */
  readonly columns: number;
  /** Number of labels. */
  readonly labels: number;
  /** The weights W `[columns, labels]`, row-major. */
  readonly weight: Float32Array;
  /** The biases b `[labels]`. */
  readonly bias: Float32Array;
}

/** Computes the logits of every row. */
export function linearLogits(x: SparseRows, { labels, weight, bias }: LinearWeights): Float32Array[] {
  const sums = new Float64Array(labels);
  return Array.from({ length: x.starts.length - 1 }, (_, row) => {
    sums.set(bias);
    for (let j = x.starts[row]; j < x.starts[row + 1]; j++) {
      const [value, base] = [x.values[j], x.columns[j] * labels];
      for (let k = 0; k < labels; k++) sums[k] += value * weight[base + k];
    }
    return Float32Array.from(sums);
  });
}
