import type { Frequency } from "./frequency.ts";

/** A sequence of numbers at equal distances in time, with what else is known about it. */
export interface Series {
  /** Name of the series. */
  readonly id: string;
  /** The values; NaN stands for a missing one. */
  readonly values: Float64Array;
  /**
   * Time of the first value in milliseconds since 1970, UTC; undefined if the data have no times. Days and longer steps
   * count by the clock of their zone, which stands for UTC here.
   */
  readonly start?: number;
  /** The number of the first value and the distance to the next, if the data have no times. Default: 1 and 1. */
  readonly numbering?: { readonly first: number; readonly step: number };
  /** Covariates known ahead, by the set's `knownNames`; they begin with the values and may reach beyond them. */
  readonly known?: readonly Float64Array[];
  /** Covariates of the past, by the set's `observedNames`, each as long as the values. */
  readonly observed?: readonly Float64Array[];
  /** Covariates that do not change over time, by the set's `staticNames`. */
  readonly statics?: readonly string[];
}

/** Columns that were asked for when series were read, by their names. */
export interface NamedColumns {
  /** Column of the times. */
  readonly time?: string;
  /** Columns of the values. */
  readonly target?: readonly string[];
  /** Columns that tell series apart. */
  readonly series?: readonly string[];
}

/** Series of the same kind. */
export interface SeriesSet {
  /** The series, of any lengths. */
  readonly series: readonly Series[];
  /** Distance in time between two values; undefined if the data have no times and none was given. */
  readonly frequency?: Frequency;
  /** Number of steps after which the values tend to repeat, such as 24 for hours; 1 if there is no season. */
  readonly period: number;
  /** Name of what is forecast. */
  readonly targetName: string;
  /** Names of the covariates known ahead. */
  readonly knownNames: readonly string[];
  /** Names of the covariates of the past. */
  readonly observedNames: readonly string[];
  /** Names of what does not change over time. */
  readonly staticNames: readonly string[];
  /** The columns that were asked for, to read the next file alike. */
  readonly columns?: NamedColumns;
  /** Use of commas in the numbers of the file, if there are any. */
  readonly comma?: "decimals" | "thousands";
}

/**
 * Returns a series as it was after its first `length` values: later values and past covariates are cut off, and
 * covariates known ahead reach `ahead` steps further.
 */
export function cutSeries(series: Series, length: number, ahead: number): Series {
  const { known, observed } = series;
  return {
    ...series,
    values: series.values.subarray(0, length),
    ...known && { known: known.map((values) => values.subarray(0, length + ahead)) },
    ...observed && { observed: observed.map((values) => values.subarray(0, length)) },
  };
}

/** Returns a set with other series of the same kind. */
export function withSeries(set: SeriesSet, series: readonly Series[]): SeriesSet {
  return { ...set, series };
}

/** Returns the numbers of a series without times from one of its values on. */
export function numberingFrom(
  { numbering: { first, step } = { first: 1, step: 1 } }: Pick<Series, "numbering">,
  index: number,
): NonNullable<Series["numbering"]> {
  return { first: first + index * step, step };
}
