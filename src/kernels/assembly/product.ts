// Matrix products. Both factors are packed: A into tiles of up to 5 rows, B into panels of 8 columns, each with the
// numbers of one k after those of the other, so that the innermost loop reads forwards. Every element of C is summed
// over k in ascending order, starting from C itself when accumulating, so blocking, tile shape and the number of
// workers never change a bit of the result.

import { isNative, multiply_matrices, packsNatively, sgemm } from "./native";
import { Count, Flag, Reads, Scratch, Updates } from "./operands";
import { packColumns, packRows, PANEL, TILE, tileCount, tileRows } from "./packing";
import { fma, shareStart, splat } from "./vector";

/** Largest block sizes: a tile of A stays in the L1 cache, the blocks of A and B in the L2 cache. */
const BLOCK_K: u32 = 384;
const BLOCK_N: u32 = 512;
const BLOCK_M: u32 = 190;
/** Columns of packed weights, which may exceed all caches, that are read for all rows before the next ones. */
const STRIP_N: u32 = 32;

/** Returns the address of a worker's scratch memory. */
@inline
export function ownScratch(scratch: usize, worker: u32): usize {
  return scratch + worker * product_scratch();
}

/** Bytes of scratch memory per worker, in whole cache lines: a block of B, a block of A and one tile of C. */
export function product_scratch(): u32 {
  return ((BLOCK_K * BLOCK_N + BLOCK_M * BLOCK_K + TILE * PANEL) << 2) + 63 & ~63;
}

/** Length of the blocks, multiples of `granule`, into which `total` divides evenly; `most` is the largest. */
@inline
function blockLength(total: u32, most: u32, granule: u32): u32 {
  const count = max((total + most - 1) / most, 1);
  return max(((total + count - 1) / count + granule - 1) / granule, 1) * granule;
}

/**
 * C[rows, 8] (+)= A[rows, k] panel[k, 8] with A as a packed tile. `rows` is a constant in every call, so the compiler
 * removes the unused branches. `ldc` in bytes.
 */
@inline
function tile(rows: u32, k: u32, a: usize, panel: usize, c: usize, ldc: usize, accumulate: bool): void {
  const zero = splat(0);
  const c0 = c, c1 = c0 + ldc, c2 = c1 + ldc, c3 = c2 + ldc, c4 = c3 + ldc;
  let s00 = zero, s01 = zero, s10 = zero, s11 = zero, s20 = zero, s21 = zero;
  let s30 = zero, s31 = zero, s40 = zero, s41 = zero;
  if (accumulate) {
    s00 = v128.load(c0), s01 = v128.load(c0, 16);
    if (rows > 1) s10 = v128.load(c1), s11 = v128.load(c1, 16);
    if (rows > 2) s20 = v128.load(c2), s21 = v128.load(c2, 16);
    if (rows > 3) s30 = v128.load(c3), s31 = v128.load(c3, 16);
    if (rows > 4) s40 = v128.load(c4), s41 = v128.load(c4, 16);
  }
  let b0: v128, b1: v128, q: v128, x: v128;
  for (const end = panel + (k * PANEL << 2); panel < end; a += TILE << 3, panel += PANEL << 3) {
    b0 = v128.load(panel), b1 = v128.load(panel, 16);
    if (rows > 4) x = v128.load32_splat(a, 16), s40 = fma(x, b0, s40), s41 = fma(x, b1, s41);
    q = rows > 1 ? v128.load(a) : v128.load32_splat(a);
    x = v128.shuffle<f32>(q, q, 0, 0, 0, 0), s00 = fma(x, b0, s00), s01 = fma(x, b1, s01);
    if (rows > 1) x = v128.shuffle<f32>(q, q, 1, 1, 1, 1), s10 = fma(x, b0, s10), s11 = fma(x, b1, s11);
    if (rows > 2) x = v128.shuffle<f32>(q, q, 2, 2, 2, 2), s20 = fma(x, b0, s20), s21 = fma(x, b1, s21);
    if (rows > 3) x = v128.shuffle<f32>(q, q, 3, 3, 3, 3), s30 = fma(x, b0, s30), s31 = fma(x, b1, s31);
    if (panel + (PANEL << 2) >= end) break;
    // The same for the next k, since going round the loop takes as long as a few products.
    b0 = v128.load(panel, 32), b1 = v128.load(panel, 48);
    if (rows > 4) x = v128.load32_splat(a, 36), s40 = fma(x, b0, s40), s41 = fma(x, b1, s41);
    q = rows > 1 ? v128.load(a, 20) : v128.load32_splat(a, 20);
    x = v128.shuffle<f32>(q, q, 0, 0, 0, 0), s00 = fma(x, b0, s00), s01 = fma(x, b1, s01);
    if (rows > 1) x = v128.shuffle<f32>(q, q, 1, 1, 1, 1), s10 = fma(x, b0, s10), s11 = fma(x, b1, s11);
    if (rows > 2) x = v128.shuffle<f32>(q, q, 2, 2, 2, 2), s20 = fma(x, b0, s20), s21 = fma(x, b1, s21);
    if (rows > 3) x = v128.shuffle<f32>(q, q, 3, 3, 3, 3), s30 = fma(x, b0, s30), s31 = fma(x, b1, s31);
  }
  v128.store(c0, s00), v128.store(c0, s01, 16);
  if (rows > 1) v128.store(c1, s10), v128.store(c1, s11, 16);
  if (rows > 2) v128.store(c2, s20), v128.store(c2, s21, 16);
  if (rows > 3) v128.store(c3, s30), v128.store(c3, s31, 16);
  if (rows > 4) v128.store(c4, s40), v128.store(c4, s41, 16);
}

function tiles(rows: u32, k: u32, a: usize, panel: usize, c: usize, ldc: usize, accumulate: bool): void {
  if (rows == 5) tile(5, k, a, panel, c, ldc, accumulate);
  else if (rows == 4) tile(4, k, a, panel, c, ldc, accumulate);
  else if (rows == 3) tile(3, k, a, panel, c, ldc, accumulate);
  else if (rows == 2) tile(2, k, a, panel, c, ldc, accumulate);
  else tile(1, k, a, panel, c, ldc, accumulate);
}

/** Computes a tile; if its panel has fewer than 8 columns, the result goes through `edge`, a scratch tile. */
function partialTile(
  rows: u32,
  columns: u32,
  k: u32,
  a: usize,
  panel: usize,
  c: usize,
  ldc: usize,
  accumulate: bool,
  edge: usize,
): void {
  if (accumulate) {
    for (let r: u32 = 0; r < rows; r++) memory.copy(edge + r * (PANEL << 2), c + r * ldc, columns << 2);
  }
  tiles(rows, k, a, panel, edge, PANEL << 2, accumulate);
  for (let r: u32 = 0; r < rows; r++) memory.copy(c + r * ldc, edge + r * (PANEL << 2), columns << 2);
}

/**
 * C[1, 32] (+)= A[1, k] B with B in four panels, `pitch` bytes apart. With one row, a single panel would wait for its
 * two sums in every iteration; eight sums keep arithmetic and memory busy.
 */
function rowTile(k: u32, a: usize, panel: usize, pitch: usize, c: usize, accumulate: bool): void {
  const zero = splat(0);
  let s0 = zero, s1 = zero, s2 = zero, s3 = zero, s4 = zero, s5 = zero, s6 = zero, s7 = zero;
  if (accumulate) {
    s0 = v128.load(c), s1 = v128.load(c, 16), s2 = v128.load(c, 32), s3 = v128.load(c, 48);
    s4 = v128.load(c, 64), s5 = v128.load(c, 80), s6 = v128.load(c, 96), s7 = v128.load(c, 112);
  }
  let p1 = panel + pitch, p2 = panel + 2 * pitch, p3 = panel + 3 * pitch;
  for (const end = panel + (k * PANEL << 2); panel < end; a += TILE << 2) {
    const x = v128.load32_splat(a);
    s0 = fma(x, v128.load(panel), s0), s1 = fma(x, v128.load(panel, 16), s1), panel += PANEL << 2;
    s2 = fma(x, v128.load(p1), s2), s3 = fma(x, v128.load(p1, 16), s3), p1 += PANEL << 2;
    s4 = fma(x, v128.load(p2), s4), s5 = fma(x, v128.load(p2, 16), s5), p2 += PANEL << 2;
    s6 = fma(x, v128.load(p3), s6), s7 = fma(x, v128.load(p3, 16), s7), p3 += PANEL << 2;
  }
  v128.store(c, s0), v128.store(c, s1, 16), v128.store(c, s2, 32), v128.store(c, s3, 48);
  v128.store(c, s4, 64), v128.store(c, s5, 80), v128.store(c, s6, 96), v128.store(c, s7, 112);
}

/** C[1, n] (+)= A[1, k] B with A as a packed tile and B in panels of `panelRows` >= k rows. */
function multiplyRow(
  n: u32,
  k: u32,
  a: usize,
  packed: usize,
  panelRows: u32,
  c: usize,
  accumulate: bool,
  edge: usize,
): void {
  const pitch: usize = panelRows * PANEL << 2;
  for (; n >= 4 * PANEL; n -= 4 * PANEL, packed += 4 * pitch, c += 4 * PANEL << 2) {
    rowTile(k, a, packed, pitch, c, accumulate);
  }
  for (; n >= PANEL; n -= PANEL, packed += pitch, c += PANEL << 2) tile(1, k, a, packed, c, 0, accumulate);
  if (n > 0) partialTile(1, n, k, a, packed, c, 0, accumulate, edge);
}

/**
 * C[m, n] (+)= A[m, k] B with A in tiles and B in panels of `panelRows` >= k rows. A tile of A stays in the L1 cache
 * while the panels and C are read and written forwards. `ldc` in bytes.
 */
function multiply(
  m: u32,
  n: u32,
  k: u32,
  a: usize,
  packed: usize,
  panelRows: u32,
  c: usize,
  ldc: usize,
  accumulate: bool,
  edge: usize,
): void {
  if (m == 1) {
    multiplyRow(n, k, a, packed, panelRows, c, accumulate, edge);
    return;
  }
  const count = tileCount(m);
  for (let t: u32 = 0; t < count; t++, a += k * TILE << 2) {
    const rows = tileRows(m, count, t);
    let panel = packed;
    let to = c;
    for (let j: u32 = 0; j + PANEL <= n; j += PANEL, panel += panelRows * PANEL << 2, to += PANEL << 2) {
      tiles(rows, k, a, panel, to, ldc, accumulate);
    }
    if (n % PANEL != 0) partialTile(rows, n % PANEL, k, a, panel, to, ldc, accumulate, edge);
    c += rows * ldc;
  }
}

/** C[m, n] (+)= A[m, k] B with all of B packed by `pack`; `scratch` is the worker's own. Strides in bytes. */
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
  scratch: usize,
): void {
  const blockA = scratch + (BLOCK_K * BLOCK_N << 2);
  const edge = blockA + (BLOCK_M * BLOCK_K << 2);
  const stepM = blockLength(m, BLOCK_M, TILE);
  // A single row reads every panel once, so it needs no blocks for the sake of the L1 cache.
  const stepK = blockLength(k, m == 1 ? BLOCK_M * BLOCK_K / TILE : BLOCK_K, 4);
  for (let i: u32 = 0; i < m; i += stepM) {
    const rows = min(stepM, m - i);
    let p: u32 = 0;
    do {
      const depth = min(stepK, k - p);
      packRows(false, rows, depth, a + i * lda + (p << 2), lda, blockA);
      for (let j: u32 = 0; j < n; j += STRIP_N) {
        const from = packed + (j * k + p * PANEL << 2);
        const to = c + i * ldc + (j << 2);
        multiply(rows, min(STRIP_N, n - j), depth, blockA, from, k, to, ldc, accumulate || p > 0, edge);
      }
      p += stepK;
    } while (p < k);
  }
}

/**
 * C[m, n] (+)= A[m, k] B, the product of a time loop. B is packed by `pack` or, for the native library, stored as
 * [k, n]. Strides in bytes.
 */
export function multiplyWeights(
  m: u32,
  n: u32,
  k: u32,
  a: usize,
  lda: usize,
  b: usize,
  c: usize,
  ldc: usize,
  accumulate: bool,
  scratch: usize,
): void {
  if (!isNative()) multiplyPacked(m, n, k, a, lda, b, c, ldc, accumulate, scratch);
  else if (m > 0) sgemm(0, 0, m, n, k, a, <u32> lda >> 2, b, n, c, <u32> ldc >> 2, accumulate);
}

/**
 * C[m, n] (+)= A[m, k] B with B packed by `pack`; `lda` and `ldc` in floats. Workers share the panels.
 *
 * @extent a: span(m, lda, k, 1)
 * @extent packed: panels(k, n)
 * @extent c: span(m, ldc, n, 1)
 * @work m * n * k
 */
export function matmul_packed(
  m: Count,
  n: Count,
  k: Count,
  a: Reads<f32>,
  lda: Count,
  packed: Reads<f32>,
  c: Updates<f32>,
  ldc: Count,
  accumulate: Flag,
  scratch: Scratch,
  worker: u32,
  workers: u32,
): void {
  const left = shareStart(n, PANEL, worker, workers);
  const right = shareStart(n, PANEL, worker + 1, workers);
  const columns = right - left;
  const panels = packed + (left * k << 2);
  const to = c + (left << 2);
  multiplyPacked(m, columns, k, a, lda << 2, panels, to, ldc << 2, accumulate != 0, ownScratch(scratch, worker));
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
  const stepM = blockLength(last - first, BLOCK_M, TILE);
  const stepN = blockLength(right - left, BLOCK_N, PANEL);
  const stepK = blockLength(k, BLOCK_K, 4);
  for (let j = left; j < right; j += stepN) {
    const n = min(stepN, right - j);
    for (let p: u32 = 0; p < k; p += stepK) {
      const depth = min(stepK, k - p);
      packColumns(transposedB, depth, j, j + n, transposedB ? b + (p << 2) : b + p * ldb, ldb, scratch);
      for (let i = first; i < last; i += stepM) {
        const m = min(stepM, last - i);
        const from = transposedA ? a + p * lda + (i << 2) : a + i * lda + (p << 2);
        packRows(transposedA, m, depth, from, lda, blockA);
        multiply(m, n, depth, blockA, scratch, depth, c + i * ldc + (j << 2), ldc, accumulate || p > 0, edge);
      }
    }
  }
}

/**
 * C[m, n] (+)= A^T op(B) in the native library, for columns of a matrix whose rows are a multiple of 4 KiB apart: they
 * compete for the same few lines of a cache, so blocks of rows are copied next to each other. Row lengths in floats; a
 * row of A, m floats, fits into `block`.
 */
function multiplyColumns(
  m: u32,
  n: u32,
  k: u32,
  a: usize,
  lda: u32,
  transposedB: u32,
  b: usize,
  ldb: u32,
  c: usize,
  ldc: u32,
  accumulate: u32,
  block: usize,
): void {
  const depth = product_scratch() / (m << 2);
  for (let p: u32 = 0; p < k; p += depth) {
    const rows = min(depth, k - p);
    for (let r: u32 = 0; r < rows; r++) memory.copy(block + r * (m << 2), a + (p + r) * (lda << 2), m << 2);
    const factor = b + (transposedB ? p : p * ldb) * 4;
    multiply_matrices(0, 1, transposedB, m, n, rows, block, m, factor, ldb, c, ldc, p > 0 ? 1 : accumulate);
  }
}

/**
 * C[m, n] (+)= op(A)[m, k] op(B)[k, n], row-major; `lda`, `ldb`, `ldc` are row lengths in floats, and `scratch` holds
 * `product_scratch()` bytes per worker. Workers share the rows of a tall C or the columns of a wide one.
 *
 * @extent a: span(transposedA ? k : m, lda, transposedA ? m : k, 1)
 * @extent b: span(transposedB ? n : k, ldb, transposedB ? k : n, 1)
 * @extent c: span(m, ldc, n, 1)
 * @work m * n * k
 */
export function matmul(
  transposedA: Flag,
  transposedB: Flag,
  m: Count,
  n: Count,
  k: Count,
  a: Reads<f32>,
  lda: Count,
  b: Reads<f32>,
  ldb: Count,
  c: Updates<f32>,
  ldc: Count,
  accumulate: Flag,
  scratch: Scratch,
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
  if (isNative()) {
    if (k == 0) return;
    const from = a + (transposedA ? first : first * lda) * 4;
    const factor = b + (transposedB ? left * ldb : left) * 4;
    const to = c + (first * ldc + left) * 4;
    const rows = last - first, columns = right - left;
    if (packsNatively() && transposedA && (lda & 1023) == 0 && lda > rows && rows <= product_scratch() >> 2) {
      const block = ownScratch(scratch, worker);
      multiplyColumns(rows, columns, k, from, lda, transposedB, factor, ldb, to, ldc, accumulate, block);
      return;
    }
    sgemm(transposedA, transposedB, rows, columns, k, from, lda, factor, ldb, to, ldc, accumulate);
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
    ownScratch(scratch, worker),
  );
}
