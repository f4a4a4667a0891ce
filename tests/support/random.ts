/** Makes a seeded generator of numbers in [0, 1) that is the same on every machine: mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Draws `length` values, uniform in [-scale, scale). */
export function randomValues(random: () => number, length: number, scale = 1): Float64Array {
  return Float64Array.from({ length }, () => (2 * random() - 1) * scale);
}
