// Softmax over rows, and the cross-entropy of its result with a target index. Workers share the rows.

import { Count, Flag, Float, Reads, Updates, Writes } from "./operands";
import {
  exp,
  EXP_MIN,
  flush,
  fma,
  gradient2,
  keep,
  lift,
  loadPart,
  NORMAL,
  shareStart,
  splat,
  storePart,
  sumLanes,
} from "./vector";

/**
 * Returns the largest of n floats, ignoring NaN. Four maxima run side by side, because each instruction waits for the
 * previous one.
 */
function rowMax(x: usize, n: u32): f32 {
  const end = x + (n << 2);
  let m0 = splat(-Infinity), m1 = m0, m2 = m0, m3 = m0;
  for (; x + 64 <= end; x += 64) {
    m0 = f32x4.pmax(m0, v128.load(x)), m1 = f32x4.pmax(m1, v128.load(x, 16));
    m2 = f32x4.pmax(m2, v128.load(x, 32)), m3 = f32x4.pmax(m3, v128.load(x, 48));
  }
  m0 = f32x4.pmax(f32x4.pmax(m0, m1), f32x4.pmax(m2, m3));
  for (; x < end; x += 4) m0 = f32x4.pmax(m0, v128.load32_splat(x));
  const pairs = f32x4.pmax(m0, v128.shuffle<f32>(m0, m0, 2, 3, 0, 1));
  return f32x4.extract_lane(f32x4.pmax(pairs, v128.shuffle<f32>(pairs, pairs, 1, 0, 3, 2)), 0);
}

/**
 * Returns the sum of e^(x - most), as four interleaved sums with the tail in the first lanes; stores the exponentials
 * in y if it is not 0, with zeros for those that `exp` does not compute.
 */
@inline
function rowExpSum(x: usize, n: u32, most: f32, y: usize = 0): f32 {
  let total = splat(0);
  const n4 = n & ~3;
  for (let j: u32 = 0; j < n4; j += 4) {
    const d = f32x4.sub(v128.load(x + (j << 2)), splat(most));
    const e = exp(d);
    if (y) v128.store(y + (j << 2), v128.andnot(e, f32x4.lt(d, splat(EXP_MIN))));
    total = f32x4.add(total, e);
  }
  let result = sumLanes(total);
  for (let j = n4; j < n; j++) {
    const d = load<f32>(x + (j << 2)) - most;
    const e = f32x4.extract_lane(exp(splat(d)), 0);
    if (y) store<f32>(y + (j << 2), d < EXP_MIN ? 0 : e);
    result += e;
  }
  return result;
}

/** y = softmax(x) for one row of n floats. */
@inline
function softmaxRow(n: u32, x: usize, y: usize): void {
  const scale = splat(<f32> 1 / rowExpSum(x, n, rowMax(x, n), y));
  for (let j: u32 = 0; j < n; j += 4) {
    const count = min(n - j, 4);
    storePart(y + (j << 2), flush(f32x4.mul(loadPart(y + (j << 2), count), scale), NORMAL), count);
  }
}

/**
 * y = softmax(x) for each row of n floats.
 *
 * @extent x y: rows * n
 * @work 4 * rows * n
 */
export function softmax(rows: Count, n: Count, x: Reads<f32>, y: Writes<f32>, worker: u32, workers: u32): void {
  const end = shareStart(rows, 1, worker + 1, workers);
  for (let r = shareStart(rows, 1, worker, workers); r < end; r++) softmaxRow(n, x + (r * n << 2), y + (r * n << 2));
}

/**
 * Softmax of the first lengths[r] floats of row r; the others become 0.
 *
 * @extent lengths: rows
 * @extent x y: rows * n
 * @work 4 * rows * n
 */
export function softmax_ragged(
  rows: Count,
  n: Count,
  lengths: Reads<i32>,
  x: Reads<f32>,
  y: Writes<f32>,
  worker: u32,
  workers: u32,
): void {
  const end = shareStart(rows, 1, worker + 1, workers);
  for (let r = shareStart(rows, 1, worker, workers); r < end; r++) {
    const length = load<u32>(lengths + (r << 2));
    const to = y + (r * n << 2);
    softmaxRow(length, x + (r * n << 2), to);
    memory.fill(to + (length << 2), 0, n - length << 2);
  }
}

/**
 * dx += y (dy - sum(dy y)) for each row of n floats.
 *
 * @extent y dy dx: rows * n
 * @work 4 * rows * n
 */
export function softmax_backward(
  rows: Count,
  n: Count,
  y: Reads<f32>,
  dy: Reads<f32>,
  dx: Updates<f32>,
  worker: u32,
  workers: u32,
): void {
  const end = shareStart(rows, 1, worker + 1, workers);
  for (let r = shareStart(rows, 1, worker, workers); r < end; r++) {
    const at: usize = r * n << 2;
    let dot = splat(0);
    for (let j: u32 = 0; j < n; j += 4) {
      const count = min(n - j, 4);
      dot = fma(loadPart(dy + at + (j << 2), count), loadPart(y + at + (j << 2), count), dot);
    }
    const total = splat(sumLanes(dot));
    for (let j: u32 = 0; j < n; j += 4) {
      const count = min(n - j, 4);
      const to = dx + at + (j << 2);
      const d = f32x4.sub(loadPart(dy + at + (j << 2), count), total);
      const p = loadPart(y + at + (j << 2), count);
      storePart(to, fma(keep(p, f32x4.mul(lift(p), d)), d, loadPart(to, count)), count);
    }
  }
}

/** ln of a positive float, in double precision: 2 atanh((m - 1) / (m + 1)) + e ln 2; NaN stays NaN. */
function ln(x: f32): f64 {
  if (isNaN(x)) return NaN;
  const bits = reinterpret<u64>(<f64> x);
  const shifted = bits - 0x3fe6a09e667f3bcd;
  const exponent = <i64> shifted >> 52;
  const m = reinterpret<f64>(bits - (<u64> exponent << 52));
  const s = (m - 1) / (m + 1);
  const s2 = s * s;
  let q: f64 = 0;
  for (let k = 21; k >= 1; k -= 2) q = q * s2 + 1 / <f64> k;
  return 2 * s * q + <f64> exponent * 0.6931471805599453;
}

/**
 * losses[r] = -log softmax(x[r])[targets[r]] and logSums[r] = log sum e^x[r], which the backward pass needs. Rows with
 * a negative target are ignored: their loss is 0.
 *
 * @extent x: rows * n
 * @extent targets losses logSums: rows
 * @work 4 * rows * n
 */
export function cross_entropy(
  rows: Count,
  n: Count,
  x: Reads<f32>,
  targets: Reads<i32>,
  losses: Writes<f32>,
  logSums: Writes<f32>,
  worker: u32,
  workers: u32,
): void {
  const end = shareStart(rows, 1, worker + 1, workers);
  for (let r = shareStart(rows, 1, worker, workers); r < end; r++) {
    const target = load<i32>(targets + (r << 2));
    if (target < 0) {
      store<f32>(losses + (r << 2), 0);
      continue;
    }
    const from = x + (r * n << 2);
    const most = rowMax(from, n);
    const logSum = <f64> most + ln(rowExpSum(from, n, most));
    store<f32>(losses + (r << 2), <f32> (logSum - load<f32>(from + (<u32> target << 2))));
    store<f32>(logSums + (r << 2), <f32> logSum);
  }
}

/**
 * dx[r] (+)= scale (softmax(x[r]) - onehot(targets[r])); zeros if the target is negative.
 *
 * @extent x dx: rows * n
 * @extent targets logSums: rows
 * @work 4 * rows * n
 */
export function cross_entropy_backward(
  rows: Count,
  n: Count,
  x: Reads<f32>,
  targets: Reads<i32>,
  logSums: Reads<f32>,
  scale: Float,
  dx: Updates<f32>,
  accumulate: Flag,
  worker: u32,
  workers: u32,
): void {
  const end = shareStart(rows, 1, worker + 1, workers);
  for (let r = shareStart(rows, 1, worker, workers); r < end; r++) {
    const target = load<i32>(targets + (r << 2));
    const from = x + (r * n << 2);
    const to = dx + (r * n << 2);
    if (target < 0) {
      if (!accumulate) memory.fill(to, 0, n << 2);
      continue;
    }
    const logSum = splat(load<f32>(logSums + (r << 2)));
    for (let j: u32 = 0; j < n; j += 4) {
      const count = min(n - j, 4);
      let d = gradient2(splat(scale), lift(splat(scale)), exp(f32x4.sub(loadPart(from + (j << 2), count), logSum)));
      if (accumulate) d = f32x4.add(d, loadPart(to + (j << 2), count));
      storePart(to + (j << 2), d, count);
    }
    const hit = to + (<u32> target << 2);
    store<f32>(hit, load<f32>(hit) - scale);
  }
}

/**
 * Cross-entropy with label smoothing and class weights: losses[r] = (1 - smoothing) w_y (L - x_y) + smoothing / n sum_c
 * w_c (L - x_c), where y is the target and L = logSums[r] = log sum e^x[r]. Rows with a negative target are ignored.
 *
 * @extent x: rows * n
 * @extent targets losses logSums: rows
 * @extent weights: n
 * @work 4 * rows * n
 */
export function smoothed_cross_entropy(
  rows: Count,
  n: Count,
  x: Reads<f32>,
  targets: Reads<i32>,
  weights: Reads<f32>,
  smoothing: Float,
  losses: Writes<f32>,
  logSums: Writes<f32>,
  worker: u32,
  workers: u32,
): void {
  const share = <f64> smoothing / <f64> n;
  const end = shareStart(rows, 1, worker + 1, workers);
  for (let r = shareStart(rows, 1, worker, workers); r < end; r++) {
    const target = load<i32>(targets + (r << 2));
    if (target < 0) {
      store<f32>(losses + (r << 2), 0);
      continue;
    }
    const from = x + (r * n << 2);
    const most = rowMax(from, n);
    const logSum = <f64> most + ln(rowExpSum(from, n, most));
    // Relative to the largest logit, so that large logits lose no precision.
    let below = splat(0);
    let total = splat(0);
    for (let j: u32 = 0; j < n; j += 4) {
      const count = min(n - j, 4);
      const w = loadPart(weights + (j << 2), count);
      const d = f32x4.sub(splat(most), loadPart(from + (j << 2), count));
      below = fma(w, d, below);
      total = f32x4.add(total, w);
    }
    const rest = logSum - <f64> most;
    // Without smoothing the other logits have no effect, even if one is -Infinity.
    const even = share > 0 ? <f64> sumLanes(below) + rest * <f64> sumLanes(total) : 0;
    const hit = <f64> load<f32>(weights + (<u32> target << 2)) * (logSum - <f64> load<f32>(from + (<u32> target << 2)));
    store<f32>(losses + (r << 2), <f32> ((1 - <f64> smoothing) * hit + share * even));
    store<f32>(logSums + (r << 2), <f32> logSum);
  }
}

/**
 * dx[r] (+)= scale (Q softmax(x[r]) - q), where q_c = smoothing / n w_c, plus (1 - smoothing) w_y at the target y, and
 * Q is the sum of q; zeros if the target is negative.
 *
 * @extent x dx: rows * n
 * @extent targets logSums: rows
 * @extent weights: n
 * @work 4 * rows * n
 */
export function smoothed_cross_entropy_backward(
  rows: Count,
  n: Count,
  x: Reads<f32>,
  targets: Reads<i32>,
  weights: Reads<f32>,
  smoothing: Float,
  logSums: Reads<f32>,
  scale: Float,
  dx: Updates<f32>,
  accumulate: Flag,
  worker: u32,
  workers: u32,
): void {
  const share = smoothing / <f32> n;
  let sum: f64 = 0;
  for (let c: u32 = 0; c < n; c++) sum += <f64> load<f32>(weights + (c << 2));
  const end = shareStart(rows, 1, worker + 1, workers);
  for (let r = shareStart(rows, 1, worker, workers); r < end; r++) {
    const target = load<i32>(targets + (r << 2));
    const from = x + (r * n << 2);
    const to = dx + (r * n << 2);
    if (target < 0) {
      if (!accumulate) memory.fill(to, 0, n << 2);
      continue;
    }
    const own = (<f32> 1 - smoothing) * load<f32>(weights + (<u32> target << 2));
    const factor = splat(scale * <f32> (<f64> own + <f64> share * sum));
    const even = splat(scale * share);
    const logSum = splat(load<f32>(logSums + (r << 2)));
    for (let j: u32 = 0; j < n; j += 4) {
      const count = min(n - j, 4);
      const p = exp(f32x4.sub(loadPart(from + (j << 2), count), logSum));
      let d = f32x4.sub(gradient2(factor, lift(factor), p), f32x4.mul(even, loadPart(weights + (j << 2), count)));
      if (accumulate) d = f32x4.add(d, loadPart(to + (j << 2), count));
      storePart(to + (j << 2), d, count);
    }
    const hit = to + (<u32> target << 2);
    store<f32>(hit, load<f32>(hit) - scale * own);
  }
}
