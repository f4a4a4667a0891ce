import { Engine } from "../engine/mod.ts";

/** The low and the high 32 bits of a seed, which is a whole number below 2^53. */
export function seedWords(seed: number): [low: number, high: number] {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`seed: expected a whole number from 0 to 2^53 - 1, found ${seed}`);
  }
  return [seed >>> 0, Math.floor(seed / 2 ** 32)];
}

/** Options of a `Random`. */
export interface RandomOptions {
  /** The engine that makes the numbers; `Engine.default()` where absent. */
  readonly engine?: Engine;
  /** The first stream; 0 where absent. */
  readonly stream?: number;
}

/**
 * Counter-based random numbers (Philox4x32-10, Salmon et al. 2011): every call draws from a stream of its own, so that what it
 * returns depends on the seed and on how many calls came before, and on nothing else.
 */
export class Random {
  /** The seed. */
  readonly seed: number;
  #engine: Engine;
  #stream: number;

  /** Throws a RangeError for a seed that is no whole number from 0 to 2^53 - 1. */
  constructor(seed: number, options: RandomOptions = {}) {
    seedWords(seed);
    this.seed = seed;
    this.#engine = options.engine ?? Engine.default();
    this.#stream = options.stream ?? 0;
  }

  /** The next stream: what a resumed run must continue from. */
  get stream(): number {
    return this.#stream;
  }

  /** `count` numbers from the uniform distribution on [low, high), rounded to floats. */
  uniform(count: number, low = 0, high = 1): Float32Array {
    const engine = this.#engine;
    const mark = engine.arena.mark();
    const address = engine.arena.allocate(count * 4);
    engine.run("random_uniform", count, address, ...seedWords(this.seed), this.#stream++, 0);
    const values = engine.floats(address, count).slice();
    engine.arena.reset(mark);
    if (low !== 0 || high !== 1) { for (let i = 0; i < count; i++) values[i] = low + (high - low) * values[i]; }
    return values;
  }

  /** `count` numbers from the normal distribution (Box and Muller 1958). */
  normal(count: number, mean = 0, deviation = 1): Float32Array {
    const uniform = this.uniform(count + count % 2);
    const values = new Float32Array(count);
    for (let i = 0; i < count; i += 2) {
      const radius = deviation * Math.sqrt(-2 * Math.log(1 - uniform[i]));
      const angle = 2 * Math.PI * uniform[i + 1];
      values[i] = mean + radius * Math.cos(angle);
      if (i + 1 < count) values[i + 1] = mean + radius * Math.sin(angle);
    }
    return values;
  }
}
