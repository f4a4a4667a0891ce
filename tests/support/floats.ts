import { seededRandom } from "./random.ts";

/** Draws `count` floats, uniform in [low, high), from a seed. */
export function randomFloats(seed: number, count: number, low = -1, high = 1): Float32Array {
  const random = seededRandom(seed);
  const floats = new Float32Array(count);
  for (let i = 0; i < count; i++) floats[i] = low + (high - low) * random();
  return floats;
}

/** Returns `count` NaNs, for memory that a kernel must write before it is read. */
export function unwritten(count: number): Float32Array {
  return new Float32Array(count).fill(NaN);
}

/** Draws `count` integers, uniform in [low, high), from a seed. */
export function randomIntegers(seed: number, count: number, low: number, high: number): Int32Array {
  const random = seededRandom(seed);
  return Int32Array.from({ length: count }, () => low + Math.floor((high - low) * random()));
}

/** Copies a matrix [rows, width] with rows `pitch` floats apart and `filler` in the gaps. */
export function withPitch(matrix: ArrayLike<number>, width: number, pitch: number, filler: number): Float32Array {
  const rows = width === 0 ? 0 : matrix.length / width;
  const result = new Float32Array(rows * pitch).fill(filler);
  for (let i = 0; i < matrix.length; i++) result[Math.floor(i / width) * pitch + i % width] = matrix[i];
  return result;
}

/** Returns the absolute values in double precision. */
export function absolutes(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values, Math.abs);
}

/** Draws floats as `randomFloats` does, with special values among them if there is room. */
export function withSpecials(seed: number, n: number, specials: readonly number[]): Float32Array {
  const values = randomFloats(seed, n);
  if (n >= specials.length) values.set(specials, seed % (n - specials.length + 1));
  return values;
}

/** Logits in rows of very different sizes, one of them far from zero. */
export function makeLogits(rows: number, n: number): Float32Array {
  return randomFloats(1, rows * n, -4, 4).map((x, i) => i < n ? x + 1000 : x);
}
