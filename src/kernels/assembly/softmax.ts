// Softmax over rows, and the cross-entropy of its result with a target index. Workers share the rows.

import { roundRow } from "./native";
import { Count, Float, Optional, Reads, Updates, Writes } from "./operands";
import {
  expOrZero,
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
  return maxLanes(m0);
}

/** The largest of four lanes that are not NaN. */
@inline
function maxLanes(x: v128): f32 {
  const pairs = f32x4.pmax(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1));
  return f32x4.extract_lane(f32x4.pmax(pairs, v128.shuffle<f32>(pairs, pairs, 1, 0, 3, 2)), 0);
}

/**
 * Returns the sum of e^(x - most) for a row of n floats, as 16 interleaved sums; stores the exponentials in y if it is
 * not 0. Sums that run side by side do not wait for one another.
 */
@inline
function rowExpSum(x: usize, n: u32, most: f32, y: usize = 0): f32 {
  const m = splat(most);
  let s0 = splat(0), s1 = s0, s2 = s0, s3 = s0;
  let j: u32 = 0;
  for (; j + 16 <= n; j += 16) {
    const at: usize = j << 2;
    const e0 = expOrZero(f32x4.sub(v128.load(x + at), m)), e1 = expOrZero(f32x4.sub(v128.load(x + at, 16), m));
    const e2 = expOrZero(f32x4.sub(v128.load(x + at, 32), m)), e3 = expOrZero(f32x4.sub(v128.load(x + at, 48), m));
    if (y) {
      v128.store(y + at, e0), v128.store(y + at, e1, 16);
      v128.store(y + at, e2, 32), v128.store(y + at, e3, 48);
    }
    s0 = f32x4.add(s0, e0), s1 = f32x4.add(s1, e1), s2 = f32x4.add(s2, e2), s3 = f32x4.add(s3, e3);
  }
  let result = sumLanes(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
  for (; j < n; j++) {
    const e = expOrZero(f32x4.sub(v128.load32_splat(x + (j << 2)), m));
    if (y) v128.store_lane<f32>(y + (j << 2), e, 0);
    result += f32x4.extract_lane(e, 0);
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
 * @inplace y x
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

/** x += bias for n floats; returns the largest sum, ignoring NaN. */
function addBiasRowMax(x: usize, bias: usize, n: u32): f32 {
  const n8 = n & ~7;
  let m0 = splat(-Infinity), m1 = m0;
  for (let j: u32 = 0; j < n8; j += 8) {
    const at = x + (j << 2);
    const a = f32x4.add(v128.load(at), v128.load(bias + (j << 2)));
    const b = f32x4.add(v128.load(at, 16), v128.load(bias + (j << 2), 16));
    v128.store(at, a);
    v128.store(at, b, 16);
    m0 = f32x4.pmax(m0, a), m1 = f32x4.pmax(m1, b);
  }
  let most = maxLanes(f32x4.pmax(m0, m1));
  for (let j = n8; j < n; j++) {
    const y = load<f32>(x + (j << 2)) + load<f32>(bias + (j << 2));
    store<f32>(x + (j << 2), y);
    if (y > most) most = y;
  }
  return most;
}

/** Returns the sum of w (most - x) over a row of n floats. */
function weightedGaps(x: usize, w: usize, n: u32, most: f32): f32 {
  let total = splat(0);
  for (let j: u32 = 0; j < n; j += 4) {
    const count = min(n - j, 4);
    total = fma(loadPart(w + (j << 2), count), f32x4.sub(splat(most), loadPart(x + (j << 2), count)), total);
  }
  return sumLanes(total);
}

/** y = factor y for a row of n floats. */
function scaleRow(y: usize, factor: f32, n: u32): void {
  const f = splat(factor), lifted = lift(f);
  let j: u32 = 0;
  for (; j + 8 <= n; j += 8) {
    const at = y + (j << 2);
    v128.store(at, gradient2(f, lifted, v128.load(at)));
    v128.store(at, gradient2(f, lifted, v128.load(at, 16)), 16);
  }
  for (; j < n; j++) {
    const at = y + (j << 2);
    v128.store_lane<f32>(at, gradient2(f, lifted, v128.load32_splat(at)), 0);
  }
}

/** y -= share w for a row of n floats. */
function subtractRow(y: usize, share: f32, w: usize, n: u32): void {
  const factor = splat(-share);
  for (let j: u32 = 0; j < n; j += 4) {
    const count = min(n - j, 4), at: usize = j << 2;
    storePart(y + at, f32x4.add(loadPart(y + at, count), f32x4.mul(factor, loadPart(w + at, count))), count);
  }
}

/**
 * Cross-entropy of rows of n logits, with label smoothing and class weights, and its gradient:
 *
 *     x       += bias, unless the address of the bias is 0
 *     q_c      = w_c (smoothing / n + (c == y ? 1 - smoothing : 0)), where y = targets[r]
 *     losses_r = sum_c q_c (L - x_c), where L = log sum_c e^x_c
 *     dx_c     = scale (Q e^(x_c - L) - q_c), where Q = sum_c q_c, unless the address of dx is 0
 *     half     = dx as bfloat16 numbers, unless its address is 0
 *
 * A row with a negative target has a loss and a gradient of 0. All weights are 1 if their address is 0, which smoothing
 * does not allow.
 *
 * @extent x dx half: rows * n
 * @extent bias weights: n
 * @extent targets losses: rows
 * @inplace dx x
 * @work 4 * rows * n
 */
export function cross_entropy(
  rows: Count,
  n: Count,
  x: Updates<f32>,
  bias: Optional<Reads<f32>>,
  targets: Reads<i32>,
  weights: Optional<Reads<f32>>,
  smoothing: Float,
  scale: Float,
  losses: Writes<f32>,
  dx: Optional<Writes<f32>>,
  half: Optional<Writes<u16>>,
  worker: u32,
  workers: u32,
): void {
  const share = smoothing / <f32> n;
  let sum: f64 = 0;
  if (share > 0) for (let c: u32 = 0; c < n; c++) sum += <f64> load<f32>(weights + (c << 2));
  const end = shareStart(rows, 1, worker + 1, workers);
  for (let r = shareStart(rows, 1, worker, workers); r < end; r++) {
    const from = x + (r * n << 2);
    const to = dx ? dx + (r * n << 2) : 0;
    const most = bias ? addBiasRowMax(from, bias, n) : rowMax(from, n);
    const target = load<i32>(targets + (r << 2));
    if (target < 0) {
      store<f32>(losses + (r << 2), 0);
      if (to) memory.fill(to, 0, n << 2);
      if (half) memory.fill(half + (r * n << 1), 0, n << 1);
      continue;
    }
    const hit: usize = <usize> target << 2;
    // Relative to the largest logit, so that large logits lose no precision.
    const gap = <f64> most - <f64> load<f32>(from + hit);
    // Without smoothing the other logits have no effect, even if one is -Infinity.
    const gaps = share > 0 ? <f64> weightedGaps(from, weights, n, most) : 0;
    const total = to ? rowExpSum(from, n, most, to) : rowExpSum(from, n, most);
    const rest = ln(total);
    const own = (<f32> 1 - smoothing) * (weights ? load<f32>(weights + hit) : 1);
    store<f32>(losses + (r << 2), <f32> (<f64> own * (gap + rest) + <f64> share * (gaps + rest * sum)));
    if (!to) continue;
    const factor = scale * <f32> ((<f64> own + <f64> share * sum) / <f64> total);
    scaleRow(to, factor, n);
    if (share > 0) subtractRow(to, scale * share, weights, n);
    store<f32>(to + hit, load<f32>(to + hit) - scale * own);
    if (half) roundRow(n, to, half + (r * n << 1));
  }
}
