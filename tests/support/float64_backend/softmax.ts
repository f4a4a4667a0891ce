import type { Numbers, Operands } from "./numbers.ts";

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

export function cross_entropy(...[rows, n, x, targets, losses, logSums]: Operands<"cross_entropy">): void {
  for (let r = 0; r < rows; r++) {
    losses[r] = 0;
    if (targets[r] < 0) continue;
    logSums[r] = logSumOf(rowOf(x, r, n));
    losses[r] = logSums[r] - x[r * n + targets[r]];
  }
}

export function cross_entropy_backward(
  ...[rows, n, x, targets, logSums, scale, dx, accumulate]: Operands<"cross_entropy_backward">
): void {
  for (let r = 0; r < rows; r++) {
    const [from, to] = [rowOf(x, r, n), rowOf(dx, r, n)];
    if (!accumulate) to.fill(0);
    if (targets[r] < 0) continue;
    for (let j = 0; j < n; j++) to[j] += scale * (Math.exp(from[j] - logSums[r]) - (j === targets[r] ? 1 : 0));
  }
}

/** The share q_c of every class in the loss of a row with target y. */
function sharesOf(weights: Numbers, smoothing: number, y: number): Numbers {
  return weights.map((w, c) => w * (smoothing / weights.length + (c === y ? 1 - smoothing : 0)));
}

export function smoothed_cross_entropy(
  ...[rows, n, x, targets, weights, smoothing, losses, logSums]: Operands<"smoothed_cross_entropy">
): void {
  for (let r = 0; r < rows; r++) {
    losses[r] = 0;
    if (targets[r] < 0) continue;
    const from = rowOf(x, r, n);
    logSums[r] = logSumOf(from);
    // Without a share a logit has no effect, even if it is -Infinity.
    sharesOf(weights.subarray(0, n), smoothing, targets[r]).forEach((share, c) => {
      if (share !== 0) losses[r] += share * (logSums[r] - from[c]);
    });
  }
}

export function smoothed_cross_entropy_backward(
  ...[rows, n, x, targets, weights, smoothing, logSums, scale, dx, accumulate]: Operands<
    "smoothed_cross_entropy_backward"
  >
): void {
  for (let r = 0; r < rows; r++) {
    const [from, to] = [rowOf(x, r, n), rowOf(dx, r, n)];
    if (!accumulate) to.fill(0);
    if (targets[r] < 0) continue;
    const shares = sharesOf(weights.subarray(0, n), smoothing, targets[r]);
    const total = shares.reduce((sum, share) => sum + share, 0);
    for (let j = 0; j < n; j++) to[j] += scale * (total * Math.exp(from[j] - logSums[r]) - shares[j]);
  }
}
