// The packed form in which products read B: panels of 8 columns, each k contiguous rows, so that the innermost loop
// reads forwards. Whatever is packed or transposed for a product loses its subnormal numbers.

import { Count, Flag, Reads, Writes } from "./operands";
import { flush, NORMAL, shareStart } from "./vector";

/** Columns per panel. */
export const PANEL: u32 = 8;

@inline
function loadNormal(from: usize, offset: usize = 0): v128 {
  return flush(v128.load(from + offset), NORMAL);
}

/** Copies one float. */
@inline
function copyNormal(to: usize, from: usize): void {
  store<f32>(to, f32x4.extract_lane(flush(v128.load32_zero(from), NORMAL), 0));
}

/**
 * Transposes a 4 x 4 block of floats: reads rows at `from`, `stride` bytes apart, and writes rows at `to`, `pitch`
 * bytes apart.
 */
@inline
function transpose4(from: usize, stride: usize, to: usize, pitch: usize): void {
  const r0 = loadNormal(from);
  const r1 = loadNormal(from + stride);
  const r2 = loadNormal(from + 2 * stride);
  const r3 = loadNormal(from + 3 * stride);
  const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
  v128.store(to + pitch, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
  v128.store(to + 2 * pitch, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
  v128.store(to + 3 * pitch, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
}

/** to[c, r] = from[r, c] for a rows x columns matrix; strides in bytes. */
export function transpose(rows: u32, columns: u32, from: usize, stride: usize, to: usize, pitch: usize): void {
  const rows4 = rows & ~3;
  const columns4 = columns & ~3;
  for (let r: u32 = 0; r < rows4; r += 4) {
    for (let c: u32 = 0; c < columns4; c += 4) {
      transpose4(from + r * stride + (c << 2), stride, to + c * pitch + (r << 2), pitch);
    }
    for (let c = columns4; c < columns; c++) {
      for (let i = r; i < r + 4; i++) copyNormal(to + c * pitch + (i << 2), from + i * stride + (c << 2));
    }
  }
  for (let r = rows4; r < rows; r++) {
    for (let c: u32 = 0; c < columns; c++) copyNormal(to + c * pitch + (r << 2), from + r * stride + (c << 2));
  }
}

/** Shifts out the signs of four floats and subtracts 1: zero becomes the largest integer, subnormals the smallest. */
@inline
function order(x: v128): v128 {
  return i32x4.add(i32x4.shl(x, 1), i32x4.splat(-1));
}

/** Whether a rows x columns matrix has a subnormal number; `stride` in bytes. */
export function hasSubnormal(rows: u32, columns: u32, from: usize, stride: usize): bool {
  let low = i32x4.splat(-1);
  let high = i32x4.splat(-1);
  for (let r: u32 = 0; r < rows; r++, from += stride) {
    const end = from + (columns << 2);
    let at = from;
    for (; at + 32 <= end; at += 32) {
      low = i32x4.min_u(low, order(v128.load(at)));
      high = i32x4.min_u(high, order(v128.load(at, 16)));
    }
    for (; at < end; at += 4) low = i32x4.min_u(low, order(v128.load32_splat(at)));
  }
  return v128.any_true(i32x4.lt_u(i32x4.min_u(low, high), i32x4.splat(0x00ffffff)));
}

/** Copies a rows x columns matrix without its subnormal numbers; strides in bytes. */
export function copyMatrix(rows: u32, columns: u32, from: usize, stride: usize, to: usize, pitch: usize): void {
  for (let r: u32 = 0; r < rows; r++) {
    for (let c: u32 = 0; c < columns; c++) copyNormal(to + r * pitch + (c << 2), from + r * stride + (c << 2));
  }
}

/** Packs one panel of `columns` <= 8 columns and k rows; missing columns become zeros. Strides in bytes. */
function packPanel(transposed: bool, k: u32, columns: u32, b: usize, stride: usize, panel: usize): void {
  if (columns < PANEL) memory.fill(panel, 0, k * PANEL << 2);
  if (transposed) {
    transpose(columns, k, b, stride, panel, PANEL << 2);
    return;
  }
  for (let p: u32 = 0; p < k; p++, b += stride, panel += PANEL << 2) {
    if (columns == PANEL) {
      v128.store(panel, loadNormal(b));
      v128.store(panel, loadNormal(b, 16), 16);
    } else {
      for (let c: u32 = 0; c < columns; c++) copyNormal(panel + (c << 2), b + (c << 2));
    }
  }
}

/** Packs the columns [first, last) of B[k, n] (or of B[n, k] if transposed) into panels of k rows. */
export function packColumns(transposed: bool, k: u32, first: u32, last: u32, b: usize, stride: usize, packed: usize): void {
  for (let j = first; j < last; j += PANEL) {
    const from = transposed ? b + j * stride : b + (j << 2);
    packPanel(transposed, k, min(PANEL, last - j), from, stride, packed);
    packed += k * PANEL << 2;
  }
}

/**
 * Packs all of B[k, n] (or of B[n, k] if transposed) for `multiply`: ceil(n / 8) panels of k x 8 floats. `ldb` is B's
 * row length in floats. Workers share the panels.
 *
 * @extent b: span(transposed ? n : k, ldb, transposed ? k : n, 1)
 * @extent packed: panels(k, n)
 * @work 4 * k * n
 */
export function pack(
  transposed: Flag,
  k: Count,
  n: Count,
  b: Reads<f32>,
  ldb: Count,
  packed: Writes<f32>,
  worker: u32,
  workers: u32,
): void {
  const first = shareStart(n, PANEL, worker, workers);
  const last = shareStart(n, PANEL, worker + 1, workers);
  packColumns(transposed != 0, k, first, last, b, ldb << 2, packed + (first * k << 2));
}

/**
 * to[c, r] = from[r, c] for a matrix of rows x columns floats. Workers share the columns.
 *
 * @extent from to: rows * columns
 * @work 4 * rows * columns
 */
export function transpose_matrix(
  rows: Count,
  columns: Count,
  from: Reads<f32>,
  to: Writes<f32>,
  worker: u32,
  workers: u32,
): void {
  const left = shareStart(columns, 4, worker, workers);
  const right = shareStart(columns, 4, worker + 1, workers);
  transpose(rows, right - left, from + (left << 2), columns << 2, to + (left * rows << 2), rows << 2);
}
