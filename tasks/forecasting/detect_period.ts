import { extentOf } from "../data/extent.ts";
import type { SeriesSet } from "../data/series/mod.ts";

/** Most series of those that are at least half as long as the longest, and most values at the end of each. */
const [SERIES, VALUES] = [20, 5000];
/** The longest period, and how often a series must have it. */
const [LONGEST, TIMES] = [1000, 3];
/** Least autocorrelation of a period, and its least multiple of what chance brings about. */
const [LEAST, DEVIATIONS] = [0.3, 4.5];
/** Share of the highest autocorrelation at which a shorter period is preferred to its multiples. */
const SHORTER = 0.9;

/**
 * Finds the number of steps after which values tend to repeat: the shortest lag at which the autocorrelation of their
 * changes has a peak about as high as the highest. Changes are compared, so that a trend is no period. Returns 1 if no
 * peak is high enough.
 */
export function detectPeriod({ series }: Pick<SeriesSet, "series">): number {
  const [, longest] = extentOf(series.map(({ values }) => values.length));
  const long = series.filter(({ values }) => 2 * values.length >= longest).slice(0, SERIES);
  const changes = long.map(({ values }) => changesOf(values.subarray(-VALUES)));
  const shortest = Math.min(...changes.map(({ length }) => length));
  const lags = Math.min(LONGEST, Math.floor(shortest / TIMES));
  const correlations = Array.from({ length: lags + 2 }, (_, lag) => {
    const all = changes.map((one) => autocorrelation(one, lag)).filter(Number.isFinite);
    return all.reduce((sum, value) => sum + value, 0) / all.length;
  });
  const least = (lag: number): number => Math.max(LEAST, DEVIATIONS / Math.sqrt(shortest - lag));
  const peaks = correlations.flatMap((here, lag) => {
    const isPeak = lag >= 2 && lag <= lags && here >= least(lag) && here > correlations[lag - 1] &&
      here >= correlations[lag + 1];
    return isPeak ? [lag] : [];
  });
  const highest = Math.max(...peaks.map((lag) => correlations[lag]));
  return peaks.find((lag) => correlations[lag] >= SHORTER * highest) ?? 1;
}

/** The changes from value to value, less their mean; NaN beside missing values. */
function changesOf(values: Float64Array): Float64Array {
  const changes = Float64Array.from({ length: Math.max(0, values.length - 1) }, (_, t) => values[t + 1] - values[t]);
  const known = changes.filter((change) => !Number.isNaN(change));
  const mean = known.reduce((sum, change) => sum + change, 0) / known.length;
  return changes.map((change) => change - mean);
}

function autocorrelation(changes: Float64Array, lag: number): number {
  let [product, first, second] = [0, 0, 0];
  for (let t = lag; t < changes.length; t++) {
    const [before, now] = [changes[t - lag], changes[t]];
    if (Number.isNaN(before) || Number.isNaN(now)) continue;
    product += before * now;
    first += before ** 2;
    second += now ** 2;
  }
  return product / Math.sqrt(first * second);
}
