/** The largest whole number of 8 bits whose negative has 8 bits too. */
export const MOST_IN_8_BITS = 127;

/**
 * The largest weight of a product in 8 bits. Processors without instructions for such products add pairs of products in
 * 16 bits, where 255 times 127 twice would not fit; 255 times 63 twice does.
 */
export const MOST_IN_PRODUCTS = 63;

/**
 * Rounds the rows of a matrix to whole numbers from -most to most, with a factor for each row. Default of `most`: 127.
 */
export function quantizeRows(
  matrix: Float32Array,
  rows: number,
  columns: number,
  most = MOST_IN_8_BITS,
): { readonly values: Int8Array; readonly scales: Float32Array } {
  const values = new Int8Array(rows * columns);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const from = matrix.subarray(row * columns, (row + 1) * columns);
    const largest = from.reduce((sum, value) => Math.max(sum, Math.abs(value)), 0);
    scales[row] = largest === 0 ? 1 : largest / most;
    from.forEach((value, column) => values[row * columns + column] = Math.round(value / scales[row]));
  }
  return { values, scales };
}
