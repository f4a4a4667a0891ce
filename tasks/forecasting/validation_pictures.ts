import { abbreviate } from "../../src/schema/mod.ts";
import { extentOf } from "../data/extent.ts";
import { numberingFrom, type Series, type SeriesSet, timeAfter, withSeries } from "../data/series/mod.ts";
import { count } from "../task_model/mod.ts";
import {
  type ChartLayer,
  type ChartPicture,
  pickEvenly,
  type Picture,
  type TablePicture,
} from "../task_model/picture.ts";
import { compare } from "./backtest.ts";
import { type Measured, verdict } from "./comparison.ts";
import { expectCorpus, validLength } from "./corpus.ts";
import type { Backtest, Forecaster } from "./model.ts";
import type { ForecasterTypes } from "./task.ts";

/** Maximum number of series that are forecast, of forecasts of each, and of series that are drawn. */
const [MOST_SERIES, MOST_FOLDS, MOST_DRAWN] = [20, 6, 3];

/** Number of values of all series together, and of one, to which simple methods are fitted. */
const [MOST_FITTED, MOST_OF_SERIES] = [2000, 1000];

/** Horizons of a series to which simple methods are fitted even if these are more values. */
const LEAST_HORIZONS = 10;

/** The probabilities of the fan, with the median in the middle. */
const PROBABILITIES: readonly number[] = [0.1, 0.25, 0.5, 0.75, 0.9];

/** Horizons of history that are drawn before the first forecast. */
const HORIZONS_BEFORE = 4;

/** Series, and forecasts of their validation values. */
interface Forecasts {
  readonly set: SeriesSet;
  readonly backtests: readonly Backtest[];
  readonly horizon: number;
}

/** Shows forecasts of the validation values, their errors, and the errors of simple methods. */
export async function forecasterPictures(model: Forecaster, data: ForecasterTypes["data"]): Promise<Picture[]> {
  const { set: all, valid } = expectCorpus("forecast", data);
  const { horizon } = model.config;
  const heldOf = ({ values }: Series): number => validLength(values.length, horizon, valid);
  const set = withSeries(all, pickEvenly(all.series.filter((series) => heldOf(series) >= horizon), MOST_SERIES));
  if (set.series.length === 0) return [];
  const [, longest] = extentOf(set.series.map(heldOf));
  const folds = Math.min(MOST_FOLDS, Math.floor(longest / horizon));
  const backtests = (await model.backtest(set, { folds, quantiles: PROBABILITIES }))
    .filter(({ series, at }) => at >= set.series[series].values.length - heldOf(set.series[series]));
  if (backtests.length === 0) return [];
  const forecasts = { set, backtests, horizon };
  const drawn = pickEvenly([...Map.groupBy(backtests, ({ series }) => series).values()], MOST_DRAWN);
  return [
    comparison(pickFew(forecasts)),
    ...drawn.map((own) => fan(set, own)),
    residuals(set, drawn[0]),
    errorByStep(forecasts),
  ];
}

/** Picks the ends of a few series, and their forecasts: fitting the simple methods takes time with every value. */
function pickFew({ set, backtests, horizon }: Forecasts): Forecasts {
  const [, longest] = extentOf(set.series.map(({ values }) => values.length));
  const length = Math.min(longest, Math.max(MOST_OF_SERIES, LEAST_HORIZONS * horizon));
  const forecast = [...new Set(backtests.map(({ series }) => series))];
  const picked = pickEvenly(forecast, Math.max(1, Math.floor(MOST_FITTED / length)));
  const startOf = ({ values }: Series): number => Math.max(0, values.length - length);
  return {
    set: withSeries(
      set,
      picked.map((place) => set.series[place]).map((series) => ({
        id: series.id,
        values: series.values.subarray(startOf(series)),
      })),
    ),
    backtests: backtests.filter(({ series }) => picked.includes(series)).map((own) => ({
      ...own,
      series: picked.indexOf(own.series),
      at: own.at - startOf(set.series[own.series]),
    })),
    horizon,
  };
}

/** Compares the forecasts with those of the simple methods. */
function comparison({ set, backtests, horizon }: Forecasts): TablePicture {
  const measured = compare(set, backtests, { horizon, probabilities: PROBABILITIES });
  const firsts = [...Map.groupBy(backtests, ({ series }) => series).values()].map(([{ at }]) => at);
  const fitted = firsts.reduce((sum, at) => sum + at, 0);
  const cell = (value: number): number | null => Number.isFinite(value) ? value : null;
  return {
    kind: "table",
    title: "Errors beside simple methods",
    note: `${count(backtests.length, "forecast")} of ${count(horizon, "validation value")}; the simple methods are ` +
      `fitted to ${count(fitted, "value")} before. ${verdict(measured)}`,
    heads: ["method", "sMAPE", "MASE", "MAE", "RMSE", "CRPS", "share in the 80 % interval"],
    rows: measured.map(({ name, smape, mase, mae, rmse, crps, coverage }: Measured) => [
      name,
      ...[smape, mase, mae, rmse, crps, coverage].map(cell),
    ]),
  };
}

/** Draws a series with its forecasts: the median, and bands around it. */
function fan(set: SeriesSet, backtests: readonly Backtest[]): ChartPicture {
  const [{ series: place, forecast: { median } }] = backtests;
  const series = set.series[place];
  const x = timesOf(set, series);
  const from = Math.max(0, Math.min(...backtests.map(({ at }) => at)) - HORIZONS_BEFORE * median.length);
  const shown = series.values.subarray(from);
  return {
    kind: "chart",
    title: `Forecasts of ${abbreviate(series.id, 60)}`,
    note:
      "Validation values, each forecast from what was known before: the median, and the intervals that should hold " +
      "half and 80 % of the values.",
    axes: [x.label, abbreviate(set.targetName, 40)],
    ...x.isTime && { isTime: true },
    layers: [
      ...backtests.flatMap((own, i) => fanLayers(own, x.at, i === 0)),
      { kind: "line", name: "values", color: 0, points: pointsOf(shown, (i) => x.at(from + i)) },
    ],
  };
}

/** The bands and the median of a forecast; the first forecast's have entries in the legend. */
function fanLayers(
  { at, forecast: { median, values } }: Backtest,
  x: (index: number) => number,
  isFirst: boolean,
): ChartLayer[] {
  const name = (text: string): { name?: string } => isFirst ? { name: text } : {};
  const band = (low: Float64Array, high: Float64Array): (number | null)[][] =>
    Array.from(low, (value, h) => [x(at + h), value, high[h]]);
  return [
    { kind: "band", ...name("80 % interval"), color: 1, points: band(values[0], values[4]) },
    { kind: "band", color: 1, points: band(values[1], values[3]) },
    { kind: "line", ...name("forecast"), color: 1, points: pointsOf(median, (h) => x(at + h)) },
  ];
}

/** Draws what remains of the values of a series after their forecasts. */
function residuals(set: SeriesSet, backtests: readonly Backtest[]): ChartPicture {
  const series = set.series[backtests[0].series];
  const x = timesOf(set, series);
  const points = backtests.flatMap(({ at, forecast: { median } }) =>
    pointsOf(median.map((value, h) => series.values[at + h] - value), (h) => x.at(at + h))
  );
  const [first, last] = [points[0][0], points[points.length - 1][0]];
  return {
    kind: "chart",
    title: `Residuals of ${abbreviate(series.id, 60)}`,
    note: "The values less their forecasts. Without a pattern, nothing more is to be learned from the past.",
    axes: [x.label, "residual"],
    ...x.isTime && { isTime: true },
    layers: [
      { kind: "guide", color: 0, points: [[first, 0], [last, 0]] },
      { kind: "dots", color: 0, points },
    ],
  };
}

/** Draws the mean absolute error by the number of steps ahead. */
function errorByStep({ set, backtests, horizon }: Forecasts): ChartPicture {
  const errors = Float64Array.from({ length: horizon }, (_, h) => {
    const own = backtests.map(({ series, at, forecast }) =>
      Math.abs(set.series[series].values[at + h] - forecast.median[h])
    ).filter((error) => !Number.isNaN(error));
    return own.reduce((sum, error) => sum + error, 0) / own.length;
  });
  return {
    kind: "chart",
    title: "Error by distance",
    note: `Mean absolute error of ${count(backtests.length, "forecast")} by the number of steps ahead.`,
    axes: ["steps ahead", "mean absolute error"],
    layers: [{ kind: "dotted line", color: 0, points: pointsOf(errors, (h) => h + 1) }],
  };
}

function pointsOf(values: Float64Array, x: (index: number) => number): (number | null)[][] {
  return Array.from(values, (value, i) => [x(i), Number.isNaN(value) ? null : value]);
}

/** Where the values of a series stand: at their times, or at their numbers. */
function timesOf(
  { frequency }: SeriesSet,
  series: Series,
): { readonly label: string; readonly isTime: boolean; readonly at: (index: number) => number } {
  const { start } = series;
  if (start === undefined || frequency === undefined) {
    return { label: "value", isTime: false, at: (index) => numberingFrom(series, index).first };
  }
  return { label: "time", isTime: true, at: (index) => timeAfter(start, frequency, index) };
}
