import type { NativeFunctions, NativeProducts } from "../../src/kernels/mod.ts";

/** The activations of native products by their numbers. */
const ACTIVATIONS: readonly ((x: number) => number)[] = [
  (x) => x,
  (x) => 1 / (1 + Math.exp(-x)),
  Math.tanh,
  (x) => Math.max(x, 0),
];

const WORD = new DataView(new ArrayBuffer(4));

/** Returns the float whose upper 16 bits are given. */
function fromHalf(bits: number): number {
  WORD.setUint16(0, bits);
  return WORD.getFloat32(0);
}

/**
 * The functions that kernels call in a native library, in plain loops. Packed weights are a dense matrix of floats.
 * `half` says that the matrices they are multiplied with hold bfloat16 numbers.
 */
export function scalarProducts(memory: WebAssembly.Memory, half: boolean): NativeFunctions {
  // The memory may have grown since the last call.
  const views = (): readonly [floats: Float32Array, halves: Uint16Array] => [
    new Float32Array(memory.buffer),
    new Uint16Array(memory.buffer),
  ];
  const products: NativeProducts = {
    packedBytes: (k, n) => k * n * 4,
    pack: (transposed, k, n, b, ldb, packed) => {
      const [floats] = views();
      for (let i = 0; i < k * n; i++) {
        const [row, column] = [Math.floor(i / n), i % n];
        floats[packed / 4 + i] = floats[b / 4 + (transposed ? column * ldb + row : row * ldb + column)];
      }
    },
    multiply: (m, n, k, a, packed, bias, c, accumulate, activation) => {
      const [floats, halves] = views();
      for (let i = 0; i < m * n; i++) {
        const [row, column] = [Math.floor(i / n) * k, i % n];
        let sum = (accumulate ? floats[c / 4 + i] : 0) + (bias ? floats[bias / 4 + column] : 0);
        for (let j = 0; j < k; j++) {
          const left = half ? fromHalf(halves[a / 2 + row + j]) : floats[a / 4 + row + j];
          sum += left * floats[packed / 4 + j * n + column];
        }
        floats[c / 4 + i] = ACTIVATIONS[activation](sum);
      }
    },
    activate: (n, x, y, activation) => {
      const [floats] = views();
      for (let i = 0; i < n; i++) floats[y / 4 + i] = ACTIVATIONS[activation](floats[x / 4 + i]);
    },
    multiplyMatrices: (half, transposedA, transposedB, m, n, k, a, lda, b, ldb, c, ldc, accumulate) => {
      const [floats, halves] = views();
      const value = (at: number, i: number): number => half ? fromHalf(halves[at / 2 + i]) : floats[at / 4 + i];
      for (let i = 0; i < m * n; i++) {
        const [row, column] = [Math.floor(i / n), i % n];
        const to = c / 4 + row * ldc + column;
        let sum = accumulate ? floats[to] : 0;
        for (let p = 0; p < k; p++) {
          const left = value(a, transposedA ? p * lda + row : row * lda + p);
          sum += left * value(b, transposedB ? column * ldb + p : p * ldb + column);
        }
        floats[to] = sum;
      }
    },
  };
  return { products, sgemm: (...operands) => products.multiplyMatrices(0, ...operands) };
}
