import type { Slab } from "../tensor/mod.ts";

/** Whether a higher or a lower objective is better. */
export type Direction = "maximize" | "minimize";

/** Quality of the parameters on the validation data. */
export interface Measurement {
  /** Selection objective, such as accuracy, BLEU or the loss; its direction is set by the task. */
  readonly objective: number;
  /** Validation loss in nats: breaks ties between equal objectives, and drives the plateau schedule. */
  readonly loss: number;
}

/** Keeps the best parameters so far, and counts the measurements since. */
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

  /** The best measurement, or undefined before the first. */
  get measured(): Measurement | undefined {
    return this.#measured;
  }

  /** Number of observations since the best one. */
  get waited(): number {
    return this.#waited;
  }

  /** The slab's values at the best measurement, or undefined before the first. */
  get values(): Float32Array | undefined {
    return this.#values;
  }

  /** Records a measurement, and copies the slab's current values if it is the best. */
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

  /** Restores a best measurement and its values. Throws `RangeError` if their number does not match the slab. */
  restore({ objective, loss }: Measurement, waited: number, values: Float32Array): void {
    if (values.length !== this.#slab.size) {
      throw new RangeError(`restore the best: expected ${this.#slab.size} values, found ${values.length}`);
    }
    this.#values ??= new Float32Array(this.#slab.size);
    this.#values.set(values);
    this.#measured = { objective, loss };
    this.#waited = waited;
  }

  /** Copies the best values back into the slab. */
  recall(): void {
    const values = this.#values;
    if (!values) return;
    this.#slab.engine.change(this.#slab.values, this.#slab.size, (own) => own.set(values));
    this.#slab.touch();
  }
}
