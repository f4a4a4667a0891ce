/** Returns the high and the low 32 bits of the product of two 32-bit numbers. */
function multiply(a: number, b: number): [high: number, low: number] {
  // Two products of 48 bits, which doubles hold exactly.
  const [upper, lower] = [(a >>> 16) * b, (a & 0xffff) * b];
  const high = Math.floor((upper + Math.floor(lower / 2 ** 16)) / 2 ** 16);
  return [high, Math.imul(a, b) >>> 0];
}

/** Philox4x32-10 (Salmon et al., 2011): maps a counter and a key to four 32-bit words. */
export function philox(counter: readonly number[], key: readonly number[]): number[] {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const [high0, low0] = multiply(0xd2511f53, c0);
    const [high1, low1] = multiply(0xcd9e8d57, c2);
    [c0, c1, c2, c3] = [(high1 ^ c1 ^ k0) >>> 0, low1, (high0 ^ c3 ^ k1) >>> 0, low0];
    [k0, k1] = [(k0 + 0x9e3779b9) >>> 0, (k1 + 0xbb67ae85) >>> 0];
  }
  return [c0, c1, c2, c3];
}

/** Identifies a stream of random numbers. */
export interface PhiloxStream {
  readonly seedLow: number;
  readonly seedHigh: number;
  readonly stream: number;
  readonly step: number;
}

/** Draws `count` uniform 24-bit numbers in [0, 1), four from each counter (block, 0, step, stream). */
export function philoxUniform(count: number, { seedLow, seedHigh, stream, step }: PhiloxStream): Float32Array {
  const values = new Float32Array(count);
  for (let i = 0; i < count; i += 4) {
    philox([i / 4, 0, step, stream], [seedLow, seedHigh]).forEach((word, lane) => {
      if (i + lane < count) values[i + lane] = (word >>> 8) / 2 ** 24;
    });
  }
  return values;
}

/** Draws `count` whole numbers of 16 bits, two from each word: the lower half, then the upper one. */
export function philoxHalves(count: number, { seedLow, seedHigh, stream, step }: PhiloxStream): Uint16Array {
  const values = new Uint16Array(Math.ceil(count / 8) * 8);
  for (let i = 0; i < count; i += 8) {
    const words = philox([i / 8, 0, step, stream], [seedLow, seedHigh]);
    values.set(words.flatMap((word) => [word & 0xffff, word >>> 16]), i);
  }
  return values.subarray(0, count);
}
