import type { Block } from "../engine/mod.ts";
import type { Slab } from "../tensor/mod.ts";

/** The exponential moving average of a slab's values. */
export class Average {
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

  /** Takes note of the slab's values after a step. In the first steps less is kept, so that where training began is soon forgotten. */
  observe(step: number): void {
    const { engine, size, values } = this.#slab;
    const decay = Math.min(this.#decay, (1 + step) / (10 + step));
    engine.run("affine", size, this.#block.address, decay, 0, this.#block.address);
    engine.run("add_scaled", size, 1 - decay, values, this.#block.address);
  }

  /** Exchanges the slab's values and the average; a second call exchanges them back. */
  exchange(): void {
    const { engine, size, values } = this.#slab;
    const own = engine.floats(values, size);
    const average = engine.floats(this.#block.address, size);
    const kept = own.slice();
    own.set(average);
    average.set(kept);
    this.#slab.touch();
  }

  /** A copy of the average. */
  toArray(): Float32Array {
    return this.#slab.engine.floats(this.#block.address, this.#slab.size).slice();
  }

  /** Continues from a copy. Throws a RangeError where it has another length. */
  restore(values: Float32Array): void {
    if (values.length !== this.#slab.size) {
      throw new RangeError(`restore the average: expected ${this.#slab.size} values, found ${values.length}`);
    }
    this.#slab.engine.floats(this.#block.address, this.#slab.size).set(values);
  }
}
