/**
 * Solves least squares with a penalty on the weights (Hoerl and Kennard 1970): returns the weights `[inputs, outputs]`
 * from the products of the inputs with themselves, `[inputs, inputs]`, and with the outputs, `[inputs, outputs]`. The
 * penalty is a share of the mean diagonal entry. Overwrites both.
 */
export function solveRidge(gram: Float64Array, products: Float64Array, size: number, penalty: number): Float64Array {
  let trace = 0;
  for (let i = 0; i < size; i++) trace += gram[i * size + i];
  const added = trace > 0 ? penalty * trace / size : 1;
  for (let i = 0; i < size; i++) gram[i * size + i] += added;
  factorize(gram, size);
  const outputs = products.length / size;
  substitute(gram, products, { size, outputs });
  return products;
}

/** Cholesky factorization of a positive definite matrix: puts L with L L^T = A in the lower triangle. */
function factorize(a: Float64Array, size: number): void {
  for (let j = 0; j < size; j++) {
    for (let i = j; i < size; i++) {
      let sum = a[i * size + j];
      for (let k = 0; k < j; k++) sum -= a[i * size + k] * a[j * size + k];
      a[i * size + j] = i === j ? Math.sqrt(Math.max(sum, Number.MIN_VALUE)) : sum / a[j * size + j];
    }
  }
}

/** Solves L L^T X = B in place of B. */
function substitute(
  l: Float64Array,
  b: Float64Array,
  { size, outputs }: { readonly size: number; readonly outputs: number },
): void {
  const subtract = (row: number, other: number, factor: number): void => {
    for (let o = 0; o < outputs; o++) b[row * outputs + o] -= factor * b[other * outputs + o];
  };
  const divide = (row: number): void => {
    for (let o = 0; o < outputs; o++) b[row * outputs + o] /= l[row * size + row];
  };
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) subtract(i, k, l[i * size + k]);
    divide(i);
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) subtract(i, k, l[k * size + i]);
    divide(i);
  }
}
