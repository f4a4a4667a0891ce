/**
 * Packs B [k, n] (or B [n, k] if transposed) for the kernels' matrix products: panels of 8 columns, each with k
 * contiguous rows. Missing columns are zeros.
 */
export function packPanels(b: ArrayLike<number>, k: number, n: number, transposed: boolean): Float32Array {
  const packed = new Float32Array(Math.ceil(n / 8) * 8 * k);
  for (let p = 0; p < k; p++) {
    for (let j = 0; j < n; j++) packed[(j - j % 8) * k + p * 8 + j % 8] = b[transposed ? j * k + p : p * n + j];
  }
  return packed;
}
