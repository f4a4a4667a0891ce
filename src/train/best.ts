import type { Slab } from "../tensor/mod.ts";

/** Whether more of an objective is better, or less. */
export type Direction = "maximize" | "minimize";

/** How well parameters do. */
export interface Measurement {
  /** What selects the best parameters, such as accuracy, BLEU or the loss itself. */
  readonly objective: number;
  /** The validation loss: of equal objectives the lower one is better, and the schedule observes it. */
  readonly loss: number;
}

/** Keeps the parameters with the best measurement, and counts how long there has been no better one. */
export class Best {
  #slab: Slab;
  #direction: Direction;
  #values: Float32Array | undefined;
  #measured: Measurement | undefined;
  #waited = 0;

  constructor(slab: Slab, direction: Direction) {
    this.#slab = slab;
    this.#direction = direction;
  }

  /** The best measurement; none before the first. */
  get measured(): Measurement | undefined {
    return this.#measured;
  }

  /** Observations since the best. */
  get waited(): number {
    return this.#waited;
  }

  /** The slab's values at the best measurement. */
  get values(): Float32Array | undefined {
    return this.#values;
  }

  /** Takes note of a measurement; the slab's present values are kept where it is the best. */
  observe(measured: Measurement): void {
    if (this.#isBetter(measured)) {
      const { engine, values, size } = this.#slab;
      this.restore(measured, 0, engine.floats(values, size));
    } else this.#waited++;
  }

  #isBetter({ objective, loss }: Measurement): boolean {
    if (!Number.isFinite(objective) || !Number.isFinite(loss)) return false;
    const best = this.#measured;
    if (!best) return true;
    if (objective === best.objective) return loss < best.loss;
    return this.#direction === "minimize" ? objective < best.objective : objective > best.objective;
  }

  /** Continues from what was kept. Throws `RangeError` if there are not as many values as in the slab. */
  restore({ objective, loss }: Measurement, waited: number, values: Float32Array): void {
    if (values.length !== this.#slab.size) {
      throw new RangeError(`restore the best: expected ${this.#slab.size} values, found ${values.length}`);
    }
    this.#values ??= new Float32Array(this.#slab.size);
    this.#values.set(values);
    this.#measured = { objective, loss };
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
