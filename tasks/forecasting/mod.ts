/**
 * Forecasting: models that predict the next values of series, with quantiles. This folder handles numbers over time; it
 * must not know the files that they come from.
 * @module
 */
export type { SeriesCorpus } from "./corpus.ts";
export { type DistributionName, DISTRIBUTIONS, POINT_LOSSES, type PointLoss } from "./distributions/mod.ts";
export { type Forecast, QUANTILES } from "./forecast.ts";
export type { ForecasterConfig, ForecasterInitialisation, ForecasterSettings } from "./hyperparameters.ts";
export type { ForecasterEpoch } from "./learning.ts";
export { measure, type Measures, type Outcome, owa } from "./measures.ts";
export {
  type Backtest,
  type BacktestOptions,
  Forecaster,
  type ForecasterFitOptions,
  type ForecasterOptions,
  type ForecastOptions,
} from "./model.ts";
export { ForecastMember, ForecastNetwork, type ForecastNetworkOptions } from "./network.ts";
export type { ForecasterPreset } from "./presets.ts";
export type { SeriesFormat, SeriesPlan } from "./series_plan.ts";
export { type Scale, type Scaling, SCALINGS } from "./scaling.ts";
export {
  type CovariateScale,
  SeriesProcessor,
  type SeriesProcessorConfig,
  type StaticCategories,
} from "./series_processor.ts";
export { ForecastStream, type NextValue, type Observation, type StreamModel } from "./stream.ts";
export { type ForecasterTypes, FORECASTING } from "./task.ts";
export type { WindowBatch } from "./windows.ts";
