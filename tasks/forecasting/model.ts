import { InputRangeError } from "../../errors.ts";
import { count, describeValue, expectObject, expectOptions, type Given } from "../../src/schema/mod.ts";
import { extentOf } from "../data/extent.ts";
import type { Series, SeriesSet } from "../data/series/mod.ts";
import { type EngineChoice, type FitOptions, type Prepared, type Task, TaskModel } from "../task_model/mod.ts";
import { factorAt } from "./calibration.ts";
import {
  expectCorpus,
  hasValue,
  type SeriesCorpus,
  TrainingOrigins,
  trainingSet,
  validationOrigins,
  validLength,
} from "./corpus.ts";
import { type Distribution, distributionOf } from "./distributions/mod.ts";
import { encodeSeries, expectKnown, fingerprintOf } from "./encoded_series.ts";
import { expectFinite, expectSet } from "./expect_set.ts";
import { type Forecast, placeOf, QUANTILES } from "./forecast.ts";
import type { ForecasterConfig, ForecasterInitialisation, ForecasterSettings } from "./hyperparameters.ts";
import { forecastBatch, forecastWindows, type WindowOutputs } from "./inference.ts";
import { forecasterEvent, ForecastLearning } from "./learning.ts";
import { expectProbabilities, measure, type Measures } from "./measures.ts";
import { type ForecasterPreset, PRESETS } from "./presets.ts";
import { SeriesProcessor } from "./series_processor.ts";
import { ForecastStream, type NextValue, type Observation } from "./stream.ts";
import { suitShape } from "./suited_options.ts";
import { type ForecasterTypes, FORECASTING } from "./task.ts";
import type { Origin } from "./windows.ts";

/** The fields that validation fits to the parameters. */
type LearnedFields = Pick<ForecasterConfig, "calibration" | "correction">;

const UNFITTED: LearnedFields = { calibration: null, correction: 1 };

/** Options of `Forecaster.create`. */
export interface ForecasterOptions
  extends Partial<Omit<ForecasterConfig, "horizon" | "calibration">>, Partial<ForecasterInitialisation>, EngineChoice {
  /** The series to train on, from which defaults and the scales of covariates follow. */
  readonly data: SeriesCorpus | SeriesSet;
  /** Number of values to forecast. */
  readonly horizon: number;
}

/** Options of a forecaster's `fit`. */
export type ForecasterFitOptions = FitOptions<ForecasterSettings>;

/** Options of `Forecaster.forecast`. */
export interface ForecastOptions {
  /** The probabilities of the quantiles, ascending. Default: 0.1, 0.5 and 0.9. */
  readonly quantiles?: readonly number[];
  /** Stops the computation. */
  readonly signal?: AbortSignal;
}

/** Options of `Forecaster.backtest`. */
export interface BacktestOptions extends ForecastOptions {
  /** Number of forecasts of each series. Default: 1, of its last values. */
  readonly folds?: number;
  /** Number of values from one forecast to the next. Default: the horizon. */
  readonly every?: number;
}

/** A forecast of values that are known. */
export interface Backtest {
  /** The forecast. */
  readonly forecast: Forecast;
  /** Index of its series in the set. */
  readonly series: number;
  /** Index of the first value that is forecast. */
  readonly at: number;
}

/**
 * A recurrent forecaster: one network for all series of a set, which reads a window period by period and forecasts all
 * values of the horizon at once, with quantiles.
 *
 * @example
 * ```ts
 * import { Forecaster } from "@elman/elman";
 * import { assertEquals } from "@std/assert";
 *
 * const values = Float64Array.from({ length: 200 }, (_, t) => 10 + Math.sin(2 * Math.PI * t / 7));
 * const names = { targetName: "sales", knownNames: [], observedNames: [], staticNames: [] };
 * const data = { series: [{ id: "shop", values }], period: 7, ...names };
 * const forecaster = Forecaster.create({ data, horizon: 7, hidden: 8 });
 * await forecaster.fit(data, { epochs: 2 });
 * const [{ median }] = await forecaster.forecast(data);
 * assertEquals(median.length, 7);
 * ```
 */
export class Forecaster extends TaskModel<ForecasterTypes> {
  /** The task. */
  static readonly task: Task<ForecasterTypes> = FORECASTING;
  /** The presets by name. */
  static readonly presets: Readonly<Record<string, ForecasterPreset>> = PRESETS;
  #stream: ForecastStream | undefined;

  /** Creates an untrained forecaster. Throws `TypeError` or `RangeError` if an option is invalid. */
  static create(options: ForecasterOptions): Forecaster {
    const action = "create a forecaster";
    const { data, ...rest } = options ?? {};
    const corpus = expectCorpus(action, data);
    const { horizon } = rest;
    if (!(Number.isInteger(horizon) && horizon >= 1)) {
      throw new InputRangeError(`${action}: expected horizon of at least 1, found ${describeValue(horizon)}`);
    }
    const train = trainingSet(corpus, horizon);
    expectSet(action, train);
    const suited = suitShape(train, horizon);
    const step = rest.step ?? suited.step;
    const window = rest.window ?? Math.max(1, Math.floor(suited.step * suited.window / step));
    const season = rest.season ?? (suited.season <= step * window ? suited.season : 1);
    const scaling = rest.scaling ?? (rest.distribution === "negative-binomial" ? "mean" : suited.scaling);
    const shape = {
      step,
      window,
      season,
      scaling,
      hidden: rest.hidden ?? suited.hidden,
      dropout: rest.dropout ?? suited.dropout,
    };
    const processor = SeriesProcessor.of(train);
    const given = { ...rest, ...shape } as Given & EngineChoice;
    const forecaster = TaskModel.make(Forecaster, { processor }, given, { calibration: null });
    // Values of the test that cannot be forecast are refused before the training, not after it.
    expectSuited(action, corpus.test ?? corpus.set, forecaster.config);
    return forecaster;
  }

  /** Number of values that the network reads. */
  get width(): number {
    return this.config.step * this.config.window;
  }

  /** The default batch and rate depend on the numbers of training windows and of series. */
  protected override settingsContext(data: SeriesCorpus | SeriesSet): Given {
    const { set, valid } = expectCorpus("fit", data);
    const { horizon } = this.config;
    const { length: examples } = new TrainingOrigins(set.series, { horizon, width: this.width, valid });
    return { examples, series: set.series.length };
  }

  /** Encodes series and finds the windows. Throws `RangeError` if no series is long enough for one. */
  protected override prepare(
    data: SeriesCorpus | SeriesSet,
    settings: ForecasterSettings,
  ): Promise<Prepared<ForecasterTypes>> {
    const { set, valid } = expectCorpus("fit", data);
    const { config, processors: { processor } } = this;
    const { horizon } = config;
    processor.expect("fit", set);
    expectSuited("fit", set, config);
    const series = encodeSeries(set, processor, 0);
    const options = { horizon, width: this.width, valid };
    const [train, held] = [new TrainingOrigins(series, options), validationOrigins(series, options)];
    if (train.length === 0) {
      const [, longest] = extentOf(series.map(({ values }) => values.length));
      throw new InputRangeError(
        `fit: expected a series of at least 2 values beside those for validation, found at most ${longest}`,
      );
    }
    const ends = series.map(({ values: { length } }) => length - validLength(length, horizon, valid));
    // The checkpoint of an earlier version has no factors; the model beside it has.
    const learnedFrom = (
      { calibration = config.calibration, correction = config.correction }: Partial<LearnedFields>,
    ): LearnedFields => ({ calibration, correction });
    return Promise.resolve({
      noun: "the series",
      fingerprint: fingerprintOf(series, [horizon, valid ?? -1]),
      step: `batches of ${count(Math.min(settings.batch, train.length), "window")} of ${this.width} values`,
      learning: (network, communicator) =>
        new ForecastLearning(
          network,
          { series, shape: config, processor, train, valid: held, ends },
          config,
          settings,
          communicator,
        ),
      // The fields belong to the parameters with which they were measured.
      begin: (best = UNFITTED) => learnedFrom(best),
      event: (event, learning) => {
        if (event.best) this.configure(learnedFrom(event.best));
        return forecasterEvent(event, learning);
      },
    });
  }

  /**
   * Forecasts the values that follow each series of a set. Throws `RangeError` if a series has no value, lacks a
   * covariate of training, or lacks what is known ahead over the horizon, or if its values are too large for numbers of
   * the network.
   */
  async forecast(set: SeriesSet, options: ForecastOptions = {}): Promise<Forecast[]> {
    expectOptions("forecast", options, ["quantiles", "signal"]);
    expectSet("forecast", set);
    this.processors.processor.expect("forecast", set);
    expectKnown("forecast", set, this.config.horizon);
    const origins = set.series.map(({ values }, series) => ({ series, at: values.length }));
    const forecasts = await this.#forecastAt("forecast", set, origins, options);
    for (const { id, values } of forecasts) {
      const wrong = values.flatMap((own) => own.find((value) => !Number.isFinite(value)) ?? []).at(0);
      if (wrong === undefined) continue;
      const remedy = "divide the values by a power of ten";
      throw new InputRangeError(`forecast: expected finite forecasts, found ${wrong} for the series ${id}; ${remedy}`);
    }
    return forecasts;
  }

  /**
   * Forecasts the last values of each series again, each time from what was known before (rolling origin). Series that
   * are too short are left out, and so are forecasts of missing values alone.
   */
  async backtest(set: SeriesSet, options: BacktestOptions = {}): Promise<Backtest[]> {
    expectOptions("backtest", options, ["folds", "every", "quantiles", "signal"]);
    expectSet("backtest", set);
    const { horizon } = this.config;
    const { folds = 1, every = horizon } = options;
    for (const [name, value] of Object.entries({ folds, every })) {
      if (Number.isInteger(value) && value >= 1) continue;
      throw new InputRangeError(`backtest: expected ${name} of at least 1, found ${describeValue(value)}`);
    }
    const origins = set.series.flatMap(({ values }, series) =>
      Array.from({ length: folds }, (_, i) => ({ series, at: values.length - horizon - (folds - 1 - i) * every }))
        .filter(({ at }) => at >= 1 && hasValue(values, Math.max(0, at - this.width), at))
        .filter(({ at }) => hasValue(values, at, at + horizon))
    );
    const forecasts = await this.#forecastAt("backtest", set, origins, options);
    return origins.map((origin, i) => ({ forecast: forecasts[i], ...origin }));
  }

  /** Measures the forecasts of `backtest`; MASE is in units of repeating the period before. */
  async evaluate(set: SeriesSet, options: BacktestOptions = {}): Promise<Measures> {
    const backtests = await this.backtest(set, options);
    const outcomes = backtests.map(({ forecast, series, at }) => {
      const { values } = set.series[series];
      const actual = values.subarray(at, at + this.config.horizon);
      return { history: values.subarray(0, at), actual, forecast: forecast.median, quantiles: forecast.values };
    });
    return measure(outcomes, { period: set.period, probabilities: options.quantiles ?? QUANTILES });
  }

  /**
   * Follows a series value by value, after the values in `history`; its time and memory for a value are constant.
   * Throws `RangeError` if the forecaster reads covariates, or if it has learned the calendar and `history` has no
   * `start`, the time of its first value or of the first to come.
   */
  stream(history: Partial<Series> = {}): ForecastStream {
    return this.#follow("follow a series", history);
  }

  /**
   * Adds a value to this forecaster's own stream, and compares it with what was expected; see `stream`. Throws
   * `RangeError` if the forecaster has learned the calendar, since its own stream has no times.
   */
  observe(value: number): Observation {
    this.#stream ??= this.#follow("observe", {});
    return this.#stream.observe(value);
  }

  #follow(action: string, given: Partial<Series>): ForecastStream {
    const history = expectObject(action, given);
    const { known, observed, statics, frequency, calendar } = this.processors.processor.config;
    const names = [...known, ...observed, ...statics].map(({ name }) => name);
    if (names.length > 0) {
      throw new InputRangeError(`${action}: expected a model without covariates, found ${names.join(", ")}`);
    }
    if (calendar && !Number.isFinite(history.start)) {
      throw new InputRangeError(
        `${action}: expected times, as in training, found none; stream({ start }) has the time of the first value`,
      );
    }
    const next = (series: Series): NextValue => this.#next(series);
    const model = { width: this.width, frequency, next };
    const { id = "stream", values = new Float64Array() } = history;
    expectFinite(action, id, values);
    return new ForecastStream(model, { ...history, id, values });
  }

  #next(series: Series): NextValue {
    const { processor } = this.processors;
    const encoded = encodeSeries(this.#setOf(series), processor, 1);
    const source = { series: encoded, shape: this.config, processor, correction: this.config.correction };
    const [window] = forecastBatch(this.network, source, [{ series: 0, at: series.values.length }]);
    return { quantile: this.#quantilesOf(window, 0) };
  }

  #setOf(series: Series): SeriesSet {
    const { targetName, frequency } = this.processors.processor.config;
    const names = { knownNames: [], observedNames: [], staticNames: [] };
    return { series: [series], frequency: frequency ?? undefined, period: this.config.season, targetName, ...names };
  }

  async #forecastAt(
    action: string,
    set: SeriesSet,
    origins: readonly Origin[],
    { quantiles = QUANTILES, signal }: ForecastOptions,
  ): Promise<Forecast[]> {
    expectProbabilities(action, quantiles);
    const { config, processors: { processor } } = this;
    processor.expect(action, set);
    expectSuited(action, set, config);
    const encoded = encodeSeries(set, processor, config.horizon);
    const source = { series: encoded, shape: config, processor, correction: config.correction };
    const windows = await forecastWindows(this.network, source, origins, signal);
    return windows.map((window, i) => {
      const { series, at } = origins[i];
      return { ...placeOf(set, set.series[series], at), ...this.#forecastOf(window, quantiles) };
    });
  }

  #forecastOf(window: WindowOutputs, quantiles: readonly number[]): Omit<Forecast, "id" | "start"> {
    const { horizon } = this.config;
    const median = new Float64Array(horizon);
    const values = quantiles.map(() => new Float64Array(horizon));
    for (let h = 0; h < horizon; h++) {
      const quantile = this.#quantilesOf(window, h);
      median[h] = quantile(0.5);
      const ascending = quantiles.map(quantile).sort((a, b) => a - b);
      ascending.forEach((value, i) => values[i][h] = value);
    }
    return { quantiles: [...quantiles], values, median };
  }

  /** Returns the function that computes the calibrated quantiles of a value. */
  #quantilesOf({ outputs, scale }: WindowOutputs, h: number): (level: number) => number {
    const { horizon, levels, calibration } = this.config;
    const distribution = this.#distribution;
    const own = Float64Array.from(distribution.initial, (_, k) => outputs[k * horizon + h]);
    const median = distribution.quantile(own, 0.5, scale);
    const least = this.config.distribution === "negative-binomial" ? 0 : -Infinity;
    return (level) => {
      if (level === 0.5) return median;
      const distance = factorAt(level, levels, calibration) * (distribution.quantile(own, level, scale) - median);
      return Math.max(least, median + distance);
    };
  }

  get #distribution(): Distribution {
    return distributionOf(this.config.distribution, this.config.levels);
  }
}

/** Throws `RangeError` if logarithms are taken of negative values, or counts are not whole numbers of at least 0. */
function expectSuited(
  action: string,
  { series }: SeriesSet,
  { scaling, distribution }: Pick<ForecasterConfig, "scaling" | "distribution">,
): void {
  const refuse = (isWrong: (value: number) => boolean, expected: string, advice: string): void => {
    for (const { id, values } of series) {
      const wrong = values.find(isWrong);
      if (wrong === undefined) continue;
      throw new InputRangeError(
        `${action}: expected ${expected} in ${id}, found ${wrong}; create a model with ${advice}`,
      );
    }
  };
  if (distribution === "negative-binomial") {
    const isNoCount = (value: number): boolean => value < 0 || value % 1 > 0;
    refuse(isNoCount, "counts, whole numbers of at least 0,", "another distribution");
  }
  if (scaling === "log") {
    refuse((value) => value < 0, "values of at least 0, for a model of logarithms,", "scaling deviation");
  }
}
