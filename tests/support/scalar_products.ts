import type { NativeFunctions } from "../../src/kernels/mod.ts";

/** The activations of native products by their numbers. */
const ACTIVATIONS: readonly ((x: number) => number)[] = [
  (x) => x,
  (x) => 1 / (1 + Math.exp(-x)),
  Math.tanh,
  (x) => Math.max(x, 0),
];

function unused(): never {
  throw new RangeError("a time loop multiplies packed weights only");
}

/**
 * The functions that time loops call in a native library, in plain loops. Packed weights are a dense matrix of floats.
 * `half` says that the matrices they are multiplied with hold bfloat16 numbers.
 */
export function scalarProducts({ buffer }: WebAssembly.Memory, half: boolean): NativeFunctions {
  const [floats, halves] = [new Float32Array(buffer), new Uint16Array(buffer)];
  const word = new DataView(new ArrayBuffer(4));
  const fromHalf = (bits: number): number => {
    word.setUint16(0, bits);
    return word.getFloat32(0);
  };
  return {
    sgemm: unused,
    products: {
      packedBytes: (k, n) => k * n * 4,
      pack: (transposed, k, n, b, ldb, packed) => {
        for (let i = 0; i < k * n; i++) {
          const [row, column] = [Math.floor(i / n), i % n];
          floats[packed / 4 + i] = floats[b / 4 + (transposed ? column * ldb + row : row * ldb + column)];
        }
      },
      multiply: (m, n, k, a, packed, bias, c, accumulate, activation) => {
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
        for (let i = 0; i < n; i++) floats[y / 4 + i] = ACTIVATIONS[activation](floats[x / 4 + i]);
      },
      multiplyMatrices: unused,
    },
  };
}
