import type { Pause } from "../../../src/train/mod.ts";
import { TEXTS } from "./features.ts";
import { rowCount, type SparseRows } from "./sparse_rows.ts";

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
export function linearLogits(x: SparseRows, weights: LinearWeights): Float32Array[] {
  const sums = new Float64Array(weights.labels);
  return Array.from({ length: rowCount(x) }, (_, row) => rowLogits(x, row, weights, sums));
}

/** Computes the logits of every row, with pauses. */
export async function linearLogitsInTurns(
  x: SparseRows,
  weights: LinearWeights,
  pause: Pause,
): Promise<Float32Array[]> {
  const [logits, sums] = [[] as Float32Array[], new Float64Array(weights.labels)];
  for (let row = 0; row < rowCount(x); row++) {
    if (row % TEXTS === 0) await pause();
    logits.push(rowLogits(x, row, weights, sums));
  }
  return logits;
}

/** Computes the logits of a row; `sums` has room for them. */
function rowLogits(
  { starts, columns, values }: SparseRows,
  row: number,
  { labels, weight, bias }: LinearWeights,
  sums: Float64Array,
): Float32Array {
  sums.set(bias);
  for (let j = starts[row]; j < starts[row + 1]; j++) {
    const [value, base] = [values[j], columns[j] * labels];
    for (let k = 0; k < labels; k++) sums[k] += value * weight[base + k];
  }
  return Float32Array.from(sums);
}
