// The packed forms in which products read their factors: A in tiles of up to 5 rows, B in panels of 8 columns. Whatever
// is packed or transposed for a product loses its subnormal numbers.

import { Count, Flag, Reads, Writes } from "./operands";
import { flush, loadPart, NORMAL, shareStart, storePart } from "./vector";

/** Rows of the tallest tile: 10 sums, two vectors of B and two of A take 14 of the 15 registers of x86-64. */
export const TILE: u32 = 5;

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

/** Transposes a 2 x 4 block of floats; see `transpose4`. */
@inline
function transpose2(from: usize, stride: usize, to: usize, pitch: usize): void {
  const r0 = loadNormal(from);
  const r1 = loadNormal(from + stride);
  const low = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const high = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  v128.store_lane<i64>(to, low, 0);
  v128.store_lane<i64>(to + pitch, low, 1);
  v128.store_lane<i64>(to + 2 * pitch, high, 0);
  v128.store_lane<i64>(to + 3 * pitch, high, 1);
}

/** Stores four floats `pitch` bytes apart. */
@inline
function spread(x: v128, to: usize, pitch: usize): void {
  v128.store_lane<f32>(to, x, 0);
  v128.store_lane<f32>(to + pitch, x, 1);
  v128.store_lane<f32>(to + 2 * pitch, x, 2);
  v128.store_lane<f32>(to + 3 * pitch, x, 3);
}

/** to[c, r] = from[r, c] for a rows x columns matrix; strides in bytes. */
export function transpose(rows: u32, columns: u32, from: usize, stride: usize, to: usize, pitch: usize): void {
  const rows4 = rows & ~3;
  const columns4 = columns & ~3;
  for (let r: u32 = 0; r < rows4; r += 4) {
    for (let c: u32 = 0; c < columns4; c += 4) {
      transpose4(from + r * stride + (c << 2), stride, to + c * pitch + (r << 2), pitch);
    }
  }
  let r = rows4;
  if (r + 2 <= rows) {
    for (let c: u32 = 0; c < columns4; c += 4) {
      transpose2(from + r * stride + (c << 2), stride, to + c * pitch + (r << 2), pitch);
    }
    r += 2;
  }
  for (; r < rows; r++) {
    const row = from + r * stride;
    const column = to + (r << 2);
    for (let c: u32 = 0; c < columns4; c += 4) spread(loadNormal(row + (c << 2)), column + c * pitch, pitch);
  }
  for (let c = columns4; c < columns; c++) {
    for (r = 0; r < rows; r++) copyNormal(to + c * pitch + (r << 2), from + r * stride + (c << 2));
  }
}

/** Copies the first `count` (1 to 4) floats. */
@inline
function copyPart(to: usize, from: usize, count: u32): void {
  storePart(to, flush(loadPart(from, count), NORMAL), count);
}

/** Copies a rows x columns matrix without its subnormal numbers; strides in bytes. */
export function copyMatrix(rows: u32, columns: u32, from: usize, stride: usize, to: usize, pitch: usize): void {
  for (let r: u32 = 0; r < rows; r++, from += stride, to += pitch) {
    let c: u32 = 0;
    for (; c + 4 <= columns; c += 4) v128.store(to + (c << 2), loadNormal(from, c << 2));
    if (c < columns) copyPart(to + (c << 2), from + (c << 2), columns - c);
  }
}

/** Copies up to 5 floats. */
@inline
function copyTileRow(to: usize, from: usize, count: u32): void {
  copyPart(to, from, count);
  if (count > 4) copyPart(to + 16, from + 16, count - 4);
}

/** Copies 5 floats. */
@inline
function copyWholeTileRow(to: usize, from: usize): void {
  v128.store(to, loadNormal(from));
  copyNormal(to + 16, from + 16);
}

/** Number of tiles, of nearly equal heights, that `m` rows are packed in. */
@inline
export function tileCount(m: u32): u32 {
  return (m + TILE - 1) / TILE;
}

/** Rows of the t-th of `count` tiles that `m` rows are packed in: the first ones may have one more. */
@inline
export function tileRows(m: u32, count: u32, t: u32): u32 {
  return m / count + <u32> (t < m % count);
}

/**
 * Packs A[m, k] (or A[k, m] if transposed) into tiles of k x 5 floats; those of shorter tiles are not all used. Strides
 * in bytes.
 */
export function packRows(transposed: bool, m: u32, k: u32, a: usize, stride: usize, packed: usize): void {
  const count = tileCount(m);
  const size: usize = k * TILE << 2;
  if (!transposed) {
    for (let t: u32 = 0; t < count; t++, packed += size) {
      const rows = tileRows(m, count, t);
      transpose(rows, k, a, stride, packed, TILE << 2);
      a += rows * stride;
    }
    return;
  }
  // The first `extra` tiles have one row more than the others.
  const least = m / count;
  const extra = m - least * count;
  const whole = least == TILE ? count : least + 1 == TILE ? extra : 0;
  for (let p: u32 = 0; p < k; p++, packed += TILE << 2, a += stride) {
    let from = a;
    let to = packed;
    let t: u32 = 0;
    for (; t < whole; t++, from += TILE << 2, to += size) copyWholeTileRow(to, from);
    for (; t < extra; t++, from += least + 1 << 2, to += size) copyTileRow(to, from, least + 1);
    for (; t < count; t++, from += least << 2, to += size) copyTileRow(to, from, least);
  }
}

/** Packs one panel of `columns` <= 8 columns and k rows; missing columns become zeros. Strides in bytes. */
function packPanel(transposed: bool, k: u32, columns: u32, b: usize, stride: usize, panel: usize): void {
  if (columns < PANEL) memory.fill(panel, 0, k * PANEL << 2);
  if (transposed) transpose(columns, k, b, stride, panel, PANEL << 2);
  else copyMatrix(k, columns, b, stride, panel, PANEL << 2);
}

/** Packs one row of a panel. */
@inline
function copyPanelRow(to: usize, from: usize, offset: usize): void {
  v128.store(to, loadNormal(from, offset));
  v128.store(to, loadNormal(from, offset + 16), 16);
}

/** Packs four whole panels of k rows side by side, which reads whole lines of the cache. `stride` in bytes. */
function packFourPanels(k: u32, b: usize, stride: usize, panel: usize): void {
  const size: usize = k * PANEL << 2;
  for (const end = panel + size; panel < end; panel += PANEL << 2, b += stride) {
    copyPanelRow(panel, b, 0);
    copyPanelRow(panel + size, b, PANEL << 2);
    copyPanelRow(panel + 2 * size, b, 2 * PANEL << 2);
    copyPanelRow(panel + 3 * size, b, 3 * PANEL << 2);
  }
}

/** Packs the columns [first, last) of B[k, n] (or of B[n, k] if transposed) into panels of k rows. */
export function packColumns(transposed: bool, k: u32, first: u32, last: u32, b: usize, stride: usize, packed: usize): void {
  let j = first;
  if (!transposed) {
    for (; j + 4 * PANEL <= last; j += 4 * PANEL, packed += k * 4 * PANEL << 2) {
      packFourPanels(k, b + (j << 2), stride, packed);
    }
  }
  for (; j < last; j += PANEL) {
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
