import type { Scale } from "../scaling.ts";

/** A kind of forecast: the numbers that a network puts out for each future value, their loss, and their quantiles. */
export interface Distribution {
  /**
   * Initial values of the numbers that a network puts out; the first is the center, which starts at the naive forecast.
   */
  readonly initial: readonly number[];
  /**
   * Returns the loss of the outputs at a scaled value, and writes its derivatives by the outputs to `slopes`. `scale`
   * is that of the window.
   */
  loss(outputs: Float64Array, value: number, slopes: Float64Array, scale: Scale): number;
  /** Returns a quantile, in the unit of the data. */
  quantile(outputs: Float64Array, level: number, scale: Scale): number;
}
