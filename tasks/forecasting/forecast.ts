import { numberingFrom, type Series, type SeriesSet, timeAfter } from "../data/series/mod.ts";

/** The forecast of one series. */
export interface Forecast {
  /** Name of the series. */
  readonly id: string;
  /** Time of the first forecast value in milliseconds since 1970, UTC; undefined if the series has no times. */
  readonly start?: number;
  /** The number of the first forecast value and the distance to the next, if the series has no times. */
  readonly numbering?: { readonly first: number; readonly step: number };
  /** The probabilities of the quantiles, ascending. */
  readonly quantiles: readonly number[];
  /** For each quantile, its values over the horizon. */
  readonly values: readonly Float64Array[];
  /** The values of the point forecast over the horizon: the median. */
  readonly median: Float64Array;
}

/**
 * The default probabilities of quantiles: the ends of an 80 % interval, and the median.
 *
 * @example
 * ```ts
 * import { QUANTILES } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(QUANTILES, [0.1, 0.5, 0.9]);
 * ```
 */
export const QUANTILES: readonly number[] = [0.1, 0.5, 0.9];

/** Returns the name of a series, and the time or the number of one of its values, from which it is forecast. */
export function placeOf(
  { frequency }: Pick<SeriesSet, "frequency">,
  { id, start, ...series }: Series,
  at: number,
): Pick<Forecast, "id" | "start" | "numbering"> {
  return start === undefined || !frequency
    ? { id, numbering: numberingFrom(series, at) }
    : { id, start: timeAfter(start, frequency, at) };
}
