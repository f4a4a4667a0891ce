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
  /** Share of the validation data that was measured. Default: 1. */
  readonly share?: number;
}

/** Options of `Best.observe`. */
export interface ObserveOptions {
  /** Whether it is too early for the measurement to count towards early stopping. Default: false. */
  readonly isEarly?: boolean;
  /** Share of the validation data that was measured. Default: 1. */
  readonly share?: number;
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
  #share = 1;

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

  /** Share of the validation data that was measured; 1 before the first measurement. */
  get share(): number {
    return this.#share;
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
  observe(measured: Measurement, { isEarly = false, share = 1 }: ObserveOptions = {}): void {
    const isFalling = measured.loss < this.#lowest;
    if (this.#isBetter(measured)) {
      const { engine, values, size } = this.#slab;
      const lowest = Math.min(this.#lowest, measured.loss);
      this.restore({ measured, waited: 0, lowest, share }, engine.floats(values, size));
      return;
    }
    this.#since++;
    if (isFalling) this.#lowest = measured.loss;
    else if (!isEarly) this.#waited++;
  }

  #isBetter({ objective, loss }: Measurement): boolean {
    if (!hasFinite({ objective, loss })) return false;
    const best = this.#measured;
    if (!best) return true;
    if (objective === best.objective) return loss < best.loss;
    return this.#direction === "minimize" ? objective < best.objective : objective > best.objective;
  }

  /** Restores a best measurement and its values. Throws `RangeError` if their number does not match the slab. */
  restore(
    { measured, waited, since = waited, lowest = measured.loss, share = 1 }: BestMeasurement,
    values: Float32Array,
  ): void {
    if (values.length !== this.#slab.size) {
      throw new InputRangeError(`restore the best: expected ${this.#slab.size} values, found ${values.length}`);
    }
    this.#values ??= new Float32Array(this.#slab.size);
    this.#values.set(values);
    this.#measured = measured;
    this.#waited = waited;
    this.#since = since;
    this.#lowest = lowest;
    this.#share = share;
  }

  /**
   * Replaces the best measurement by that of the same values on another share of the validation data, which `measure`
   * returns while they are in place. Forgets them if it is not finite, since every other one is better.
   */
  async measureAgain(share: number, measure: () => Promise<Measurement | null>): Promise<void> {
    const putBack = this.#lend();
    try {
      const measured = await measure();
      if (!measured) return;
      const isGood = hasFinite(measured);
      this.#measured = isGood ? measured : undefined;
      if (!isGood) this.#values = undefined;
      this.#lowest = isGood ? measured.loss : Infinity;
      this.#share = share;
    } finally {
      putBack();
    }
  }

  /** Calls `body` with the best values in the slab. */
  during<T>(body: () => T): T {
    const putBack = this.#lend();
    try {
      return body();
    } finally {
      putBack();
    }
  }

  /** Copies the best values into the slab. Returns a function that puts its own ones back. */
  #lend(): () => void {
    const { engine, values, size } = this.#slab;
    const own = engine.floats(values, size).slice();
    this.recall();
    return () => this.#place(own);
  }

  /** Copies the best values back into the slab. */
  recall(): void {
    if (this.#values) this.#place(this.#values);
  }

  #place(values: Float32Array): void {
    this.#slab.engine.change(this.#slab.values, this.#slab.size, (own) => own.set(values));
    this.#slab.touch();
  }
}

function hasFinite({ objective, loss }: Measurement): boolean {
  return Number.isFinite(objective) && Number.isFinite(loss);
}
