import { InputRangeError } from "../../errors.ts";
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

/** The best measurement, and what has been measured since. */
export interface BestMeasurement {
  /** The measurement. */
  readonly measured: Measurement;
  /** Number of measurements since that count towards early stopping. */
  readonly waited: number;
  /** Number of measurements since. Default: `waited`. */
  readonly since?: number;
  /** The lowest validation loss so far. Default: that of the best measurement. */
  readonly lowest?: number;
}

/** Keeps the best parameters so far, and counts the measurements since. */
export class Best {
  #slab: Slab;
  #direction: Direction;
  #values: Float32Array | undefined;
  #measured: Measurement | undefined;
  #waited = 0;
  #since = 0;
  #lowest = Infinity;

  constructor(slab: Slab, direction: Direction) {
    this.#slab = slab;
    this.#direction = direction;
  }

  /** The best measurement, or undefined before the first. */
  get measured(): Measurement | undefined {
    return this.#measured;
  }

  /** Number of observations since the best one that count towards early stopping. */
  get waited(): number {
    return this.#waited;
  }

  /** Number of observations since the best one. */
  get since(): number {
    return this.#since;
  }

  /** The lowest validation loss observed; Infinity before the first. */
  get lowest(): number {
    return this.#lowest;
  }

  /** The slab's values at the best measurement, or undefined before the first. */
  get values(): Float32Array | undefined {
    return this.#values;
  }

  /**
   * Records a measurement, and copies the slab's current values if it is the best. Another one counts towards early
   * stopping, unless `isEarly` or its validation loss is the lowest so far: the parameters still improve then, even if
   * an objective such as BLEU or accuracy does not show it yet.
   */
  observe(measured: Measurement, isEarly = false): void {
    const isFalling = measured.loss < this.#lowest;
    if (this.#isBetter(measured)) {
      const { engine, values, size } = this.#slab;
      const lowest = Math.min(this.#lowest, measured.loss);
      this.restore({ measured, waited: 0, lowest }, engine.floats(values, size));
      return;
    }
    this.#since++;
    if (isFalling) this.#lowest = measured.loss;
    else if (!isEarly) this.#waited++;
  }

  #isBetter({ objective, loss }: Measurement): boolean {
    if (!Number.isFinite(objective) || !Number.isFinite(loss)) return false;
    const best = this.#measured;
    if (!best) return true;
    if (objective === best.objective) return loss < best.loss;
    return this.#direction === "minimize" ? objective < best.objective : objective > best.objective;
  }

  /** Restores a best measurement and its values. Throws `RangeError` if their number does not match the slab. */
  restore({ measured, waited, since = waited, lowest = measured.loss }: BestMeasurement, values: Float32Array): void {
    if (values.length !== this.#slab.size) {
      throw new InputRangeError(`restore the best: expected ${this.#slab.size} values, found ${values.length}`);
    }
    this.#values ??= new Float32Array(this.#slab.size);
    this.#values.set(values);
    this.#measured = measured;
    this.#waited = waited;
    this.#since = since;
    this.#lowest = lowest;
  }

  /** Copies the best values back into the slab. */
  recall(): void {
    const values = this.#values;
    if (!values) return;
    this.#slab.engine.change(this.#slab.values, this.#slab.size, (own) => own.set(values));
    this.#slab.touch();
  }
}
