// Softmax over rows. Workers share the rows.

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
export function rowMax(x: usize, n: u32): f32 {
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
export function maxLanes(x: v128): f32 {
  const pairs = f32x4.pmax(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1));
  return f32x4.extract_lane(f32x4.pmax(pairs, v128.shuffle<f32>(pairs, pairs, 1, 0, 3, 2)), 0);
}

/**
 * Returns the sum of e^(x - most) for a row of n floats, as 16 interleaved sums; stores the exponentials in y if it is
 * not 0. Sums that run side by side do not wait for one another.
 */
@inline
export function rowExpSum(x: usize, n: u32, most: f32, y: usize = 0): f32 {
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
