import { TEST_PICTURE } from "../../src/formats/directory_names.ts";
import { replaceFile } from "../../src/formats/write_file.ts";
import { custom, type Field, integer, path, readNumbers, type Schema } from "../../src/schema/mod.ts";
import { extentOf } from "../data/extent.ts";
import { FILE, TABLE } from "../data/mod.ts";
import { describeFrequency, type SeriesSet } from "../data/series/mod.ts";
import { count, countParameters, percent, type Program } from "../task_model/mod.ts";
import { backtest, compare } from "./backtest.ts";
import { comparisonTable, directions, type Measured, verdict } from "./comparison.ts";
import type { SeriesCorpus } from "./corpus.ts";
import { QUANTILES } from "./forecast.ts";
import { type Backtest, Forecaster } from "./model.ts";
import { drawBacktests } from "./pictures.ts";
import { PRESETS } from "./presets.ts";
import {
  readSeriesData,
  readSeriesFor,
  SERIES_FORMAT,
  SERIES_PLAN,
  type SeriesFormat,
  type SeriesPlan,
  type SplitSeries,
} from "./series_plan.ts";
import type { ForecasterTypes } from "./task.ts";
import { forecasterPictures } from "./validation_pictures.ts";

/** The data on which a forecaster is evaluated. */
export interface SeriesEvaluationPlan extends SeriesFormat {
  /** The file with the series. */
  readonly data: string;
  /** Number of horizons at the end of each series to forecast, each from what was known before. Default: 1. */
  readonly folds: number;
  /** The probabilities of the quantiles, separated by commas. Default: "0.1,0.5,0.9". */
  readonly quantiles: string;
}

/** The schema of the probabilities of quantiles. */
export const QUANTILES_FIELD: Field<string> = custom({
  group: "data",
  value: "P,P,...",
  default: QUANTILES.join(","),
  check: (value) => typeof value === "string" && readQuantiles(value) ? undefined : "ascending numbers between 0 and 1",
  help: "Probabilities of the quantiles, ascending; the interval is from the first to the last.",
});

/** Reads the probabilities of quantiles; undefined if they are not ascending numbers between 0 and 1. */
export function readQuantiles(text: string): number[] | undefined {
  const numbers = readNumbers(text);
  return numbers.every((p, i) => p > 0 && p < 1 && (i === 0 || p > numbers[i - 1])) ? numbers : undefined;
}

const EVALUATION: Schema<SeriesEvaluationPlan> = {
  data: path({ ...FILE, help: "Series whose last values to forecast." }),
  folds: integer({
    group: "data",
    min: 1,
    default: 1,
    help: "Number of horizons at the end of each series to forecast, each from what was known before.",
  }),
  quantiles: QUANTILES_FIELD,
  ...SERIES_FORMAT,
};

/** The commands that train and evaluate forecasters on files. */
export const FORECASTER_PROGRAM: Program<ForecasterTypes, Forecaster, SeriesPlan, SplitSeries, SeriesEvaluationPlan> = {
  model: Forecaster,
  plan: SERIES_PLAN,
  sources: ["data"],
  presets: PRESETS,
  unit: "values",
  nameOf: ({ sample }, { cell }, data = sample) => `${data}-${cell}`,
  read: readSeriesData,

  create: (_plan, options, { train, whole, horizon }) =>
    Promise.resolve(Forecaster.create({ ...options, data: { set: train, test: whole }, horizon })),

  corpus: (_model, { train, whole, holdout }) => Promise.resolve({ set: train, ...holdout > 0 && { test: whole } }),

  introduce(model, _corpus, { train, horizon, holdout }, { warnings }) {
    const values = train.series.reduce((sum, { values }) => sum + values.length, 0);
    return {
      text: describeModel(model, values),
      lines: [
        `Forecasts the next ${count(horizon, "value")}${describeHorizon(train, horizon)}; ${
          holdout > 0
            ? `the last ${count(horizon * holdout, "value")} are held out for the final test`
            : "nothing is held out"
        }.`,
      ],
      fields: {
        series: train.series.length,
        values,
        horizon,
        held_out: horizon * holdout,
        period: train.period,
        frequency: train.frequency ? describeFrequency(train.frequency) : null,
        warnings,
      },
    };
  },

  epoch: ({ validLoss }) => ({
    text: validLoss === null ? "" : `, validation loss ${validLoss.toFixed(4)}`,
    fields: { valid_loss: validLoss },
  }),

  async conclude(model, corpus, { plan, directory }) {
    const { set, test } = corpus as SeriesCorpus;
    const tryWith = ["forecast", ...sourceOf(plan)];
    const { correction } = model.config;
    const shown = correction < 1 ? [describeCorrection(correction)] : [];
    if (!test) return { lines: shown, fields: { correction }, tryWith };
    const { horizon } = model.config;
    const [, longest] = extentOf(test.series.map(({ values }, i) => values.length - set.series[i].values.length));
    const backtests = (await model.backtest(test, { folds: Math.max(1, Math.floor(longest / horizon)) }))
      .filter(({ series, at }) => at >= set.series[series].values.length);
    if (backtests.length === 0) return { lines: shown, fields: { correction }, tryWith };
    const measured = compare(test, backtests, { horizon, probabilities: QUANTILES });
    const picture = `${directory}/${TEST_PICTURE}`;
    await replaceFile(picture, drawBacktests(test, backtests));
    return {
      lines: [...shown, `Drew the forecasts of the test: ${picture}.`],
      results: [
        `Test: ${count(backtests.length, "forecast")} of ${count(horizon, "value")} that training has not seen.`,
        ...comparisonTable(measured, QUANTILES),
        ...plan.data === null && plan.sample === "stocks" ? [describeDirections(test, backtests)] : [],
        verdict(measured),
      ],
      fields: { correction, test: measured.map(figureFields), verdict: verdict(measured) },
      tryWith,
    };
  },

  pictures: forecasterPictures,
  evaluation: EVALUATION,

  async evaluate(model, plan) {
    const file = await readSeriesFor(plan.data, plan, model.processors.processor.config);
    const probabilities = readQuantiles(plan.quantiles)!;
    const { horizon } = model.config;
    const backtests = await backtest(model, file.set, { folds: plan.folds, quantiles: probabilities });
    const measured = compare(file.set, backtests, { horizon, probabilities });
    return {
      lines: [
        ...file.notes,
        `${count(backtests.length, "forecast")} of ${count(horizon, "value")}, each from what was known before.`,
        ...comparisonTable(measured, probabilities),
        verdict(measured),
      ],
      fields: { forecasts: backtests.length, methods: measured.map(figureFields), verdict: verdict(measured) },
    };
  },
};

/** The options with which `forecast` reads what training read; the model knows the columns. */
function sourceOf({ data, sample, delimiter, header, encoding }: SeriesPlan): string[] {
  if (data === null) return ["--sample", sample];
  return [
    "--data",
    data,
    ...delimiter === null ? [] : ["--delimiter", delimiter],
    ...header === null ? [] : [header ? "--header" : "--no-header"],
    ...encoding === TABLE.encoding.default ? [] : ["--encoding", encoding],
  ];
}

/** Says how much of the network's correction of the naive forecast is of use. */
function describeCorrection(correction: number): string {
  const share = correction === 0 ? "none" : percent(correction);
  return `Forecasts take ${share} of what the network adds to the naive forecast, which fits the validation values best.`;
}

/** The figures of a method as fields of JSON, without those that do not exist. */
function figureFields({ name, ...figures }: Measured): Record<string, unknown> {
  const known = Object.entries(figures).filter(([, value]) => Number.isFinite(value));
  return { method: name, ...Object.fromEntries(known) };
}

function describeDirections(set: SeriesSet, backtests: readonly Backtest[]): string {
  const { right, rises } = directions(set, backtests, backtests.map(({ forecast }) => forecast));
  return `Direction after the horizon: right in ${percent(right)}; "it rises" would be right in ${
    percent(rises)
  }. Prices ` +
    "do not tell where they go; what a model can learn is how far they may.";
}

/** The span of a horizon in words, if the series have times: " (2 days)". */
function describeHorizon({ frequency, period }: SeriesSet, horizon: number): string {
  if (!frequency || period === 1 || horizon % period !== 0) return "";
  return ` (${count(horizon / period, "period")} of ${period})`;
}

function describeModel(model: Forecaster, values: number): string {
  const { cell, layers, hidden, step, window, members, distribution } = model.config;
  return [
    `${cell} ${layers} x ${hidden} over ${count(window, "step")} of ${count(step, "value")}`,
    ...members > 1 ? [`${members} members`] : [],
    distribution,
    countParameters(model),
    `on ${count(values, "value")}`,
  ].join(", ");
}
