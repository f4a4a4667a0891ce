import type { Numbers, Operands } from "./numbers.ts";

/** Rows of a matrix, `pitch` numbers apart. */
export interface Rows {
  readonly at: Numbers;
  readonly pitch: number;
}

/**
 * C[m, n] (+)= A[m, k] B[k, n]. Every element is summed over k in ascending order, from C itself if it accumulates, as
 * all products must: then single steps give the bits of the sequence.
 */
export function multiply(m: number, n: number, k: number, a: Rows, b: Rows, c: Rows, accumulate: boolean): void {
  for (let i = 0; i < m; i++) {
    const row = c.at.subarray(i * c.pitch, i * c.pitch + n);
    if (!accumulate) row.fill(0);
    for (let p = 0; p < k; p++) {
      const x = a.at[i * a.pitch + p];
      for (let j = 0; j < n; j++) row[j] += x * b.at[p * b.pitch + j];
    }
  }
}

/** Returns a copy of the transpose of a [rows, columns] matrix. */
function transposed(rows: number, columns: number, { at, pitch }: Rows): Rows {
  const copy = new Float64Array(rows * columns);
  for (let i = 0; i < copy.length; i++) copy[i] = at[(i % rows) * pitch + Math.floor(i / rows)];
  return { at: copy, pitch: rows };
}

export function matmul(
  ...[transposedA, transposedB, m, n, k, a, lda, b, ldb, c, ldc, accumulate]: Operands<"matmul">
): void {
  const [left, right] = [{ at: a, pitch: lda }, { at: b, pitch: ldb }];
  const A = transposedA ? transposed(k, m, left) : left;
  const B = transposedB ? transposed(n, k, right) : right;
  multiply(m, n, k, A, B, { at: c, pitch: ldc }, accumulate !== 0);
}

export function batched_matmul(
  ...[count, transposedA, transposedB, m, n, k, a, lda, nextA, b, ldb, nextB, c, ldc, nextC, accumulate]: Operands<
    "batched_matmul"
  >
): void {
  for (let i = 0; i < count; i++) {
    const [x, y, to] = [a.subarray(i * nextA), b.subarray(i * nextB), c.subarray(i * nextC)];
    matmul(transposedA, transposedB, m, n, k, x, lda, y, ldb, to, ldc, accumulate);
  }
}

/** The packed form is the matrix [k, n] itself. */
export function pack(...[transpose, k, n, b, ldb, packed]: Operands<"pack">): void {
  for (let i = 0; i < k * n; i++) {
    const [p, j] = [Math.floor(i / n), i % n];
    packed[i] = b[transpose ? j * ldb + p : p * ldb + j];
  }
}

/** C[m, n] (+)= A[m, k] B for a matrix packed by `pack`. */
export function multiplyPacked(
  m: number,
  n: number,
  k: number,
  a: Rows,
  packed: Numbers,
  c: Rows,
  accumulate: boolean,
): void {
  multiply(m, n, k, a, { at: packed, pitch: n }, c, accumulate);
}

export function matmul_packed(...[m, n, k, a, lda, packed, c, ldc, accumulate]: Operands<"matmul_packed">): void {
  multiplyPacked(m, n, k, { at: a, pitch: lda }, packed, { at: c, pitch: ldc }, accumulate !== 0);
}
