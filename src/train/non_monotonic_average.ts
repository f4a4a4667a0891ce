import { InputRangeError } from "../../errors.ts";
import type { Block } from "../engine/mod.ts";
import type { Slab } from "../tensor/mod.ts";
import { type Average, exchangeValues } from "./average.ts";

/** The largest number of values that a float counts one by one; later values keep its weight. */
const MOST_VALUES = 2 ** 24;
/** Marks the copy of an average that has not begun. */
const NOT_BEGUN = -1;

/**
 * Mean of a slab's values after every step since the validation loss has stopped falling: since it was above the lowest
 * of all losses but the last `interval` ones (NT-ASGD; Merity et al. 2018). Until then the values themselves count.
 */
export class NonMonotonicAverage implements Average {
  #slab: Slab;
  #mean: Block;
  #interval: number;
  #hasBegun = false;
  /** Number of values in the mean. */
  #count = 0;
  /** The last losses, `interval` at most, and the lowest of those before them. */
  #last: number[] = [];
  #lowest = Infinity;

  /** `interval` is the number of epochs without improvement. */
  constructor(slab: Slab, interval: number) {
    this.#slab = slab;
    this.#interval = interval;
    this.#mean = slab.engine.allocate(slab.size * 4);
    slab.engine.run("fill", slab.size, 0, this.#mean.address);
  }

  observe(): void {
    if (!this.#hasBegun) return;
    const { engine, size, values } = this.#slab;
    this.#count = Math.min(this.#count + 1, MOST_VALUES);
    engine.run("affine", size, this.#mean.address, 1 - 1 / this.#count, 0, this.#mean.address);
    engine.run("add_scaled", size, 1 / this.#count, values, this.#mean.address);
  }

  endEpoch(loss = NaN): void {
    if (this.#hasBegun || !Number.isFinite(loss)) return;
    // A copy holds floats, so a resumed run compares the same numbers.
    const own = Math.fround(loss);
    this.#hasBegun = own > this.#lowest;
    this.#last.push(own);
    if (this.#last.length > this.#interval) this.#lowest = Math.min(this.#lowest, this.#last.shift()!);
  }

  forgetLosses(): void {
    this.#last = [];
    this.#lowest = Infinity;
  }

  exchange(): void {
    if (this.#count === 0) return;
    const { engine, size } = this.#slab;
    engine.change(this.#mean.address, size, (own) => exchangeValues(this.#slab, own));
  }

  /** Copies the mean behind the number of its values; before it begins, the losses, the lowest one first. */
  toArray(): Float32Array {
    const { engine, size } = this.#slab;
    if (!this.#hasBegun) {
      return Float32Array.of(NOT_BEGUN, ...this.#lowest === Infinity ? [] : [this.#lowest], ...this.#last);
    }
    const all = new Float32Array(1 + size);
    all[0] = this.#count;
    all.set(engine.floats(this.#mean.address, size), 1);
    return all;
  }

  restore(values: Float32Array): void {
    const { engine, size } = this.#slab;
    this.#hasBegun = values.length > 0 && values[0] !== NOT_BEGUN;
    const given = values.subarray(1);
    const expected = this.#hasBegun ? `${size} values` : `at most ${this.#interval + 1} losses`;
    if (this.#hasBegun ? given.length !== size : given.length > this.#interval + 1) {
      throw new InputRangeError(`restore the average: expected ${expected}, found ${given.length}`);
    }
    if (this.#hasBegun) {
      this.#count = values[0];
      engine.change(this.#mean.address, size, (own) => own.set(given));
      return;
    }
    this.#last = [...given];
    this.#lowest = given.length > this.#interval ? this.#last.shift()! : Infinity;
  }
}
