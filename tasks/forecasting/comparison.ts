import { InputRangeError } from "../../errors.ts";
import { cutSeries, type SeriesSet, withSeries } from "../data/series/mod.ts";
import { type Forecast, placeOf } from "./forecast.ts";
import { measure, type Measures, type Outcome, owa } from "./measures.ts";
import { fitNaive2, fitSimpleMethods, type SimpleMethod } from "./simple/mod.ts";

/** A forecast of values that are known: the index of its series and of the first value that is forecast. */
export interface Place {
  /** Index of the series in its set. */
  readonly series: number;
  /** Index of the first value that is forecast. */
  readonly at: number;
}

/** The measures of a method. */
export interface Measured extends Measures {
  /** Its name: "network", or that of a simple method. */
  readonly name: string;
  /** Overall weighted average relative to naive 2, as in the M4 competition; absent if it is not defined. */
  readonly owa?: number;
}

/** Name of the network in tables. */
export const NETWORK = "network";

/** Options of a comparison. */
export interface ComparisonOptions {
  /** Number of values of a forecast. */
  readonly horizon: number;
  /** The probabilities of the quantiles, ascending. */
  readonly probabilities: readonly number[];
}

/** Measures forecasts of known values. `median` is the point forecast. */
export function measureForecasts(
  set: SeriesSet,
  places: readonly Place[],
  forecasts: readonly Pick<Forecast, "median" | "values">[],
  { horizon, probabilities }: ComparisonOptions,
): Measures {
  const outcomes = places.map(({ series, at }, i): Outcome => {
    const { values } = set.series[series];
    const { median, values: quantiles } = forecasts[i];
    return { history: values.subarray(0, at), actual: values.subarray(at, at + horizon), forecast: median, quantiles };
  });
  return measure(outcomes, { period: set.period, probabilities });
}

/** How often forecasts of the last value of the horizon have the right direction, and how often values rose. */
export function directions(
  set: SeriesSet,
  places: readonly Place[],
  forecasts: readonly Pick<Forecast, "median">[],
): { readonly right: number; readonly rises: number } {
  const signs = places.flatMap(({ series, at }, i) => {
    const { values } = set.series[series];
    const { median } = forecasts[i];
    const last = values.subarray(0, at).findLast((value) => !Number.isNaN(value))!;
    const actual = values[at + median.length - 1];
    return Number.isNaN(actual) ? [] : [[Math.sign(actual - last), Math.sign(median[median.length - 1] - last)]];
  });
  const share = (holds: (actual: number, forecast: number) => boolean): number =>
    signs.filter(([actual, forecast]) => holds(actual, forecast)).length / signs.length;
  return { right: share((actual, forecast) => actual === forecast), rises: share((actual) => actual > 0) };
}

/** Measures the simple methods at the same places, fitted to what was known before the first place of each series. */
export function measureSimpleMethods(
  set: SeriesSet,
  places: readonly Place[],
  { horizon, probabilities }: ComparisonOptions,
): Measured[] {
  const ends = firstPlaces(set, places);
  const first = set.series.map((series, i) => cutSeries(series, ends[i], 0)).filter(({ values }) => values.length > 0);
  const methods = fitSimpleMethods(withSeries(set, first), { horizon, probabilities });
  return methods.map((method) => {
    const forecasts = places.map(({ series, at }) => {
      const { id, values } = set.series[series];
      const { point, values: quantiles } = method.forecast(id, values.subarray(0, at));
      return { median: point, values: quantiles };
    });
    return { name: method.name, ...measureForecasts(set, places, forecasts, { horizon, probabilities }) };
  });
}

/** Returns how many values of each series are known before its first forecast; all if it has none. */
function firstPlaces(set: SeriesSet, places: readonly Place[]): number[] {
  const ends = set.series.map(({ values }) => values.length);
  for (const { series, at } of places) ends[series] = Math.min(ends[series], at);
  return ends;
}

/**
 * Adds the overall weighted average to the measures of methods. Its reference, naive 2, is fitted to what was known
 * before the first place of each series. It needs all values before a place, and none of its seasonal indices may be 0.
 */
export function withOwa(
  set: SeriesSet,
  places: readonly Place[],
  measured: readonly Measured[],
  horizon: number,
): Measured[] {
  const { period } = set;
  const historyOf = ({ series, at }: Place): Float64Array => set.series[series].values.subarray(0, at);
  if (places.some((place) => historyOf(place).some(Number.isNaN))) return [...measured];
  const ends = firstPlaces(set, places);
  const forecasters = new Map([...new Set(places.map(({ series }) => series))].map((series) => {
    return [series, fitNaive2(set.series[series].values.subarray(0, ends[series]), period)];
  }));
  const outcomes = places.map((place): Outcome => {
    const { series, at } = place;
    const [history, actual] = [historyOf(place), set.series[series].values.subarray(at, at + horizon)];
    return { history, actual, forecast: forecasters.get(series)!(history, horizon) };
  });
  if (!outcomes.every(({ forecast }) => forecast.every(Number.isFinite))) return [...measured];
  const reference = measure(outcomes, { period, probabilities: [] });
  return measured.map((own) => {
    const average = owa(own, reference);
    return Number.isFinite(average) ? { ...own, owa: average } : own;
  });
}

/**
 * Forecasts what follows each series with a simple method that is fitted to the same series. Throws `RangeError` if
 * they are too short for it.
 */
export function forecastSimply(
  set: SeriesSet,
  { method: name, horizon, probabilities }: ComparisonOptions & { readonly method: SimpleMethod["name"] },
): Forecast[] {
  const methods = fitSimpleMethods(set, { horizon, probabilities });
  const method = methods.find((method) => method.name === name);
  if (!method) {
    const names = methods.map(({ name }) => name).join(", ");
    throw new InputRangeError(`forecast: expected one of the methods that suit these series, ${names}, found ${name}`);
  }
  return set.series.map((series) => {
    const { point, values: quantiles } = method.forecast(series.id, series.values);
    const place = placeOf(set, series, series.values.length);
    return { ...place, quantiles: probabilities, values: quantiles, median: point };
  });
}

/** The measure that decides between methods: MASE, or the mean absolute error if no series varies. */
export function decisive(measured: readonly Measured[]): "mase" | "mae" {
  return measured.every(({ mase }) => Number.isFinite(mase)) ? "mase" : "mae";
}

/** How much better or worse a method must be to be called so, as a share. */
const LEAST_DIFFERENCE = 0.01;

/**
 * Says in one sentence whether the network beats the best simple method and by how much, and recommends the simple one
 * if it does not.
 */
export function verdict(measured: readonly Measured[]): string {
  const by = decisive(measured);
  const network = measured.find(({ name }) => name === NETWORK)!;
  const best = measured.filter(({ name }) => name !== NETWORK).reduce((a, b) => b[by] < a[by] ? b : a);
  const figures = `${by.toUpperCase()} ${format(network[by])} against ${format(best[by])}`;
  const change = network[by] === best[by] ? 0 : network[by] / best[by] - 1;
  const percent = `${Math.abs(100 * change).toFixed(1)} %`;
  const advice = `(${figures}); use --method ${best.name}`;
  if (change < -LEAST_DIFFERENCE) {
    return `The network beats the best simple method, ${best.name}, by ${percent} (${figures}).`;
  }
  if (change <= LEAST_DIFFERENCE) {
    const side = change === 0 ? "" : `, ${percent} ${change < 0 ? "better" : "worse"}`;
    return `The network is as good as the simple method ${best.name}${side} ${advice}, which is simpler.`;
  }
  const amount = Number.isFinite(change) ? `${percent} worse` : "worse";
  return `The network is ${amount} than the simple method ${best.name} ${advice}.`;
}

/** The columns of the table, with what they are called in it. */
const COLUMNS = [
  ["sMAPE", "smape"],
  ["MASE", "mase"],
  ["OWA", "owa"],
  ["MAE", "mae"],
  ["RMSE", "rmse"],
  ["CRPS", "crps"],
] as const;

/** Formats a table of methods and their measures, one line each, with the coverage of the interval last. */
export function comparisonTable(measured: readonly Measured[], probabilities: readonly number[]): string[] {
  const interval = probabilities[probabilities.length - 1] - probabilities[0];
  const hasInterval = probabilities.length > 1;
  const columns = COLUMNS.filter(([, key]) =>
    key === "crps" ? hasInterval : key !== "owa" || measured.some(({ owa }) => owa !== undefined)
  );
  const rows = [
    ["", ...columns.map(([title]) => title), ...hasInterval ? [`in ${Math.round(100 * interval)} %`] : []],
    ...measured.map((row) => [
      row.name,
      ...columns.map(([, key]) => format(row[key])),
      ...hasInterval ? [Number.isNaN(row.coverage) ? "-" : `${(100 * row.coverage).toFixed(1)} %`] : [],
    ]),
  ];
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  return rows.map((row) =>
    row.map((cell, i) => i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])).join("  ").trimEnd()
  );
}

/** Formats a figure with four significant digits. */
function format(value = NaN): string {
  if (!Number.isFinite(value)) return "-";
  return Math.abs(value) >= 1e6 || value !== 0 && Math.abs(value) < 1e-3
    ? value.toExponential(2)
    : value.toPrecision(4).replace(/\.$/, "");
}
