import type { SeriesSet } from "../../data/series/mod.ts";
import { drift, naive, seasonalNaive } from "./naive.ts";
import { LinearForecast } from "./linear.ts";
import { ErrorQuantiles, type PointForecast } from "./residuals.ts";

/** Names of the simple methods. */
export const SIMPLE_METHODS = ["naive", "seasonal-naive", "week-before", "drift", "linear"] as const;

/** A simple method of forecasting, fitted to some series. */
export interface SimpleMethod {
  /** Its name in tables. */
  readonly name: typeof SIMPLE_METHODS[number];
  /** Forecasts a series from its values so far: the point forecast, and the values of each quantile. */
  forecast(id: string, history: Float64Array): { readonly point: Float64Array; readonly values: Float64Array[] };
}

/** Options of simple methods. */
export interface SimpleOptions {
  /** Number of values to forecast. */
  readonly horizon: number;
  /** The probabilities of the quantiles, ascending. */
  readonly probabilities: readonly number[];
}

/**
 * Numbers of periods in the linear model's window: the most, the fewest if there is a season, and values without one.
 */
const [PERIODS, FEWEST_PERIODS, PLAIN_WINDOW] = [7, 2, 30];

/** The longest window of the linear model. */
const LONGEST_WINDOW = 336;

/** Share of a middle series that the linear model's window may take. */
const WINDOW_SHARE = 0.4;

/**
 * Fits the simple methods to series: repeating the last value, the last season, the week before for times of the day,
 * the line through the first and the last value, and a linear model of the last values. Methods that the series are too
 * short for are left out. Intervals are quantiles of the errors that a method makes on the same series.
 */
export function fitSimpleMethods(set: SeriesSet, { horizon, probabilities }: SimpleOptions): SimpleMethod[] {
  const { period } = set;
  const lengths = set.series.map(({ values }) => values.length).sort((a, b) => a - b);
  const middle = lengths[Math.floor(lengths.length / 2)];
  const make = (name: SimpleMethod["name"], least: number, forecast: PointForecast): SimpleMethod => {
    const errors = new ErrorQuantiles(set.series, { forecast, horizon, period, probabilities, least });
    return {
      name,
      forecast(id, history) {
        const point = forecast(history);
        const quantiles = Array.from(point, (_, h) => errors.at(id, history, h));
        return { point, values: probabilities.map((_, q) => point.map((value, h) => value + quantiles[h][q])) };
      },
    };
  };
  const week = weekOf(set);
  const window = windowFor(set, middle, horizon);
  const linear = window === undefined
    ? undefined
    : LinearForecast.fit(set.series.map(({ values }) => values), { window, horizon, period: Math.min(period, window) });
  return [
    make("naive", 1, (history) => naive(history, horizon)),
    ...period > 1 ? [make("seasonal-naive", period, (history) => seasonalNaive(history, horizon, period))] : [],
    ...week !== undefined && middle >= 2 * week
      ? [make("week-before", week, (history) => seasonalNaive(history, horizon, week))]
      : [],
    make("drift", 2, (history) => drift(history, horizon)),
    ...linear ? [make("linear", window!, (history) => linear.forecast(history))] : [],
  ];
}

/** Number of steps in a week, if the period is a day. */
function weekOf({ frequency, period }: SeriesSet): number | undefined {
  const isDay = frequency && (frequency.unit === "hour" && period * frequency.count === 24 ||
    frequency.unit === "minute" && period * frequency.count === 1440);
  return isDay ? 7 * period : undefined;
}

/** The number of values that the linear model reads: whole periods; undefined if the series are too short. */
function windowFor({ period }: SeriesSet, length: number, horizon: number): number | undefined {
  const room = Math.min(LONGEST_WINDOW, WINDOW_SHARE * (length - horizon));
  if (period === 1) return room < 2 ? undefined : Math.min(PLAIN_WINDOW, Math.floor(room));
  const periods = Math.min(PERIODS, Math.floor(room / period));
  return periods < FEWEST_PERIODS ? undefined : periods * period;
}
