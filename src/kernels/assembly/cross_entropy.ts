// Cross-entropy of rows of logits with a target index, of whole rows or column by column. Workers share the rows.

import { halfOf, roundRow, storeNumbers } from "./native";
import { Count, Float, Optional, Reads, Updates, Writes } from "./operands";
import { maxLanes, rowExpSum, rowMax } from "./softmax";
import { expAbove, expOrZero, fma, gradient2, lift, loadPart, shareStart, splat, storePart, sumLanes } from "./vector";

/** ln of a positive float, in double precision: 2 atanh((m - 1) / (m + 1)) + e ln 2; NaN stays NaN. */
export function ln(x: f32): f64 {
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

/** Returns the share of the target itself in the loss: (1 - smoothing) w_y. */
@inline
function ownShare(target: i32, weights: usize, smoothing: f32): f32 {
  return (<f32> 1 - smoothing) * (weights ? load<f32>(weights + (<usize> target << 2)) : 1);
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

/** Returns the sum of n class weights. */
function sumWeights(weights: usize, n: u32): f64 {
  let sum: f64 = 0;
  for (let c: u32 = 0; c < n; c++) sum += <f64> load<f32>(weights + (c << 2));
  return sum;
}

/** x += bias for n floats, unless bias is 0; returns the largest sum, ignoring NaN. */
@inline
function biasedMax(x: usize, bias: usize, n: u32): f32 {
  return bias ? addBiasRowMax(x, bias, n) : rowMax(x, n);
}

/** Returns own (L - x_y) + sum_c share w_c (L - x_c), from the gaps between the largest logit and the others. */
@inline
function lossOf(own: f32, gap: f64, share: f32, gaps: f64, sum: f64, total: f32): f32 {
  const rest = ln(total);
  return <f32> (<f64> own * (gap + rest) + <f64> share * (gaps + rest * sum));
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
  const sum = share > 0 ? sumWeights(weights, n) : 0;
  const end = shareStart(rows, 1, worker + 1, workers);
  for (let r = shareStart(rows, 1, worker, workers); r < end; r++) {
    const from = x + (r * n << 2);
    const to = dx ? dx + (r * n << 2) : 0;
    const most = biasedMax(from, bias, n);
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
    const own = ownShare(target, weights, smoothing);
    store<f32>(losses + (r << 2), lossOf(own, gap, share, gaps, sum, total));
    if (!to) continue;
    const factor = scale * <f32> ((<f64> own + <f64> share * sum) / <f64> total);
    scaleRow(to, factor, n);
    if (share > 0) subtractRow(to, scale * share, weights, n);
    store<f32>(to + hit, load<f32>(to + hit) - scale * own);
    if (half) roundRow(n, to, half + (r * n << 1));
  }
}

// The same column by column: `cross_entropy_columns` takes the states of the rows through all columns,
// `cross_entropy_losses` computes the losses, and `cross_entropy_slopes` goes through the columns again. A state is
// four floats: the largest logit m so far, sum e^(x - m), the logit of the target, and sum w (m - x), which only
// smoothing needs.
const STATE_BYTES: usize = 16;

/**
 * Continues the states of rows by n further logits, those of the classes from `first` on, after x += bias unless the
 * address of the bias is 0. Begins them if `first` is 0. `bias` and `weights` begin at class 0.
 *
 * @extent x: rows * n
 * @extent bias weights: first + n
 * @extent targets: rows
 * @extent states: 4 * rows
 * @work 4 * rows * n
 */
export function cross_entropy_columns(
  rows: Count,
  n: Count,
  first: Count,
  x: Updates<f32>,
  bias: Optional<Reads<f32>>,
  targets: Reads<i32>,
  weights: Optional<Reads<f32>>,
  smoothing: Float,
  states: Updates<f32>,
  worker: u32,
  workers: u32,
): void {
  const before: f32 = smoothing > 0 ? <f32> sumWeights(weights, first) : 0;
  const end = shareStart(rows, 1, worker + 1, workers);
  for (let r = shareStart(rows, 1, worker, workers); r < end; r++) {
    const from = x + (r * n << 2);
    const state = states + r * STATE_BYTES;
    if (first == 0) v128.store(state, f32x4(-Infinity, 0, 0, 0));
    const old = load<f32>(state);
    const most = max(old, biasedMax(from, bias ? bias + (first << 2) : 0, n));
    store<f32>(state, most);
    if (most > -Infinity) {
      let total = rowExpSum(from, n, most);
      if (old > -Infinity) total += load<f32>(state, 4) * f32x4.extract_lane(expOrZero(splat(old - most)), 0);
      store<f32>(state, total, 4);
    }
    const column = load<i32>(targets + (r << 2)) - <i32> first;
    if (column >= 0 && column < <i32> n) store<f32>(state, load<f32>(from + (<usize> column << 2)), 8);
    if (smoothing > 0) {
      const gaps = before > 0 ? load<f32>(state, 12) + (most - old) * before : 0;
      store<f32>(state, gaps + weightedGaps(from, weights + (first << 2), n, most), 12);
    }
  }
}

/**
 * losses = the cross-entropy of rows whose states have gone through all n columns, as `cross_entropy` computes it.
 *
 * @extent targets losses: rows
 * @extent weights: n
 * @extent states: 4 * rows
 * @work 16 * rows
 */
export function cross_entropy_losses(
  rows: Count,
  n: Count,
  targets: Reads<i32>,
  weights: Optional<Reads<f32>>,
  smoothing: Float,
  states: Reads<f32>,
  losses: Writes<f32>,
  worker: u32,
  workers: u32,
): void {
  const share = smoothing / <f32> n;
  const sum = share > 0 ? sumWeights(weights, n) : 0;
  const end = shareStart(rows, 1, worker + 1, workers);
  for (let r = shareStart(rows, 1, worker, workers); r < end; r++) {
    const state = states + r * STATE_BYTES;
    const target = load<i32>(targets + (r << 2));
    let loss: f32 = 0;
    if (target >= 0) {
      const own = ownShare(target, weights, smoothing);
      const gap = <f64> load<f32>(state) - <f64> load<f32>(state, 8);
      loss = lossOf(own, gap, share, <f64> load<f32>(state, 12), sum, load<f32>(state, 4));
    }
    store<f32>(losses + (r << 2), loss);
  }
}

/** Loads four floats, or zeros from address 0. */
@inline
function loadOrZero(from: usize, at: usize): v128 {
  return from ? v128.load(from + at) : splat(0);
}

/**
 * The least x - most whose e^(x - most) counts in a gradient, 2^-87 of the largest: times a factor it is a normal
 * float.
 */
let LEAST: v128 = f32x4.splat(-60);

/**
 * half = factor e^(x + bias - most) - share w for a row of n floats; without the bias or the second term if it is 0.
 */
function slopesRow(n: u32, x: usize, bias: usize, most: f32, factor: f32, share: f32, w: usize, half: usize): void {
  if (isNaN(factor)) {
    for (let j: u32 = 0; j < n; j++) store<u16>(half + (j << 1), halfOf(NaN));
    return;
  }
  const m = splat(most), f = splat(factor), s = splat(share);
  let j: u32 = 0;
  for (; j + 8 <= n; j += 8) {
    const at: usize = j << 2;
    const a = f32x4.add(v128.load(x + at), loadOrZero(bias, at));
    const b = f32x4.add(v128.load(x + at, 16), loadOrZero(bias, at + 16));
    let p = f32x4.mul(f, expAbove(f32x4.sub(a, m), LEAST));
    let q = f32x4.mul(f, expAbove(f32x4.sub(b, m), LEAST));
    if (w) p = f32x4.sub(p, f32x4.mul(s, v128.load(w + at))), q = f32x4.sub(q, f32x4.mul(s, v128.load(w + at, 16)));
    storeNumbers(p, q, half + (j << 1));
  }
  for (; j < n; j++) store<u16>(half + (j << 1), halfOf(slopeOf(j, x, bias, most, factor, share, w)));
}

/** Returns the gradient of the logit in column j of a row, as `slopesRow` computes it. */
function slopeOf(j: u32, x: usize, bias: usize, most: f32, factor: f32, share: f32, w: usize): f32 {
  const at: usize = j << 2;
  const a = load<f32>(x + at) + (bias ? load<f32>(bias + at) : 0);
  const p = factor * f32x4.extract_lane(expAbove(splat(a - most), LEAST), 0);
  return w ? p - share * load<f32>(w + at) : p;
}

/**
 * The gradients of n logits of each row, those of the classes from `first` on, out of `classes`, as `cross_entropy`
 * computes them, as bfloat16 numbers:
 *
 *     half = scale (Q e^(x_c - L) - q_c), where x has no bias yet
 *
 * @extent x half: rows * n
 * @extent bias: first + n
 * @extent weights: classes
 * @extent targets: rows
 * @extent states: 4 * rows
 * @work 4 * rows * n
 */
export function cross_entropy_slopes(
  rows: Count,
  n: Count,
  first: Count,
  classes: Count,
  x: Reads<f32>,
  bias: Optional<Reads<f32>>,
  targets: Reads<i32>,
  weights: Optional<Reads<f32>>,
  smoothing: Float,
  scale: Float,
  states: Reads<f32>,
  half: Writes<u16>,
  worker: u32,
  workers: u32,
): void {
  const share = smoothing / <f32> classes;
  const sum = share > 0 ? sumWeights(weights, classes) : 0;
  const b = bias ? bias + (first << 2) : 0;
  const w = share > 0 ? weights + (first << 2) : 0;
  const end = shareStart(rows, 1, worker + 1, workers);
  for (let r = shareStart(rows, 1, worker, workers); r < end; r++) {
    const from = x + (r * n << 2);
    const to = half + (r * n << 1);
    const target = load<i32>(targets + (r << 2));
    if (target < 0) {
      memory.fill(to, 0, n << 1);
      continue;
    }
    const most = load<f32>(states + r * STATE_BYTES);
    const own = ownShare(target, weights, smoothing);
    const total = load<f32>(states + r * STATE_BYTES, 4);
    const factor = scale * <f32> ((<f64> own + <f64> share * sum) / <f64> total);
    slopesRow(n, from, b, most, factor, scale * share, w, to);
    const hit = target - <i32> first;
    if (hit < 0 || hit >= <i32> n) continue;
    store<u16>(to + (hit << 1), halfOf(slopeOf(hit, from, b, most, factor, scale * share, w) - scale * own));
  }
}
