import type { Slab } from "../tensor/mod.ts";

/** Keeps the parameters with the lowest score, and counts how long it has not fallen. */
export class Best {
  #slab: Slab;
  #values: Float32Array | undefined;
  #score = Infinity;
  #waited = 0;

  constructor(slab: Slab) {
    this.#slab = slab;
  }

  /** The lowest score; infinite before the first. */
  get score(): number {
    return this.#score;
  }

  /** Observations since the lowest. */
  get waited(): number {
    return this.#waited;
  }

  /** The slab's values at the lowest score. */
  get values(): Float32Array | undefined {
    return this.#values;
  }

  /** Takes note of a score; the slab's present values are kept where it is the lowest. */
  observe(score: number): void {
    if (score < this.#score) this.restore(score, 0, this.#slab.engine.floats(this.#slab.values, this.#slab.size));
    else this.#waited++;
  }

  /** Continues from what was kept. Throws a RangeError where there are not as many values as in the slab. */
  restore(score: number, waited: number, values: Float32Array): void {
    if (values.length !== this.#slab.size) {
      throw new RangeError(`restore the best: expected ${this.#slab.size} values, found ${values.length}`);
    }
    this.#values ??= new Float32Array(this.#slab.size);
    this.#values.set(values);
    this.#score = score;
    this.#waited = waited;
  }

  /** Puts the kept values back into the slab. */
  recall(): void {
    const values = this.#values;
    if (!values) return;
    this.#slab.engine.change(this.#slab.values, this.#slab.size, (own) => own.set(values));
    this.#slab.touch();
  }
}
