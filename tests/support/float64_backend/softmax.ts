import type { Numbers, Operands, OptionalNumbers } from "./numbers.ts";

/** Returns log sum e^x of n numbers, relative to their largest, ignoring NaN in the latter. */
function logSumOf(x: Numbers): number {
  const most = x.reduce((most, value) => value > most ? value : most, -Infinity);
  return most + Math.log(x.reduce((sum, value) => sum + Math.exp(value - most), 0));
}

function softmaxRow(x: Numbers, y: Numbers): void {
  const logSum = logSumOf(x);
  for (let j = 0; j < x.length; j++) y[j] = Math.exp(x[j] - logSum);
}

function rowOf(matrix: Numbers, r: number, n: number): Numbers {
  return matrix.subarray(r * n, (r + 1) * n);
}

export function softmax(...[rows, n, x, y]: Operands<"softmax">): void {
  for (let r = 0; r < rows; r++) softmaxRow(rowOf(x, r, n), rowOf(y, r, n));
}

export function softmax_ragged(...[rows, n, lengths, x, y]: Operands<"softmax_ragged">): void {
  for (let r = 0; r < rows; r++) {
    const to = rowOf(y, r, n);
    softmaxRow(rowOf(x, r, n).subarray(0, lengths[r]), to);
    to.fill(0, lengths[r]);
  }
}

export function softmax_backward(...[rows, n, y, dy, dx]: Operands<"softmax_backward">): void {
  for (let r = 0; r < rows; r++) {
    const [p, d, to] = [rowOf(y, r, n), rowOf(dy, r, n), rowOf(dx, r, n)];
    const dot = p.reduce((sum, value, j) => sum + value * d[j], 0);
    for (let j = 0; j < n; j++) to[j] += p[j] * (d[j] - dot);
  }
}

export function log_softmax(...[rows, n, x, y]: Operands<"log_softmax">): void {
  for (let r = 0; r < rows; r++) {
    const logSum = logSumOf(rowOf(x, r, n));
    for (let j = r * n; j < (r + 1) * n; j++) y[j] = x[j] - logSum;
  }
}

export function log_softmax_backward(...[rows, n, y, dy, dx]: Operands<"log_softmax_backward">): void {
  for (let r = 0; r < rows; r++) {
    const total = rowOf(dy, r, n).reduce((sum, d) => sum + d, 0);
    for (let j = r * n; j < (r + 1) * n; j++) dx[j] += dy[j] - Math.exp(y[j]) * total;
  }
}

/** The share q_c of every class in the loss of a row with target y. */
function sharesOf(weights: OptionalNumbers, n: number, smoothing: number, y: number): Numbers {
  return Float64Array.from(
    { length: n },
    (_, c) => (weights?.[c] ?? 1) * (smoothing / n + (c === y ? 1 - smoothing : 0)),
  );
}

export function cross_entropy(
  ...[rows, n, x, bias, targets, weights, smoothing, scale, losses, dx]: Operands<"cross_entropy">
): void {
  for (let r = 0; r < rows; r++) {
    const from = rowOf(x, r, n);
    if (bias) { for (let c = 0; c < n; c++) from[c] += bias[c]; }
    losses[r] = 0;
    if (targets[r] < 0) {
      dx?.fill(0, r * n, (r + 1) * n);
      continue;
    }
    const shares = sharesOf(weights, n, smoothing, targets[r]);
    const total = shares.reduce((sum, share) => sum + share, 0);
    const logSum = logSumOf(from);
    // Without a share a logit has no effect, even if it is -Infinity.
    shares.forEach((share, c) => losses[r] += share === 0 ? 0 : share * (logSum - from[c]));
    if (dx) rowOf(dx, r, n).set(from.map((value, c) => scale * (total * Math.exp(value - logSum) - shares[c])));
  }
}
