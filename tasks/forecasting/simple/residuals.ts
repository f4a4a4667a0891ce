import { seasonalError } from "../measures.ts";

/** The least number of errors from which quantiles are taken; with fewer, those of all series are used. */
const LEAST = 20;

/** The errors of how many last values and periods count, and how many of them at most, evenly spread. */
const [RECENT, PERIODS, MOST] = [500, 100, 150];

/** A method without quantiles: forecasts from the values before. */
export type PointForecast = (history: Float64Array) => Float64Array;

/**
 * The distribution of a method's errors at each step of the horizon, as it was on some histories. Its quantiles added
 * to a point forecast make intervals.
 */
export class ErrorQuantiles {
  /** Quantiles of a series' errors by its name: one list a step, one value a probability. */
  #own = new Map<string, readonly Float64Array[]>();
  /** Quantiles of the errors of all series, in units of the mean seasonal difference. */
  #shared: readonly Float64Array[];
  #period: number;

  /**
   * Collects the errors of a method on the later part of histories, from places that leave room for the horizon.
   */
  constructor(
    series: readonly { readonly id: string; readonly values: Float64Array }[],
    { forecast, horizon, period, probabilities, least }: {
      readonly forecast: PointForecast;
      readonly horizon: number;
      readonly period: number;
      readonly probabilities: readonly number[];
      /** The least number of values from which to forecast. */
      readonly least: number;
    },
  ) {
    this.#period = period;
    const shared: number[][] = Array.from({ length: horizon }, () => []);
    for (const { id, values } of series) {
      const errors = errorsOf(values, { forecast, horizon, period, least });
      const scale = scaleOf(values, period);
      errors.forEach((step, h) => {
        for (const error of step) shared[h].push(error / scale);
      });
      if (errors.every(({ length }) => length >= LEAST)) {
        this.#own.set(id, errors.map((step) => quantilesOf(step, probabilities)));
      }
    }
    this.#shared = shared.map((step) => quantilesOf(step, probabilities));
  }

  /** Returns the quantiles of a series' errors at a step of the horizon, from 0. */
  at(id: string, history: Float64Array, step: number): Float64Array {
    const own = this.#own.get(id);
    if (own) return own[step];
    const scale = scaleOf(history, this.#period);
    return this.#shared[step].map((quantile) => quantile * scale);
  }
}

function scaleOf(values: Float64Array, period: number): number {
  const scales = [seasonalError(values, period), seasonalError(values, 1)];
  return scales.find((scale) => !Number.isNaN(scale)) ?? 1;
}

function errorsOf(
  values: Float64Array,
  { forecast, horizon, period, least }: {
    readonly forecast: PointForecast;
    readonly horizon: number;
    readonly period: number;
    readonly least: number;
  },
): number[][] {
  const errors: number[][] = Array.from({ length: horizon }, () => []);
  const last = values.length - horizon;
  const first = Math.max(least, last + 1 - Math.max(RECENT, PERIODS * period));
  const stride = Math.max(1, Math.ceil((last - first + 1) / MOST));
  for (let origin = last; origin >= first; origin -= stride) {
    const found = forecast(values.subarray(0, origin));
    for (let h = 0; h < horizon; h++) {
      const error = values[origin + h] - found[h];
      if (!Number.isNaN(error)) errors[h].push(error);
    }
  }
  return errors;
}

/** Empirical quantiles, interpolated as by R's default; zeros if there are no values. */
function quantilesOf(values: readonly number[], probabilities: readonly number[]): Float64Array {
  const sorted = Float64Array.from(values).sort();
  return Float64Array.from(probabilities, (p) => {
    if (sorted.length === 0) return 0;
    const place = p * (sorted.length - 1);
    const [below, above] = [Math.floor(place), Math.ceil(place)];
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  });
}
