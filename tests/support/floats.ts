import { seededRandom } from "./random.ts";

/** `count` floats, uniform in [low, high), the same for the same seed. */
export function randomFloats(seed: number, count: number, low = -1, high = 1): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length: count }, () => low + (high - low) * random());
}

/** `count` floats that are not a number, for what a kernel must write before anybody reads it. */
export function unwritten(count: number): Float32Array {
  return new Float32Array(count).fill(NaN);
}

/** `count` whole numbers, uniform in [low, high), the same for the same seed. */
export function randomIntegers(seed: number, count: number, low: number, high: number): Int32Array {
  const random = seededRandom(seed);
  return Int32Array.from({ length: count }, () => low + Math.floor((high - low) * random()));
}

/** The rows of a matrix [rows, width] put `pitch` floats apart, with `filler` between them. */
export function withPitch(matrix: ArrayLike<number>, width: number, pitch: number, filler: number): Float32Array {
  const rows = width === 0 ? 0 : matrix.length / width;
  const result = new Float32Array(rows * pitch).fill(filler);
  for (let i = 0; i < matrix.length; i++) result[Math.floor(i / width) * pitch + i % width] = matrix[i];
  return result;
}

/** The absolute values, in double precision. */
export function absolutes(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values, Math.abs);
}
