// Batched matrix products, as attention needs them: many small products of one shape, at equal distances in memory, one
// per sequence.

import { matmul, product_scratch } from "./product";

/**
 * C_i[m, n] (+)= op(A_i)[m, k] op(B_i)[k, n] for i < count; `lda`, `ldb`, `ldc` are row lengths and `nextA`, `nextB`,
 * `nextC` the distances from one matrix to the next, in floats. Workers share the products.
 */
export function batched_matmul(
  count: u32,
  transposedA: u32,
  transposedB: u32,
  m: u32,
  n: u32,
  k: u32,
  a: usize,
  lda: u32,
  nextA: u32,
  b: usize,
  ldb: u32,
  nextB: u32,
  c: usize,
  ldc: u32,
  nextC: u32,
  accumulate: u32,
  scratch: usize,
  worker: u32,
  workers: u32,
): void {
  const own = scratch + worker * product_scratch();
  for (let i = worker; i < count; i += workers) {
    const from = a + (i * nextA << 2);
    const factor = b + (i * nextB << 2);
    matmul(transposedA, transposedB, m, n, k, from, lda, factor, ldb, c + (i * nextC << 2), ldc, accumulate, own, 0, 1);
  }
}
