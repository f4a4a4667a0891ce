// Matrix products in a native library, with packed weights where the library has them.

/**
 * 0 if products run in WebAssembly; 1 if a native library multiplies floats; 2 if it also multiplies packed weights.
 */
@external("env", "native")
declare const native: i32;

/** C[m, n] (+)= op(A) op(B); row lengths in floats. */
@external("env", "sgemm")
export declare function sgemm(
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
): void;

@external("env", "pack_natively")
declare function pack_natively(transposed: u32, k: u32, n: u32, b: usize, ldb: u32, packed: usize): void;

/** C[m, n] = f((C +) A[m, k] packed + bias); `bias` is null for none, f an `Activation`. Matrices are dense. */
@external("env", "multiply_natively")
export declare function multiply_natively(
  m: u32,
  n: u32,
  k: u32,
  a: usize,
  packed: usize,
  bias: usize,
  c: usize,
  accumulate: u32,
  activation: u32,
): void;

/** y[i] = f(x[i]) for an `Activation` f. */
@external("env", "activate_natively")
export declare function activate_natively(n: u32, x: usize, y: usize, activation: u32): void;

/** C[m, n] (+)= op(A) op(B) of floats or, if `half` is 1, of bfloat16 numbers. Row lengths in elements. */
@external("env", "multiply_matrices")
export declare function multiply_matrices(
  half: u32,
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
): void;

import { Count, Flag, Reads, Updates, Writes } from "./operands";
import { copyMatrix, pack, transpose_matrix } from "./packing";
import { shareStart } from "./vector";

/** Activation functions of native products. */
export const NONE: u32 = 0;
export const LOGISTIC: u32 = 1;
export const TANH: u32 = 2;
export const RELU: u32 = 3;

/** Whether products run in a native library. */
@inline
export function isNative(): bool {
  return native > 0;
}

/** Whether time loops multiply weights that the native library has packed. */
@inline
export function packsNatively(): bool {
  return native == 2;
}

/**
 * Packs B[k, n] (or B[n, k] if transposed) for the products of time loops, in the form that the engine's products read:
 * panels, the rows of B[k, n], or the native library's layout. `ldb` is B's row length in floats.
 *
 * @extent b: transposed ? span(n, ldb, k, 1) : span(k, ldb, n, 1)
 * @extent packed: panels(k, n)
 * @work 4 * k * n
 */
export function pack_weights(
  transposed: Flag,
  k: Count,
  n: Count,
  b: Reads<f32>,
  ldb: Count,
  packed: Writes<f32>,
  worker: u32,
  workers: u32,
): void {
  if (native == 0) pack(transposed, k, n, b, ldb, packed, worker, workers);
  else if (worker > 0) return;
  else if (native == 2) pack_natively(transposed, k, n, b, ldb, packed);
  else if (transposed) transpose_matrix(n, k, b, packed, 0, 1);
  else copyMatrix(k, n, b, ldb << 2, packed, n << 2);
}

/**
 * Packs B[k, n] (or B[n, k] if transposed) in parts of `share` columns, the last of which may have fewer, each as
 * `pack_weights` does and `size` floats behind the one before. Only with native products that pack.
 *
 * @extent b: k * n
 * @extent packed: ceil(n / share) * size
 * @work 4 * k * n
 */
export function pack_columns(
  transposed: Flag,
  k: Count,
  n: Count,
  b: Reads<f32>,
  share: Count,
  size: Count,
  packed: Writes<f32>,
  worker: u32,
  workers: u32,
): void {
  for (let left = worker * share; left < n; left += workers * share, packed += workers * size << 2) {
    const from = b + ((transposed ? left * k : left) << 2);
    pack_natively(transposed, k, min(share, n - left), from, transposed ? k : n, packed + (worker * size << 2));
  }
}

/**
 * Converts floats to bfloat16 numbers, rounding to nearest, ties to even. Workers share the run.
 *
 * @extent from to: n
 * @work 4 * n
 */
export function to_half(n: Count, from: Reads<f32>, to: Writes<u16>, worker: u32, workers: u32): void {
  const end = shareStart(n, 16, worker + 1, workers);
  const first = shareStart(n, 16, worker, workers);
  if (end > first) roundRow(end - first, from + (first << 2), to + (first << 1));
}

/**
 * Converts bfloat16 numbers to floats, or adds them to floats. Workers share the run.
 *
 * @extent from to: n
 * @work 4 * n
 */
export function from_half(
  accumulate: Flag,
  n: Count,
  from: Reads<u16>,
  to: Updates<f32>,
  worker: u32,
  workers: u32,
): void {
  const end = shareStart(n, 16, worker + 1, workers);
  const first = shareStart(n, 16, worker, workers);
  if (end <= first) return;
  const count = end - first;
  const whole = count & ~7;
  from += first << 1;
  to += first << 2;
  for (let i: u32 = 0; i < whole; i += 8, from += 16, to += 32) {
    const halves = v128.load(from);
    let low = v128.shuffle<u16>(ZEROS, halves, 0, 8, 0, 9, 0, 10, 0, 11);
    let high = v128.shuffle<u16>(ZEROS, halves, 0, 12, 0, 13, 0, 14, 0, 15);
    if (accumulate) {
      low = f32x4.add(v128.load(to), low);
      high = f32x4.add(v128.load(to, 16), high);
    }
    v128.store(to, low);
    v128.store(to, high, 16);
  }
  for (let i = whole; i < count; i++, from += 2, to += 4) {
    const x = reinterpret<f32>(<u32> load<u16>(from) << 16);
    store<f32>(to, accumulate ? load<f32>(to) + x : x);
  }
}

/** Zeros, the carry that rounds to nearest, and the bits of NaN; variables for the reason given in vector.ts. */
let ZEROS: v128 = i32x4.splat(0);
let CARRY: v128 = i32x4.splat(0x7fff);
let NAN_BITS: v128 = i32x4.splat(0x7fc00000);

/** Rounds four floats to bfloat16 numbers, in the high halves of the lanes. NaN may become a number. */
@inline
function roundNumbers(x: v128): v128 {
  const odd = i32x4.shr_u(i32x4.shl(x, 15), 31);
  return i32x4.add(x, i32x4.add(odd, CARRY));
}

/** Rounds four floats to bfloat16 numbers, in the high halves of the lanes. NaN stays NaN. */
@inline
function round(x: v128): v128 {
  return v128.bitselect(roundNumbers(x), NAN_BITS, f32x4.eq(x, x));
}

/** Stores the high halves of the lanes. */
@inline
function storeHigh(low: v128, high: v128, to: usize): void {
  v128.store(to, v128.shuffle<u16>(low, high, 1, 3, 5, 7, 9, 11, 13, 15));
}

/** Converts n floats to bfloat16 numbers. */
export function roundRow(n: u32, from: usize, to: usize): void {
  const whole = n & ~7;
  for (let i: u32 = 0; i < whole; i += 8, from += 32, to += 16) storeHalves(v128.load(from), v128.load(from, 16), to);
  for (let i = whole; i < n; i++, from += 4, to += 2) store<u16>(to, halfOf(load<f32>(from)));
}

/** Stores eight floats as bfloat16 numbers. */
@inline
function storeHalves(low: v128, high: v128, to: usize): void {
  storeHigh(round(low), round(high), to);
}

/** Stores eight floats, none of which is NaN, as bfloat16 numbers. */
@inline
export function storeNumbers(low: v128, high: v128, to: usize): void {
  storeHigh(roundNumbers(low), roundNumbers(high), to);
}

/** Returns a float as a bfloat16 number. */
@inline
export function halfOf(x: f32): u16 {
  return <u16> (<u32> i32x4.extract_lane(round(f32x4.splat(x)), 0) >> 16);
}

/**
 * The most rows of B that the library multiplies at once if each worker multiplies all columns: its copy of a piece stays
 * in a core's own cache.
 */
const MOST_DEPTH: u32 = 1024;

/**
 * C[m, n] (+)= op(A) op(B) of bfloat16 matrices, summed as floats; row lengths in elements. Only with native products.
 * Workers share the rows of a tall C or the columns of a wide one.
 *
 * @extent a: span(transposedA ? k : m, lda, transposedA ? m : k, 1)
 * @extent b: span(transposedB ? n : k, ldb, transposedB ? k : n, 1)
 * @extent c: span(m, ldc, n, 1)
 * @work m * n * k
 */
export function matmul_half(
  transposedA: Flag,
  transposedB: Flag,
  m: Count,
  n: Count,
  k: Count,
  a: Reads<u16>,
  lda: Count,
  b: Reads<u16>,
  ldb: Count,
  c: Updates<f32>,
  ldc: Count,
  accumulate: Flag,
  worker: u32,
  workers: u32,
): void {
  const tall = m >= n;
  const first: u32 = tall ? shareStart(m, 16, worker, workers) : 0;
  const last = tall ? shareStart(m, 16, worker + 1, workers) : m;
  const left: u32 = tall ? 0 : shareStart(n, 16, worker, workers);
  const right = tall ? n : shareStart(n, 16, worker + 1, workers);
  if (first == last || left == right) return;
  const rows = last - first, columns = right - left;
  const to = c + (first * ldc + left) * 4;
  if (k == 0) {
    for (let i: u32 = 0; i < rows && !accumulate; i++) memory.fill(to + i * (ldc << 2), 0, columns << 2);
    return;
  }
  const pieces = !tall || transposedA || transposedB ? 1 : (k + MOST_DEPTH - 1) / MOST_DEPTH;
  const step = ((k + pieces - 1) / pieces + 31) & ~<u32> 31;
  for (let p: u32 = 0; p < k; p += step) {
    const from = a + (transposedA ? p * lda + first : first * lda + p) * 2;
    const factor = b + (transposedB ? left * ldb + p : p * ldb + left) * 2;
    const depth = min(step, k - p), adds = p > 0 ? 1 : accumulate;
    multiply_matrices(1, transposedA, transposedB, rows, columns, depth, from, lda, factor, ldb, to, ldc, adds);
  }
}
