import type { ForeignProduct, NativeProducts } from "../../kernels/mod.ts";
import type { Memory } from "../memory.ts";

const [M, N, K, GAP] = [5, 7, 11, 2];

/** Compares small products in every form with their exact results; returns a description of the first error, if any. */
export function wrongProduct(sgemm: ForeignProduct, memory: Memory): string | undefined {
  const pitch = M + N + K + GAP;
  const block = memory.allocate(3 * pitch * pitch * 4);
  const [a, b, c] = [0, 1, 2].map((matrix) => block + matrix * pitch * pitch * 4);
  const value = (address: number, row: number, column: number): number =>
    memory.f32[(address >>> 2) + row * pitch + column];
  try {
    for (const [transposedA, transposedB, accumulate] of [[0, 0, 0], [0, 1, 1], [1, 0, 1]]) {
      for (let i = 0; i < 3 * pitch * pitch; i++) memory.f32[(block >>> 2) + i] = (i * 37 % 19 - 9) / 8;
      const before = memory.f32.slice(c >>> 2, (c >>> 2) + pitch * pitch);
      sgemm(transposedA, transposedB, M, N, K, a, pitch, b, pitch, c, pitch, accumulate);
      for (let i = 0; i < pitch * pitch; i++) {
        const [row, column] = [Math.floor(i / pitch), i % pitch];
        const isInside = row < M && column < N;
        let expected = isInside && !accumulate ? 0 : before[i];
        for (let p = 0; isInside && p < K; p++) {
          expected += value(a, transposedA ? p : row, transposedA ? row : p) *
            value(b, transposedB ? column : p, transposedB ? p : column);
        }
        const found = value(c, row, column);
        if (!(Math.abs(found - expected) <= 1e-4)) return `${found} instead of ${expected}`;
      }
    }
  } finally {
    memory.release(block);
  }
  return undefined;
}

/** Fills floats with multiples of 1/8 that bfloat16 numbers represent exactly. */
function fill(memory: Memory, address: number, count: number): number[] {
  const values = Array.from({ length: count }, (_, i) => (i * 37 % 19 - 9) / 8);
  memory.f32.set(values, address >>> 2);
  return values;
}

/**
 * Compares a small product of packed weights with its exact result; returns a description of the first error, if any.
 * `half` says that the weights are packed as bfloat16 numbers.
 */
export function wrongPackedProduct(products: NativeProducts, memory: Memory, half: boolean): string | undefined {
  const sizes = [M * K, N * K, N, M * N].map((count) => count * 4 + 60 & ~63);
  const packedBytes = products.packedBytes(K, N);
  const block = memory.allocate(sizes.reduce((sum, bytes) => sum + bytes) + 64 * 4 + packedBytes);
  const places: number[] = [];
  let next: number = block;
  for (const bytes of sizes) places.push((next += bytes + 64) - bytes - 64);
  const [a, b, bias, c] = places;
  try {
    const [left, weights, offsets, before] = places.map((at, i) => fill(memory, at, [M * K, N * K, N, M * N][i]));
    if (half) new Uint16Array(memory.wasm.buffer, a, M * K).set(left.map(upperHalf));
    products.pack(1, K, N, b, K, next);
    products.multiply(M, N, K, a, next, bias, c, 1, 2);
    for (let i = 0; i < M * N; i++) {
      const [row, column] = [Math.floor(i / N), i % N];
      let sum = before[i] + offsets[column];
      for (let p = 0; p < K; p++) sum += left[row * K + p] * weights[column * K + p];
      const found = memory.f32[(c >>> 2) + i];
      if (!(Math.abs(found - Math.tanh(sum)) <= 1e-4)) return `${found} instead of ${Math.tanh(sum)}`;
    }
  } finally {
    memory.release(block);
  }
  return undefined;
}

/** Returns the upper 16 bits of a float. */
function upperHalf(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0] >>> 16;
}
