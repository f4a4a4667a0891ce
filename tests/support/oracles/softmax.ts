import { row, type Values } from "./affine.ts";

/** What {@linkcode softmax} and {@linkcode logSoftmax} take: x [N, V], normalised over V. */
export interface RowsOptions {
  x: Values;
  N: number;
  V: number;
}

/** A function of each row of x [N, V]. */
export interface RowsRun {
  output: Float64Array;
  backward(dOutput: Values): { dx: Float64Array };
}

/** exp(x) / sum(exp(x)) over each row. */
export function softmax({ x, N, V }: RowsOptions): RowsRun {
  const output = logProbabilities(x, N, V).map(Math.exp);
  return {
    output,
    backward(dOutput) {
      const dx = new Float64Array(N * V);
      for (let n = 0; n < N; n++) {
        let dot = 0;
        for (let v = n * V; v < (n + 1) * V; v++) dot += dOutput[v] * output[v];
        for (let v = n * V; v < (n + 1) * V; v++) dx[v] = output[v] * (dOutput[v] - dot);
      }
      return { dx };
    },
  };
}

/** x - log(sum(exp(x))) over each row. */
export function logSoftmax({ x, N, V }: RowsOptions): RowsRun {
  const output = logProbabilities(x, N, V);
  return {
    output,
    backward(dOutput) {
      const dx = new Float64Array(N * V);
      for (let n = 0; n < N; n++) {
        let sum = 0;
        for (let v = n * V; v < (n + 1) * V; v++) sum += dOutput[v];
        for (let v = n * V; v < (n + 1) * V; v++) dx[v] = dOutput[v] - Math.exp(output[v]) * sum;
      }
      return { dx };
    },
  };
}

/**
 * Mean over the counted rows of -log softmax(logits)[target]: logits [N, V], targets [N]. A target of `ignoreIndex` is
 * not counted. Where no row is counted, the loss and its gradient are 0 (PyTorch's are not a number).
 */
export function crossEntropy(
  { logits, targets, N, V, ignoreIndex = -1 }: {
    logits: Values;
    targets: Values;
    N: number;
    V: number;
    ignoreIndex?: number;
  },
): { loss: number; counted: number; backward(dLoss?: number): { dLogits: Float64Array } } {
  const logs = logProbabilities(logits, N, V);
  let sum = 0, counted = 0;
  for (let n = 0; n < N; n++) {
    if (targets[n] === ignoreIndex) continue;
    sum -= logs[n * V + targets[n]];
    counted++;
  }
  return {
    loss: counted === 0 ? 0 : sum / counted,
    counted,
    backward(dLoss = 1) {
      const dLogits = new Float64Array(N * V);
      for (let n = 0; n < N; n++) {
        if (targets[n] === ignoreIndex) continue;
        for (let v = 0; v < V; v++) {
          dLogits[n * V + v] = (Math.exp(logs[n * V + v]) - (v === targets[n] ? 1 : 0)) * dLoss / counted;
        }
      }
      return { dLogits };
    },
  };
}

function logProbabilities(x: Values, N: number, V: number): Float64Array {
  const output = new Float64Array(N * V);
  for (let n = 0; n < N; n++) {
    const values = row(x, n, V);
    const largest = values.reduce((a, b) => Math.max(a, b), -Infinity);
    const logSum = largest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - largest), 0));
    output.set(values.map((value) => value - logSum), n * V);
  }
  return output;
}
