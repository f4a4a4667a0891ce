import { InputRangeError } from "../../errors.ts";
import type { Block } from "../engine/mod.ts";
import type { Slab, Spans } from "../tensor/mod.ts";
import { type Average, decayAt } from "./average.ts";

/** A smaller product of decays is multiplied into the distances. */
const LEAST_PRODUCT = 2 ** -40;

/**
 * Exponential moving average of a slab's values of which a step changes few, such as the rows of a large embedding that
 * it uses. It keeps q = (a - w) / D for each value w with the average a, where D is the product of the decays so far.
 * From w to w + c, a step with the decay d takes a - w to d (a - w - c), so q to q - c / D: that of a value that stays
 * the same does not change, although its average does.
 */
export class LazyMovingAverage implements Average {
  #slab: Slab;
  #distances: Block;
  #decay: number;
  #product = 1;
  /** The floats that the step changes. */
  #spans: Spans = [];
  /** The slab's own values while the average is in their place. */
  #own: Float32Array | undefined;

  /** Starts from the slab's current values. `decay` is the factor on the average at each step. */
  constructor(slab: Slab, decay: number) {
    this.#slab = slab;
    this.#decay = decay;
    this.#distances = slab.engine.allocate(slab.size * 4);
    slab.engine.run("fill", slab.size, 0, this.#distances.address);
  }

  prepare(): void {
    this.#spans = this.#slab.gradientSpans();
    this.#addValues(1);
  }

  observe(step: number): void {
    this.#addValues(-1);
    this.#product = Math.fround(this.#product * decayAt(step, this.#decay));
    if (this.#product < LEAST_PRODUCT) this.#multiply();
  }

  endEpoch(): void {}

  exchange(): void {
    const { engine, values, size } = this.#slab;
    const own = this.#own;
    if (own) engine.change(values, size, (current) => current.set(own));
    else {
      this.#own = engine.floats(values, size).slice();
      engine.run("add_scaled", size, this.#product, this.#distances.address, values);
    }
    if (own) this.#own = undefined;
    this.#slab.touch();
  }

  /** Copies the distances, followed by their factor. */
  toArray(): Float32Array {
    const { engine, size } = this.#slab;
    const all = new Float32Array(size + 1);
    all.set(engine.floats(this.#distances.address, size));
    all[size] = this.#product;
    return all;
  }

  /** Also restores what a `MovingAverage` has copied. */
  restore(all: Float32Array, parameters: Float32Array): void {
    const { engine, size } = this.#slab;
    if (all.length !== size && all.length !== size + 1) {
      throw new InputRangeError(`restore the average: expected ${size + 1} values, found ${all.length}`);
    }
    const distances = all.length === size ? all.map((average, i) => average - parameters[i]) : all.subarray(0, size);
    engine.change(this.#distances.address, size, (own) => own.set(distances));
    this.#product = all[size] ?? 1;
  }

  /** Adds the changing values to their distances, multiplied by a sign and divided by the product. */
  #addValues(sign: number): void {
    const { engine, values, size } = this.#slab;
    const spans = this.#spans;
    const factor = sign / this.#product;
    engine.arena.lend(() => {
      const at = engine.placeIntegers(Int32Array.from(spans));
      engine.run("sgd_step", size, spans.length / 2, at, this.#distances.address, values, 0, -factor, 0, 1, 0, 0, 1);
    });
  }

  #multiply(): void {
    const { address } = this.#distances;
    this.#slab.engine.run("affine", this.#slab.size, address, this.#product, 0, address);
    this.#product = 1;
  }
}
