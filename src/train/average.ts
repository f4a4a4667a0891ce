import { InputRangeError } from "../../errors.ts";
import type { Address, Block } from "../engine/mod.ts";
import type { Slab } from "../tensor/mod.ts";

/** An average of the parameters over training, which is measured and saved instead of the current ones. */
export interface Average {
  /** Address of the averaged values, if they are as many as the slab has and are all that the average keeps. */
  readonly address?: Address;
  /** Is called with the gradients of a step, before it changes the slab's values. */
  prepare?(): void;
  /** Updates the average from the slab's values after a step. */
  observe(step: number): void;
  /** Updates the average at the end of an epoch with its validation loss, if there is one. */
  endEpoch(loss?: number): void;
  /** Forgets the validation losses so far, since those to come are of other data. */
  forgetLosses?(): void;
  /** Swaps the slab's values with the average; a second call swaps them back. */
  exchange(): void;
  /** Copies the values from which the average can be restored. */
  toArray(): Float32Array;
  /**
   * Restores what `toArray` returned when the slab had the values `parameters`. Throws `RangeError` if the number of
   * values does not fit.
   */
  restore(values: Float32Array, parameters: Float32Array): void;
}

/** The decay of a moving average at a step: smaller in the first ones, so that the initial values soon lose weight. */
export function decayAt(step: number, decay: number): number {
  return Math.min(decay, (1 + step) / (10 + step));
}

/** Exponential moving average of a slab's values. */
export class MovingAverage implements Average {
  #slab: Slab;
  #block: Block;
  #decay: number;

  /** Starts from the slab's current values. `decay` is the factor on the average at each observation. */
  constructor(slab: Slab, decay: number) {
    this.#slab = slab;
    this.#decay = decay;
    this.#block = slab.engine.allocate(slab.size * 4);
    slab.engine.run("affine", slab.size, slab.values, 1, 0, this.#block.address);
  }

  get address(): Address {
    return this.#block.address;
  }

  observe(step: number): void {
    const { engine, size, values } = this.#slab;
    const decay = decayAt(step, this.#decay);
    engine.run("affine", size, this.#block.address, decay, 0, this.#block.address);
    engine.run("add_scaled", size, 1 - decay, values, this.#block.address);
  }

  endEpoch(): void {}

  exchange(): void {
    const { engine, size } = this.#slab;
    engine.change(this.#block.address, size, (own) => exchangeValues(this.#slab, own));
  }

  toArray(): Float32Array {
    return this.#slab.engine.floats(this.#block.address, this.#slab.size).slice();
  }

  restore(values: Float32Array): void {
    if (values.length !== this.#slab.size) refuse(`${this.#slab.size} values`, values.length);
    this.#slab.engine.change(this.#block.address, this.#slab.size, (own) => own.set(values));
  }
}

/** Mean of a slab's current values and its values at the ends of the epochs before. */
export class EpochAverage implements Average {
  #slab: Slab;
  #count: number;
  #ends: Float32Array[] = [];
  #other: Float32Array | undefined;

  /** `count` is the number of values to average, including the current ones. */
  constructor(slab: Slab, count: number) {
    this.#slab = slab;
    this.#count = count;
  }

  observe(): void {}

  endEpoch(): void {
    this.#ends = [...this.#ends, this.#current().slice()].slice(-this.#count);
  }

  exchange(): void {
    const other = this.#other ?? this.#mean();
    exchangeValues(this.#slab, other);
    this.#other = this.#other ? undefined : other;
  }

  toArray(): Float32Array {
    const { size } = this.#slab;
    const all = new Float32Array(this.#ends.length * size);
    this.#ends.forEach((values, i) => all.set(values, i * size));
    return all;
  }

  restore(values: Float32Array): void {
    const { size } = this.#slab;
    const count = values.length / size;
    if (!Number.isInteger(count) || count > this.#count) {
      refuse(`at most ${this.#count} times ${size} values`, values.length);
    }
    this.#ends = Array.from({ length: count }, (_, i) => values.slice(i * size, (i + 1) * size));
  }

  #mean(): Float32Array {
    const current = this.#current();
    const end = this.#ends.at(-1);
    // Between the end of an epoch and the next step, the current values are those of that end.
    const isEnd = end?.every((value, i) => Object.is(value, current[i])) ?? false;
    const all = isEnd ? this.#ends : [...this.#ends, current].slice(-this.#count);
    const sums = new Float32Array(current.length);
    for (const values of all) for (let i = 0; i < sums.length; i++) sums[i] += values[i];
    return sums.map((sum) => sum / all.length);
  }

  /** A view of the current values. */
  #current(): Float32Array {
    const { engine, values, size } = this.#slab;
    return engine.floats(values, size);
  }
}

/** Exchanges a slab's values with others. */
export function exchangeValues(slab: Slab, other: Float32Array): void {
  slab.engine.change(slab.values, slab.size, (own) => {
    const kept = own.slice();
    own.set(other);
    other.set(kept);
  });
  slab.touch();
}

function refuse(expected: string, found: number): never {
  throw new InputRangeError(`restore the average: expected ${expected}, found ${found}`);
}
