// Matrix products. B is packed into panels of 8 columns, each a run of k rows, so that the innermost loop reads it
// forwards; A is read where it stands, or transposed block by block into scratch memory. Every element of C is summed
// over k in ascending order, starting from C itself when accumulating: blocking, tile shape and the number of workers
// never change a bit of the result.

import { fma, shareStart, splat } from "./vector";

/** Columns of a panel. */
const PANEL: u32 = 8;
/** Rows of the tallest tile: 12 accumulators, two vectors of B and one of A fill the 15 registers. */
const TILE: u32 = 6;
/** Block sizes: a panel's block stays in the first-level cache, B's and A's blocks in the second. */
const BLOCK_K: u32 = 256;
const BLOCK_N: u32 = 512;
const BLOCK_M: u32 = 96;

/** A worker's tile of scratch memory for `multiplyPacked`. */
@inline
export function edgeTile(scratch: usize, worker: u32): usize {
  return scratch + worker * product_scratch();
}

/** Bytes of scratch memory that one worker needs: a block of B, a block of A and one tile of C. */
export function product_scratch(): u32 {
  return (BLOCK_K * BLOCK_N + BLOCK_M * BLOCK_K + TILE * PANEL) << 2;
}

/** Transposes a 4 x 4 block of floats: rows `from` at distance `stride` bytes, to rows `to` at distance `pitch`. */
@inline
function transpose4(from: usize, stride: usize, to: usize, pitch: usize): void {
  const r0 = v128.load(from);
  const r1 = v128.load(from + stride);
  const r2 = v128.load(from + 2 * stride);
  const r3 = v128.load(from + 3 * stride);
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
function transpose(rows: u32, columns: u32, from: usize, stride: usize, to: usize, pitch: usize): void {
  const rows4 = rows & ~3;
  const columns4 = columns & ~3;
  for (let r: u32 = 0; r < rows4; r += 4) {
    for (let c: u32 = 0; c < columns4; c += 4) {
      transpose4(from + r * stride + (c << 2), stride, to + c * pitch + (r << 2), pitch);
    }
    for (let c = columns4; c < columns; c++) {
      for (let i = r; i < r + 4; i++) store<f32>(to + c * pitch + (i << 2), load<f32>(from + i * stride + (c << 2)));
    }
  }
  for (let r = rows4; r < rows; r++) {
    for (let c: u32 = 0; c < columns; c++) {
      store<f32>(to + c * pitch + (r << 2), load<f32>(from + r * stride + (c << 2)));
    }
  }
}

/** Packs one panel of `columns` <= 8 columns and k rows; the missing columns are zeros. Strides in bytes. */
function packPanel(transposed: bool, k: u32, columns: u32, b: usize, stride: usize, panel: usize): void {
  if (columns < PANEL) memory.fill(panel, 0, k * PANEL << 2);
  if (transposed) {
    transpose(columns, k, b, stride, panel, PANEL << 2);
    return;
  }
  for (let p: u32 = 0; p < k; p++, b += stride, panel += PANEL << 2) {
    if (columns == PANEL) {
      v128.store(panel, v128.load(b));
      v128.store(panel, v128.load(b, 16), 16);
    } else {
      for (let c: u32 = 0; c < columns; c++) store<f32>(panel + (c << 2), load<f32>(b + (c << 2)));
    }
  }
}

/** Packs the columns [first, last) of B[k, n] (or of B[n, k] when transposed) into panels of k rows. */
function packColumns(transposed: bool, k: u32, first: u32, last: u32, b: usize, stride: usize, packed: usize): void {
  for (let j = first; j < last; j += PANEL) {
    const from = transposed ? b + j * stride : b + (j << 2);
    packPanel(transposed, k, min(PANEL, last - j), from, stride, packed);
    packed += k * PANEL << 2;
  }
}

/**
 * Packs all of B[k, n] (or B[n, k] when transposed) for `multiply`: ceil(n / 8) panels of k x 8 floats.
 * `ldb` is B's row length in floats. Workers share the panels.
 */
export function pack(
  transposed: u32,
  k: u32,
  n: u32,
  b: usize,
  ldb: u32,
  packed: usize,
  worker: u32,
  workers: u32,
): void {
  const first = shareStart(n, PANEL, worker, workers);
  const last = shareStart(n, PANEL, worker + 1, workers);
  packColumns(transposed != 0, k, first, last, b, ldb << 2, packed + (first * k << 2));
}

/**
 * C[rows, 8] (+)= A[rows, k] panel[k, 8]. `rows` is a constant at every call, so that the unused branches vanish;
 * strides in bytes.
 */
@inline
function tile(rows: u32, k: u32, a: usize, lda: usize, panel: usize, c: usize, ldc: usize, accumulate: bool): void {
  const zero = splat(0);
  const a0 = a, a1 = a0 + lda, a2 = a1 + lda, a3 = a2 + lda, a4 = a3 + lda, a5 = a4 + lda;
  const c0 = c, c1 = c0 + ldc, c2 = c1 + ldc, c3 = c2 + ldc, c4 = c3 + ldc, c5 = c4 + ldc;
  let s00 = zero, s01 = zero, s10 = zero, s11 = zero, s20 = zero, s21 = zero;
  let s30 = zero, s31 = zero, s40 = zero, s41 = zero, s50 = zero, s51 = zero;
  if (accumulate) {
    s00 = v128.load(c0), s01 = v128.load(c0, 16);
    if (rows > 1) s10 = v128.load(c1), s11 = v128.load(c1, 16);
    if (rows > 2) s20 = v128.load(c2), s21 = v128.load(c2, 16);
    if (rows > 3) s30 = v128.load(c3), s31 = v128.load(c3, 16);
    if (rows > 4) s40 = v128.load(c4), s41 = v128.load(c4, 16);
    if (rows > 5) s50 = v128.load(c5), s51 = v128.load(c5, 16);
  }
  let x: v128;
  for (let p: usize = 0, end: usize = k << 2; p < end; p += 4, panel += PANEL << 2) {
    const b0 = v128.load(panel), b1 = v128.load(panel, 16);
    x = v128.load32_splat(a0 + p), s00 = fma(x, b0, s00), s01 = fma(x, b1, s01);
    if (rows > 1) x = v128.load32_splat(a1 + p), s10 = fma(x, b0, s10), s11 = fma(x, b1, s11);
    if (rows > 2) x = v128.load32_splat(a2 + p), s20 = fma(x, b0, s20), s21 = fma(x, b1, s21);
    if (rows > 3) x = v128.load32_splat(a3 + p), s30 = fma(x, b0, s30), s31 = fma(x, b1, s31);
    if (rows > 4) x = v128.load32_splat(a4 + p), s40 = fma(x, b0, s40), s41 = fma(x, b1, s41);
    if (rows > 5) x = v128.load32_splat(a5 + p), s50 = fma(x, b0, s50), s51 = fma(x, b1, s51);
  }
  v128.store(c0, s00), v128.store(c0, s01, 16);
  if (rows > 1) v128.store(c1, s10), v128.store(c1, s11, 16);
  if (rows > 2) v128.store(c2, s20), v128.store(c2, s21, 16);
  if (rows > 3) v128.store(c3, s30), v128.store(c3, s31, 16);
  if (rows > 4) v128.store(c4, s40), v128.store(c4, s41, 16);
  if (rows > 5) v128.store(c5, s50), v128.store(c5, s51, 16);
}

function tiles(rows: u32, k: u32, a: usize, lda: usize, panel: usize, c: usize, ldc: usize, accumulate: bool): void {
  if (rows == 6) tile(6, k, a, lda, panel, c, ldc, accumulate);
  else if (rows == 5) tile(5, k, a, lda, panel, c, ldc, accumulate);
  else if (rows == 4) tile(4, k, a, lda, panel, c, ldc, accumulate);
  else if (rows == 3) tile(3, k, a, lda, panel, c, ldc, accumulate);
  else if (rows == 2) tile(2, k, a, lda, panel, c, ldc, accumulate);
  else tile(1, k, a, lda, panel, c, ldc, accumulate);
}

/** A tile whose panel has fewer than 8 columns goes through `edge`, a tile of scratch memory. */
function partialTile(
  rows: u32,
  columns: u32,
  k: u32,
  a: usize,
  lda: usize,
  panel: usize,
  c: usize,
  ldc: usize,
  accumulate: bool,
  edge: usize,
): void {
  if (accumulate) {
    for (let r: u32 = 0; r < rows; r++) memory.copy(edge + r * (PANEL << 2), c + r * ldc, columns << 2);
  }
  tiles(rows, k, a, lda, panel, edge, PANEL << 2, accumulate);
  for (let r: u32 = 0; r < rows; r++) memory.copy(c + r * ldc, edge + r * (PANEL << 2), columns << 2);
}

/**
 * C[m, n] (+)= A[m, k] B with B in panels of `panelRows` >= k rows. Panels outside, tiles inside: a panel is read from
 * the first-level cache for all rows but the first tile's. Rows are divided evenly among the tiles. Strides in bytes.
 */
export function multiply(
  m: u32,
  n: u32,
  k: u32,
  a: usize,
  lda: usize,
  packed: usize,
  panelRows: u32,
  c: usize,
  ldc: usize,
  accumulate: bool,
  edge: usize,
): void {
  const count = (m + TILE - 1) / TILE;
  for (let j: u32 = 0; j < n; j += PANEL, packed += panelRows * PANEL << 2) {
    const columns = min(PANEL, n - j);
    for (let t: u32 = 0; t < count; t++) {
      const row = t * m / count;
      const rows = (t + 1) * m / count - row;
      const from = a + row * lda;
      const to = c + row * ldc + (j << 2);
      if (columns == PANEL) tiles(rows, k, from, lda, packed, to, ldc, accumulate);
      else partialTile(rows, columns, k, from, lda, packed, to, ldc, accumulate, edge);
    }
  }
}

/**
 * C[m, n] (+)= A[m, k] B with all of B packed by `pack`, block by block over k so that a panel's part stays in the
 * first-level cache. Strides in bytes.
 */
export function multiplyPacked(
  m: u32,
  n: u32,
  k: u32,
  a: usize,
  lda: usize,
  packed: usize,
  c: usize,
  ldc: usize,
  accumulate: bool,
  edge: usize,
): void {
  let p: u32 = 0;
  do {
    const depth = min(BLOCK_K, k - p);
    multiply(m, n, depth, a + (p << 2), lda, packed + (p * PANEL << 2), k, c, ldc, accumulate || p > 0, edge);
    p += BLOCK_K;
  } while (p < k);
}

/** C[m, n] (+)= A[m, k] B with B packed by `pack`; `lda` and `ldc` in floats. Workers share the panels. */
export function matmul_packed(
  m: u32,
  n: u32,
  k: u32,
  a: usize,
  lda: u32,
  packed: usize,
  c: usize,
  ldc: u32,
  accumulate: u32,
  scratch: usize,
  worker: u32,
  workers: u32,
): void {
  const left = shareStart(n, PANEL, worker, workers);
  const right = shareStart(n, PANEL, worker + 1, workers);
  const panels = packed + (left * k << 2);
  multiplyPacked(
    m,
    right - left,
    k,
    a,
    lda << 2,
    panels,
    c + (left << 2),
    ldc << 2,
    accumulate != 0,
    edgeTile(scratch, worker),
  );
}

/** The rows [first, last) and columns [left, right) of C (+)= op(A) op(B). Strides in bytes. */
function blocks(
  transposedA: bool,
  transposedB: bool,
  first: u32,
  last: u32,
  left: u32,
  right: u32,
  k: u32,
  a: usize,
  lda: usize,
  b: usize,
  ldb: usize,
  c: usize,
  ldc: usize,
  accumulate: bool,
  scratch: usize,
): void {
  const blockA = scratch + (BLOCK_K * BLOCK_N << 2);
  const edge = blockA + (BLOCK_M * BLOCK_K << 2);
  for (let j = left; j < right; j += BLOCK_N) {
    const n = min(BLOCK_N, right - j);
    for (let p: u32 = 0; p < k; p += BLOCK_K) {
      const depth = min(BLOCK_K, k - p);
      packColumns(transposedB, depth, j, j + n, transposedB ? b + (p << 2) : b + p * ldb, ldb, scratch);
      for (let i = first; i < last; i += BLOCK_M) {
        const m = min(BLOCK_M, last - i);
        let from = a + i * lda + (p << 2);
        let pitch = lda;
        if (transposedA) {
          transpose(depth, m, a + p * lda + (i << 2), lda, blockA, BLOCK_K << 2);
          from = blockA;
          pitch = BLOCK_K << 2;
        }
        multiply(m, n, depth, from, pitch, scratch, depth, c + i * ldc + (j << 2), ldc, accumulate || p > 0, edge);
      }
    }
  }
}

/**
 * C[m, n] (+)= op(A)[m, k] op(B)[k, n], row-major; `lda`, `ldb`, `ldc` are row lengths in floats and `scratch` holds
 * `product_scratch()` bytes a worker. Workers share the rows of a tall C, the columns of a wide one.
 */
export function matmul(
  transposedA: u32,
  transposedB: u32,
  m: u32,
  n: u32,
  k: u32,
  a: usize,
  lda: u32,
  b: usize,
  ldb: u32,
  c: usize,
  ldc: u32,
  accumulate: u32,
  scratch: usize,
  worker: u32,
  workers: u32,
): void {
  const tall = m >= n;
  const first = tall ? shareStart(m, TILE, worker, workers) : 0;
  const last = tall ? shareStart(m, TILE, worker + 1, workers) : m;
  const left = tall ? 0 : shareStart(n, PANEL, worker, workers);
  const right = tall ? n : shareStart(n, PANEL, worker + 1, workers);
  if (first == last || left == right) return;
  if (k == 0 && !accumulate) {
    for (let i = first; i < last; i++) memory.fill(c + (i * ldc + left << 2), 0, right - left << 2);
    return;
  }
  blocks(
    transposedA != 0,
    transposedB != 0,
    first,
    last,
    left,
    right,
    k,
    a,
    lda << 2,
    b,
    ldb << 2,
    c,
    ldc << 2,
    accumulate != 0,
    scratch + worker * product_scratch(),
  );
}
