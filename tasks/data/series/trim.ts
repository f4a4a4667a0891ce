import { type Frequency, timeAfter } from "./frequency.ts";
import { numberingFrom, type Series } from "./series.ts";

/**
 * Returns a series from its first to its last value that is not missing; covariates known ahead go on beyond. Returns
 * undefined if all values are missing.
 */
export function trimSeries(series: Series, frequency: Frequency | undefined): Series | undefined {
  const { values, start, known, observed } = series;
  const first = values.findIndex((value) => !Number.isNaN(value));
  if (first < 0) return undefined;
  const end = values.findLastIndex((value) => !Number.isNaN(value)) + 1;
  if (first === 0 && end === values.length) return series;
  return {
    ...series,
    values: values.slice(first, end),
    ...start === undefined
      ? { numbering: numberingFrom(series, first) }
      : frequency && { start: timeAfter(start, frequency, first) },
    ...known && { known: known.map((all) => all.slice(first)) },
    ...observed && { observed: observed.map((all) => all.slice(first, end)) },
  };
}
