import type { Values } from "./affine.ts";

/** Arguments of {@linkcode matmul}. */
export interface MatmulOptions {
  a: Values;
  b: Values;
  M: number;
  N: number;
  K: number;
  /** Whether `a` is stored as [K, M] instead of [M, K]. */
  transposeA?: boolean;
  /** Whether `b` is stored as [N, K] instead of [K, N]. */
  transposeB?: boolean;
}

/** op(A) [M, K] · op(B) [K, N] = output [M, N], where op optionally transposes a matrix. */
export function matmul(
  { a, b, M, N, K, transposeA = false, transposeB = false }: MatmulOptions,
): { output: Float64Array; backward(dOutput: Values): { da: Float64Array; db: Float64Array } } {
  const atA = (m: number, k: number) => transposeA ? k * M + m : m * K + k;
  const atB = (k: number, n: number) => transposeB ? n * K + k : k * N + n;
  const output = new Float64Array(M * N);
  for (let m = 0; m < M; m++) {
    for (let n = 0; n < N; n++) {
      for (let k = 0; k < K; k++) output[m * N + n] += a[atA(m, k)] * b[atB(k, n)];
    }
  }
  return {
    output,
    backward(dOutput) {
      const da = new Float64Array(M * K), db = new Float64Array(K * N);
      for (let m = 0; m < M; m++) {
        for (let n = 0; n < N; n++) {
          for (let k = 0; k < K; k++) {
            da[atA(m, k)] += dOutput[m * N + n] * b[atB(k, n)];
            db[atB(k, n)] += dOutput[m * N + n] * a[atA(m, k)];
          }
        }
      }
      return { da, db };
    },
  };
}
