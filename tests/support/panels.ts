/**
 * B[k, n] (or B[n, k] when transposed) as the kernels' matrix products read it: panels of 8 columns, each a run of k
 * rows, zeros where there are no columns.
 */
export function packPanels(b: ArrayLike<number>, k: number, n: number, transposed: boolean): Float32Array {
  const packed = new Float32Array(Math.ceil(n / 8) * 8 * k);
  for (let p = 0; p < k; p++) {
    for (let j = 0; j < n; j++) packed[(j - j % 8) * k + p * 8 + j % 8] = b[transposed ? j * k + p : p * n + j];
  }
  return packed;
}
