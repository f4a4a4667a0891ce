// Products with 8-bit weights: W[n, k] as integers from -127 to 127, with one scale per row. The rows of the other
// factor are rounded to integers of up to 16 bits, so that two products and their sum take one instruction; this
// rounding is some hundred times finer than that of the weights. The sums are integers and therefore exact.
//
// W is stored in panels of 8 rows and, within a panel, in pairs of weights: two of the first row, two of the second,
// and so on. A weight takes one byte and a panel ceil(k / 2) x 16 bytes.

import { Count, Flag, Reads, Scratch, Updates, Writes } from "./operands";
import { product_scratch } from "./product";
import { fma, loadPart, shareStart, splat, storePart } from "./vector";

/** Rows per panel. */
const PANEL: u32 = 8;
/** The largest weight. */
const MOST: u32 = 127;

@inline
function panelBytes(k: u32): usize {
  return (k + 1 >> 1) * (2 * PANEL);
}

/** Returns the largest absolute value of n floats, or NaN if there is one among them. */
function largest(x: usize, n: u32): f32 {
  let most: f32 = 0;
  for (let i: u32 = 0; i < n; i++) most = max(most, abs(load<f32>(x + (i << 2))));
  return most;
}

/**
 * Quantizes W[n, k] row by row for `matmul_int8`: ceil(n / 8) panels in `packed`, the scales in `scales`[n]; the
 * largest absolute value of each row becomes 127. `ldw` is W's row length in floats. Workers share the panels.
 *
 * @extent w: span(n, ldw, k, 1)
 * @extent packed: 16 * ceil(n / 8) * ceil(k / 2)
 * @extent scales: n
 * @work 4 * k * n
 */
export function pack_int8(
  k: Count,
  n: Count,
  w: Reads<f32>,
  ldw: Count,
  packed: Writes<i8>,
  scales: Writes<f32>,
  worker: u32,
  workers: u32,
): void {
  const end = shareStart(n, PANEL, worker + 1, workers);
  for (let j = shareStart(n, PANEL, worker, workers); j < end; j += PANEL) {
    const panel = packed + (j / PANEL) * panelBytes(k);
    memory.fill(panel, 0, panelBytes(k));
    for (let r: u32 = 0; r < min(PANEL, end - j); r++) {
      const from = w + ((j + r) * ldw << 2);
      const scale = largest(from, k) / <f32> MOST;
      store<f32>(scales + (j + r << 2), scale);
      const divisor: f32 = scale > 0 ? scale : 1;
      for (let p: u32 = 0; p < k; p++) {
        const to = panel + (p >> 1) * (2 * PANEL) + 2 * r + (p & 1);
        store<i8>(to, <i8> nearest(load<f32>(from + (p << 2)) / divisor));
      }
    }
  }
}

/** Rounds a row of k floats to integers small enough for the sum of k products to fit 32 bits; returns their scale. */
function quantizeRow(a: usize, k: u32, to: usize): f32 {
  const limit = <f32> min(32767, 0x7fffffff / (MOST * max(k, 1)));
  const scale = largest(a, k) / limit;
  const divisor: f32 = scale > 0 ? scale : 1;
  for (let p: u32 = 0; p < k; p++) store<i16>(to + (p << 1), <i16> nearest(load<f32>(a + (p << 2)) / divisor));
  if (k & 1) store<i16>(to + (k << 1), 0);
  return scale;
}

@inline
function low(weights: v128, x: v128): v128 {
  return i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(weights), x);
}

@inline
function high(weights: v128, x: v128): v128 {
  return i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(weights), x);
}

/** Scales `count` (at most 4) sums and stores them in C or adds them to it. */
@inline
function finish(c: usize, scales: usize, scale: f32, sums: v128, count: u32, accumulate: bool): void {
  const factor = f32x4.mul(loadPart(scales, count), splat(scale));
  storePart(c, fma(f32x4.convert_i32x4_s(sums), factor, accumulate ? loadPart(c, count) : splat(0)), count);
}

/** Computes `columns` elements of C from one row of integers and one panel. */
function panelTile(
  columns: u32,
  k: u32,
  x: usize,
  scale: f32,
  panel: usize,
  scales: usize,
  c: usize,
  accumulate: bool,
): void {
  let s0 = i32x4.splat(0), s1 = i32x4.splat(0);
  for (const end = panel + panelBytes(k); panel < end; panel += 2 * PANEL, x += 4) {
    const pair = v128.load32_splat(x);
    const weights = v128.load(panel);
    s0 = i32x4.add(s0, low(weights, pair)), s1 = i32x4.add(s1, high(weights, pair));
  }
  finish(c, scales, scale, s0, min(columns, 4), accumulate);
  if (columns > 4) finish(c + 16, scales + 16, scale, s1, columns - 4, accumulate);
}

/** Computes 32 elements of C from one row of integers and four panels: eight independent sums. */
function wideTile(k: u32, x: usize, scale: f32, panel: usize, scales: usize, c: usize, accumulate: bool): void {
  const zero = i32x4.splat(0);
  let s0 = zero, s1 = zero, s2 = zero, s3 = zero, s4 = zero, s5 = zero, s6 = zero, s7 = zero;
  const bytes = panelBytes(k);
  let p1 = panel + bytes, p2 = p1 + bytes, p3 = p2 + bytes;
  for (const end = panel + bytes; panel < end; panel += 2 * PANEL, x += 4) {
    const pair = v128.load32_splat(x);
    let weights = v128.load(panel);
    s0 = i32x4.add(s0, low(weights, pair)), s1 = i32x4.add(s1, high(weights, pair));
    weights = v128.load(p1), p1 += 2 * PANEL;
    s2 = i32x4.add(s2, low(weights, pair)), s3 = i32x4.add(s3, high(weights, pair));
    weights = v128.load(p2), p2 += 2 * PANEL;
    s4 = i32x4.add(s4, low(weights, pair)), s5 = i32x4.add(s5, high(weights, pair));
    weights = v128.load(p3), p3 += 2 * PANEL;
    s6 = i32x4.add(s6, low(weights, pair)), s7 = i32x4.add(s7, high(weights, pair));
  }
  finish(c, scales, scale, s0, 4, accumulate), finish(c + 16, scales + 16, scale, s1, 4, accumulate);
  finish(c + 32, scales + 32, scale, s2, 4, accumulate), finish(c + 48, scales + 48, scale, s3, 4, accumulate);
  finish(c + 64, scales + 64, scale, s4, 4, accumulate), finish(c + 80, scales + 80, scale, s5, 4, accumulate);
  finish(c + 96, scales + 96, scale, s6, 4, accumulate), finish(c + 112, scales + 112, scale, s7, 4, accumulate);
}

/**
 * C[m, n] (+)= A[m, k] W^T with W[n, k] quantized by `pack_int8`; `lda` and `ldc` in floats, `scratch` as for `matmul`.
 * Workers share the panels. A row must fit the scratch memory, so k is at most 100,000.
 *
 * @extent a: span(m, lda, k, 1)
 * @extent packed: 16 * ceil(n / 8) * ceil(k / 2)
 * @extent scales: n
 * @extent c: span(m, ldc, n, 1)
 * @work m * n * k / 2
 */
export function matmul_int8(
  m: Count,
  n: Count,
  k: Count,
  a: Reads<f32>,
  lda: Count,
  packed: Reads<i8>,
  scales: Reads<f32>,
  c: Updates<f32>,
  ldc: Count,
  accumulate: Flag,
  scratch: Scratch,
  worker: u32,
  workers: u32,
): void {
  const x = scratch + worker * product_scratch();
  const left = shareStart(n, PANEL, worker, workers);
  const right = shareStart(n, PANEL, worker + 1, workers);
  for (let r: u32 = 0; r < m; r++) {
    const scale = quantizeRow(a + (r * lda << 2), k, x);
    const to = c + (r * ldc << 2);
    let j = left;
    let panel = packed + (left / PANEL) * panelBytes(k);
    for (; j + 4 * PANEL <= right; j += 4 * PANEL, panel += 4 * panelBytes(k)) {
      wideTile(k, x, scale, panel, scales + (j << 2), to + (j << 2), accumulate != 0);
    }
    for (; j < right; j += PANEL, panel += panelBytes(k)) {
      panelTile(min(PANEL, right - j), k, x, scale, panel, scales + (j << 2), to + (j << 2), accumulate != 0);
    }
  }
}
