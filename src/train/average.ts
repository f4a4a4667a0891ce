import type { Block } from "../engine/mod.ts";
import type { Slab } from "../tensor/mod.ts";
import type { TrainSettings } from "./settings.ts";

/** A mean of the parameters of several moments, which is measured and kept in place of the present ones. */
export interface Average {
  /** Takes note of the slab's values after a step. */
  observe(step: number): void;
  /** Takes note of them at an epoch's end. */
  endEpoch(): void;
  /** Exchanges the slab's values and the mean; a second call exchanges them back. */
  exchange(): void;
  /** A copy of all that the mean is made of. */
  toArray(): Float32Array;
  /** Continues from a copy. Throws `RangeError` if it cannot be one. */
  restore(values: Float32Array): void;
}

/** The mean that settings ask for, if any. */
export function makeAverage(slab: Slab, { averaging, averageLast }: TrainSettings): Average | undefined {
  if (averaging !== null) return new MovingAverage(slab, averaging);
  return averageLast === null ? undefined : new EpochAverage(slab, averageLast);
}

/** The exponential moving average of a slab's values. */
export class MovingAverage implements Average {
  #slab: Slab;
  #block: Block;
  #decay: number;

  /** `decay`: the share of the average that each observation keeps. Begins as the values that the slab has. */
  constructor(slab: Slab, decay: number) {
    this.#slab = slab;
    this.#decay = decay;
    this.#block = slab.engine.allocate(slab.size * 4);
    slab.engine.run("affine", slab.size, slab.values, 1, 0, this.#block.address);
  }

  /** In the first steps less is kept, so that where training began is soon forgotten. */
  observe(step: number): void {
    const { engine, size, values } = this.#slab;
    const decay = Math.min(this.#decay, (1 + step) / (10 + step));
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

/** The mean of a slab's present values and those at the ends of the epochs before. */
export class EpochAverage implements Average {
  #slab: Slab;
  #count: number;
  #ends: Float32Array[] = [];
  #other: Float32Array | undefined;

  /** `count`: of how many values the mean is taken, the present ones included. */
  constructor(slab: Slab, count: number) {
    this.#slab = slab;
    this.#count = count;
  }

  observe(): void {}

  endEpoch(): void {
    const { engine, values, size } = this.#slab;
    const ends = [...this.#ends, engine.floats(values, size).slice()];
    this.#ends = ends.slice(Math.max(0, ends.length + 1 - this.#count));
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
    if (!Number.isInteger(count) || count >= this.#count) {
      refuse(`up to ${this.#count - 1} times ${size} values`, values.length);
    }
    this.#ends = Array.from({ length: count }, (_, i) => values.slice(i * size, (i + 1) * size));
  }

  #mean(): Float32Array {
    const { engine, values, size } = this.#slab;
    const mean = engine.floats(values, size).slice();
    for (const end of this.#ends) for (let i = 0; i < size; i++) mean[i] += end[i];
    return mean.map((sum) => sum / (this.#ends.length + 1));
  }
}

function exchangeValues(slab: Slab, other: Float32Array): void {
  slab.engine.change(slab.values, slab.size, (own) => {
    const kept = own.slice();
    own.set(other);
    other.set(kept);
  });
  slab.touch();
}

function refuse(expected: string, found: number): never {
  throw new RangeError(`restore the average: expected ${expected}, found ${found}`);
}
