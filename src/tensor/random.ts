import { InputRangeError } from "../../errors.ts";
import { type Address, Engine } from "../engine/mod.ts";
import { describeValue, expectKinds, type OptionKinds, refuse } from "../schema/mod.ts";

/** Splits a seed, an integer from 0 to 2^53 - 1, into its low and high 32 bits. */
export function seedWords(seed: number): [low: number, high: number] {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new InputRangeError(`seed: expected a whole number from 0 to 2^53 - 1, found ${describeValue(seed)}`);
  }
  return [seed >>> 0, Math.floor(seed / 2 ** 32)];
}

/** Throws `RangeError` unless a number counts streams or steps, with 32 bits. */
export function expectCounter(action: string, name: string, value: number): void {
  if (Number.isInteger(value) && value >= 0 && value < 2 ** 32) return;
  refuse(action, name, "a whole number from 0 to 2^32 - 1", value);
}

/** Options of `Random`. */
export interface RandomOptions {
  /** The engine that generates the numbers. Default: `Engine.default()`. */
  readonly engine?: Engine;
  /** The first stream. Default: 0. */
  readonly stream?: number;
}

const KINDS: OptionKinds<RandomOptions> = { engine: Engine, stream: "number" };

/**
 * Generates counter-based random numbers (Philox4x32-10, Salmon et al. 2011). Every call draws from a new stream, so
 * its result depends only on the seed and on the number of earlier calls.
 *
 * @example
 * ```ts
 * import { Random } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const random = new Random(7);
 * random.uniform(3);
 * const next = new Random(7, { stream: random.stream });
 * assertEquals(next.normal(4), random.normal(4));
 * ```
 */
export class Random {
  /** The seed. */
  readonly seed: number;
  #engine: Engine;
  #stream: number;

  /** Throws `RangeError` unless the seed is an integer from 0 to 2^53 - 1, and the stream one from 0 to 2^32 - 1. */
  constructor(seed: number, options: RandomOptions = {}) {
    seedWords(seed);
    const { engine, stream = 0 } = expectKinds("make random numbers", options, KINDS);
    expectCounter("make random numbers", "stream", stream);
    this.seed = seed;
    this.#engine = engine ?? Engine.default();
    this.#stream = stream;
  }

  /** The next stream. Pass it as `stream` to resume a run. */
  get stream(): number {
    return this.#stream;
  }

  /** Draws `count` numbers from the uniform distribution on [low, high), rounded to floats. */
  uniform(count: number, low = 0, high = 1): Float32Array {
    return this.lendUniform(count, (numbers) => numbers.slice(), low, high);
  }

  /**
   * Calls `use` with the numbers of `uniform` in the engine's memory, which they leave with the call.
   * @internal
   */
  lendUniform<T>(count: number, use: (numbers: Float32Array) => T, low = 0, high = 1): T {
    return this.#inArena(count, (address) => this.fillUniform(this.#engine, address, count, low, high), use);
  }

  /** Draws `count` numbers from the normal distribution (Box and Muller 1958). */
  normal(count: number, mean = 0, deviation = 1): Float32Array {
    const even = count + count % 2;
    const fill = (address: Address): void => this.fillNormal(this.#engine, address, even, mean, deviation);
    return this.#inArena(even, fill, (numbers) => numbers.slice(0, count));
  }

  /**
   * Writes uniform numbers to the engine's memory.
   * @internal
   */
  fillUniform(engine: Engine, address: Address, count: number, low = 0, high = 1): void {
    engine.run("random_uniform", count, address, ...seedWords(this.seed), this.#stream++, 0);
    if (low === 0 && high === 1) return;
    engine.change(address, count, (values) => {
      for (let i = 0; i < count; i++) values[i] = low + (high - low) * values[i];
    });
  }

  /**
   * Writes normal numbers to the engine's memory; `count` must be even.
   * @internal
   */
  fillNormal(engine: Engine, address: Address, count: number, mean = 0, deviation = 1): void {
    this.fillUniform(engine, address, count);
    engine.change(address, count, (values) => {
      for (let i = 0; i < count; i += 2) {
        const radius = deviation * Math.sqrt(-2 * Math.log(1 - values[i]));
        const angle = 2 * Math.PI * values[i + 1];
        values[i] = mean + radius * Math.cos(angle);
        values[i + 1] = mean + radius * Math.sin(angle);
      }
    });
  }

  /** Calls `use` with what `fill` writes to temporary memory. */
  #inArena<T>(count: number, fill: (address: Address) => void, use: (numbers: Float32Array) => T): T {
    if (!(Number.isSafeInteger(count) && count >= 0)) {
      throw new InputRangeError(`draw random numbers: expected a whole number as count, found ${describeValue(count)}`);
    }
    const { arena } = this.#engine;
    return arena.lend(() => {
      const address = arena.allocate(count * 4);
      fill(address);
      return use(this.#engine.floats(address, count));
    });
  }
}
