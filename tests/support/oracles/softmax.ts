import { row, type Values } from "./affine.ts";

/** Arguments of {@linkcode softmax} and {@linkcode logSoftmax}: x [N, V], normalized over V. */
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
 * not counted. If no row is counted, the loss and its gradient are 0 (NaN in PyTorch).
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

/**
 * Cross-entropy with label smoothing and class weights, as in PyTorch. The loss of row n is (1 - smoothing) w_y (-log
 * p_y) + smoothing / V sum_c w_c (-log p_c), and the mean divides by the sum of w_y. Rows with a negative target are
 * ignored. `dLogits` holds the gradients of the rows' own losses.
 */
export function smoothedCrossEntropy(
  { logits, targets, weights, smoothing, N, V }: {
    logits: Values;
    targets: Values;
    weights: Values;
    smoothing: number;
    N: number;
    V: number;
  },
): { losses: Float64Array; logSums: Float64Array; dLogits: Float64Array; loss: number; total: number } {
  const logs = logProbabilities(logits, N, V);
  const [losses, logSums, dLogits] = [new Float64Array(N), new Float64Array(N), new Float64Array(N * V)];
  let total = 0;
  for (let n = 0; n < N; n++) {
    logSums[n] = logits[n * V] - logs[n * V];
    if (targets[n] < 0) continue;
    total += weights[targets[n]];
    const shares = Array.from(
      { length: V },
      (_, c) => weights[c] * (smoothing / V + (c === targets[n] ? 1 - smoothing : 0)),
    );
    const sum = shares.reduce((a, b) => a + b, 0);
    shares.forEach((share, c) => {
      losses[n] -= share * logs[n * V + c];
      dLogits[n * V + c] = sum * Math.exp(logs[n * V + c]) - share;
    });
  }
  const sum = losses.reduce((a, b) => a + b, 0);
  return { losses, logSums, dLogits, loss: total === 0 ? 0 : sum / total, total };
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
