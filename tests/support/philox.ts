/**
 * Philox4x32-10 (Salmon et al., 2011) in BigInt arithmetic: maps a counter and a key to four 32-bit words.
 */
export function philox(counter: readonly number[], key: readonly number[]): number[] {
  const MASK = 0xffffffffn;
  let [c0, c1, c2, c3] = counter.map(BigInt);
  let [k0, k1] = key.map(BigInt);
  for (let round = 0; round < 10; round++) {
    const [p0, p1] = [0xd2511f53n * c0, 0xcd9e8d57n * c2];
    [c0, c1, c2, c3] = [(p1 >> 32n) ^ c1 ^ k0, p1 & MASK, (p0 >> 32n) ^ c3 ^ k1, p0 & MASK];
    [k0, k1] = [(k0 + 0x9e3779b9n) & MASK, (k1 + 0xbb67ae85n) & MASK];
  }
  return [c0, c1, c2, c3].map(Number);
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
