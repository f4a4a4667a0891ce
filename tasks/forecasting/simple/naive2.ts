// Naive 2, the reference of the M4 competition: the naive method on seasonally adjusted values, if a test finds a
// season.

import { naive } from "./naive.ts";

/** The quantile of the standard normal distribution for a two-sided test at 90 %. */
const CRITICAL = 1.645;

/**
 * Divides values by their seasonal indices, repeats the last of them, and multiplies by the indices again. Without a
 * season it repeats the last value. Missing values are not supported.
 */
export function naive2(history: Float64Array, horizon: number, period: number): Float64Array {
  return fitNaive2(history, period)(history, horizon);
}

/** Finds the season of values; returns a function that forecasts what follows these values, or more of them. */
export function fitNaive2(
  known: Float64Array,
  period: number,
): (history: Float64Array, horizon: number) => Float64Array {
  if (period === 1 || !isSeasonal(known, period)) return naive;
  const indices = seasonalIndices(known, period);
  return (history, horizon) => {
    const { length } = history;
    const adjusted = history[length - 1] / indices[(length - 1) % period];
    return Float64Array.from({ length: horizon }, (_, h) => adjusted * indices[(length + h) % period]);
  };
}

/** Whether the autocorrelation at the period is significant, given those before it; the history has three periods. */
function isSeasonal(values: Float64Array, period: number): boolean {
  if (values.length < 3 * period) return false;
  const r = autocorrelations(values, period);
  const before = r.slice(1, period).reduce((sum, x) => sum + x * x, 0);
  return Math.abs(r[period]) > CRITICAL * Math.sqrt((1 + 2 * before) / values.length);
}

/** Autocorrelations at the lags from 0 to another. */
function autocorrelations(values: Float64Array, most: number): number[] {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const covariance = (lag: number): number => {
    let sum = 0;
    for (let t = lag; t < values.length; t++) sum += (values[t] - mean) * (values[t - lag] - mean);
    return sum;
  };
  const variance = covariance(0);
  return Array.from({ length: most + 1 }, (_, lag) => variance > 0 ? covariance(lag) / variance : 0);
}

/** Multiplicative seasonal indices with a mean of 1: the mean ratios of the values to their moving average. */
function seasonalIndices(values: Float64Array, period: number): Float64Array {
  const [sums, counts] = [new Float64Array(period), new Float64Array(period)];
  const half = Math.floor(period / 2);
  for (let t = half; t + half < values.length; t++) {
    const ratio = values[t] / movingAverage(values, t, period);
    sums[t % period] += ratio;
    counts[t % period]++;
  }
  const means = sums.map((sum, i) => counts[i] > 0 ? sum / counts[i] : 1);
  const mean = means.reduce((sum, x) => sum + x, 0) / period;
  return means.map((x) => x / mean);
}

/** The centered moving average over a period; if it is even, the values at both ends count half. */
function movingAverage(values: Float64Array, center: number, period: number): number {
  const half = Math.floor(period / 2);
  let sum = 0;
  for (let t = center - half; t <= center + half; t++) sum += values[t];
  return period % 2 === 1 ? sum / period : (sum - (values[center - half] + values[center + half]) / 2) / period;
}
