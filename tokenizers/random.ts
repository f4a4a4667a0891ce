/**
 * A seeded random number generator: a counter passed through a mixing function (SplitMix, in its 32-bit form; Steele,
 * Lea and Flood 2014). The same seed gives the same numbers on every platform.
 */
export class SeededRandom {
  #state: number;

  /** @param seed An integer; only the lowest 32 bits are used. */
  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** The next number in [0, 1), a multiple of 2^-32. */
  next(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let z = this.#state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
  }
}
