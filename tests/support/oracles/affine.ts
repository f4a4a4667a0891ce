/** Numbers that an oracle reads. Any array type is accepted, such as a float32 view of a kernel's memory. */
export type Values = ArrayLike<number>;

/** `weight · x + bias` for one vector: weight [rows, x.length], optional bias [rows]. */
export function affine(weight: Values, bias: Values | null | undefined, x: Values, rows: number): Float64Array {
  const y = new Float64Array(rows);
  for (let r = 0; r < rows; r++) {
    let sum = bias ? bias[r] : 0;
    for (let c = 0; c < x.length; c++) sum += weight[r * x.length + c] * x[c];
    y[r] = sum;
  }
  return y;
}

/** Adds to `dWeight` and, unless it is empty, to `dBias`. Returns the gradient of `x`. */
export function affineBackward(
  weight: Values,
  x: Values,
  dy: Values,
  dWeight: Float64Array,
  dBias: Float64Array,
): Float64Array {
  const dx = new Float64Array(x.length);
  for (let r = 0; r < dy.length; r++) {
    if (dBias.length > 0) dBias[r] += dy[r];
    for (let c = 0; c < x.length; c++) {
      dWeight[r * x.length + c] += dy[r] * x[c];
      dx[c] += weight[r * x.length + c] * dy[r];
    }
  }
  return dx;
}

/**
 * `x · weightᵀ + bias`: x [N, I], weight [O, I], optional bias [O], output [N, O]. Without a bias, `dBias` is empty.
 */
export function linear(
  { x, N, I, O, weight, bias }: { x: Values; N: number; I: number; O: number; weight: Values; bias?: Values | null },
): {
  output: Float64Array;
  backward(dOutput: Values): { dx: Float64Array; dWeight: Float64Array; dBias: Float64Array };
} {
  const output = new Float64Array(N * O);
  for (let n = 0; n < N; n++) output.set(affine(weight, bias, row(x, n, I), O), n * O);
  return {
    output,
    backward(dOutput) {
      const dx = new Float64Array(N * I), dWeight = new Float64Array(O * I), dBias = new Float64Array(bias ? O : 0);
      for (let n = 0; n < N; n++) {
        dx.set(affineBackward(weight, row(x, n, I), row(dOutput, n, O), dWeight, dBias), n * I);
      }
      return { dx, dWeight, dBias };
    },
  };
}

/** Copies row `n` of a matrix of `width` columns. */
export function row(matrix: Values, n: number, width: number): Float64Array {
  const copy = new Float64Array(width);
  for (let i = 0; i < width; i++) copy[i] = matrix[n * width + i];
  return copy;
}
