// Batched matrix products, as attention needs them: many small products of one shape, at equal distances in memory, one
// per sequence.

import { Count, Flag, Reads, Scratch, Updates } from "./operands";
import { matmul, product_scratch } from "./product";

/**
 * C_i[m, n] (+)= op(A_i)[m, k] op(B_i)[k, n] for i < count; `lda`, `ldb`, `ldc` are row lengths and `nextA`, `nextB`,
 * `nextC` the distances from one matrix to the next, in floats. Workers share the products.
 *
 * @extent a: span(count, nextA, transposedA ? k : m, lda, transposedA ? m : k, 1)
 * @extent b: span(count, nextB, transposedB ? n : k, ldb, transposedB ? k : n, 1)
 * @extent c: span(count, nextC, m, ldc, n, 1)
 * @work count * m * n * k
 */
export function batched_matmul(
  count: Count,
  transposedA: Flag,
  transposedB: Flag,
  m: Count,
  n: Count,
  k: Count,
  a: Reads<f32>,
  lda: Count,
  nextA: Count,
  b: Reads<f32>,
  ldb: Count,
  nextB: Count,
  c: Updates<f32>,
  ldc: Count,
  nextC: Count,
  accumulate: Flag,
  scratch: Scratch,
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
