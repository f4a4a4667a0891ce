// Sums, norms and maxima. Partial sums have a fixed size, so the number of workers changes nothing.

import { Count, Double, Reads, Updates, Writes } from "./operands";
import { loadPart, shareStart, storePart } from "./vector";

/** Floats per partial sum. */
const PART: u32 = 4096;

/** The floats [i, i + 4), with zeros for those outside [left, right). */
@inline
function loadWithin(x: usize, i: u32, left: u32, right: u32): v128 {
  const isBefore = i32x4.lt_u(i32x4.add(i32x4.splat(i), i32x4(0, 1, 2, 3)), i32x4.splat(left));
  return v128.andnot(loadPart(x + (i << 2), right - i), isBefore);
}

@inline
function lowSquares(v: v128): v128 {
  const low = f64x2.promote_low_f32x4(v);
  return f64x2.mul(low, low);
}

@inline
function highSquares(v: v128): v128 {
  return lowSquares(v128.shuffle<f32>(v, v, 2, 3, 2, 3));
}

/**
 * Adds the squares of those floats of [from, to) that lie in spans, in double precision. Four sums each take every
 * fourth float, counted from 0, so that zeros in or between spans change nothing.
 */
function partSquares(x: usize, from: u32, to: u32, span: usize, end: usize): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (; span < end && load<u32>(span) < to; span += 8) {
    const left = max(load<u32>(span), from);
    const right = min(load<u32>(span, 4), to);
    let i = left & ~3;
    if (i < left && i < right) {
      const v = loadWithin(x, i, left, right);
      low = f64x2.add(low, lowSquares(v));
      high = f64x2.add(high, highSquares(v));
      i += 4;
    }
    for (; i + 4 <= right; i += 4) {
      const v = v128.load(x + (i << 2));
      low = f64x2.add(low, lowSquares(v));
      high = f64x2.add(high, highSquares(v));
    }
    if (i < right) {
      const v = loadWithin(x, i, left, right);
      low = f64x2.add(low, lowSquares(v));
      high = f64x2.add(high, highSquares(v));
    }
  }
  const both = f64x2.add(low, high);
  return f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
}

/**
 * parts[i] = sum of the squares of the i-th 4096 floats, as doubles. Only floats in the `count` ascending spans
 * [start, end) are read, besides up to 3 before a span; the others count as zeros. Workers take turns, because spans
 * may be dense in one half only.
 *
 * @extent x: n
 * @extent spans: 2 * count
 * @extent parts: ceil(n / 4096)
 * @work 4 * n
 */
export function sum_squares(
  n: Count,
  x: Reads<f32>,
  count: Count,
  spans: Reads<i32>,
  parts: Writes<f64>,
  worker: u32,
  workers: u32,
): void {
  const last = spans + (count << 3);
  let span = spans;
  for (let i = worker * PART; i < n; i += workers * PART) {
    while (span < last && load<u32>(span, 4) <= i) span += 8;
    store<f64>(parts + (i / PART << 3), partSquares(x, i, min(i + PART, n), span, last));
  }
}

/**
 * y = scale (x[0] + x[1] + ...), added in double precision by one worker.
 *
 * @extent x: n
 * @extent y: 1
 */
export function sum(n: Count, x: Reads<f32>, scale: Double, y: Writes<f32>, worker: u32, workers: u32): void {
  if (worker > 0) return;
  let total: f64 = 0;
  for (let i: u32 = 0; i < n; i++) total += load<f32>(x + (i << 2));
  store<f32>(y, <f32> (total * scale));
}

/**
 * y[u, b, k] = the largest of x[t, b, k] over the steps of window u, [u size, (u + 1) size), that are below lengths[b];
 * at[u, b, k] = the first t that attains it. A window without such steps gives 0 and -1. NaN counts as larger than any
 * number. Workers share the windows of all sequences.
 *
 * @extent lengths: B
 * @extent x: most(lengths, B) * B * K
 * @extent y at: windows * B * K
 * @work 4 * B * K * lengths[0]
 */
export function max_pool(
  B: Count,
  K: Count,
  windows: Count,
  size: Count,
  lengths: Reads<i32>,
  x: Reads<f32>,
  y: Writes<f32>,
  at: Writes<i32>,
  worker: u32,
  workers: u32,
): void {
  const end = shareStart(windows * B, 1, worker + 1, workers);
  const bytes: usize = K << 2;
  for (let row = shareStart(windows * B, 1, worker, workers); row < end; row++) {
    const first = row / B * size;
    const last = min(first + size, load<u32>(lengths + (row % B << 2)));
    const place = row * bytes;
    if (first < last) {
      maxRow(K, first, last, x + (row % B) * bytes, B * bytes, y + place, at + place);
    } else {
      memory.fill(y + place, 0, bytes);
      memory.fill(at + place, 0xff, bytes);
    }
  }
}

/** y[k] = the largest x[t, k] of the steps [first, last), which lie `step` bytes apart; at[k] = the first that is. */
@inline
function maxRow(K: u32, first: u32, last: u32, x: usize, step: usize, y: usize, at: usize): void {
  for (let k: u32 = 0; k < K; k += 4) {
    const count = min(K - k, 4);
    let from = x + first * step + (k << 2);
    let best = loadPart(from, count);
    let where = i32x4.splat(first);
    for (let t = first + 1; t < last; t++) {
      from += step;
      const v = loadPart(from, count);
      const isLarger = v128.or(f32x4.gt(v, best), f32x4.ne(v, v));
      const takes = v128.and(isLarger, f32x4.eq(best, best));
      best = v128.bitselect(v, best, takes);
      where = v128.bitselect(i32x4.splat(t), where, takes);
    }
    storePart(y + (k << 2), best, count);
    storePart(at + (k << 2), where, count);
  }
}

/**
 * dx[at[u, b, k], b, k] += dy[u, b, k] where a maximum was found. Workers share the windows of all sequences.
 *
 * @extent at dy: windows * B * K
 * @extent dx: (most(at, windows * B * K) + 1) * B * K
 * @work 4 * windows * B * K
 */
export function max_pool_backward(
  B: Count,
  K: Count,
  windows: Count,
  at: Reads<i32>,
  dy: Reads<f32>,
  dx: Updates<f32>,
  worker: u32,
  workers: u32,
): void {
  const end = shareStart(windows * B, 1, worker + 1, workers) * K;
  for (let i = shareStart(windows * B, 1, worker, workers) * K; i < end; i++) {
    const t = load<i32>(at + (i << 2));
    if (t < 0) continue;
    const to = dx + (<u32> t * B * K + i % (B * K) << 2);
    store<f32>(to, load<f32>(to) + load<f32>(dy + (i << 2)));
  }
}
