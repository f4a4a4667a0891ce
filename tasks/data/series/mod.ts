/**
 * Readers of time series: tables of numbers in the layouts that people keep them in. This folder knows files and times;
 * it must not know what is forecast from them.
 * @module
 */
export { cutSeries, type NamedColumns, numberingFrom, type Series, type SeriesSet, withSeries } from "./series.ts";
export {
  type CalendarFeature,
  calendarFeatures,
  type Frequency,
  isFrequency,
  isSameDistance,
  period,
  stepsBetween,
  timeAfter,
  type Unit,
  UNITS,
} from "./frequency.ts";
export { describeDistance, describeFrequency, readFrequency } from "./frequency_names.ts";
export type { AskedColumns } from "./columns.ts";
export { describeSeries, readSeries, readSeriesText, type SeriesFile, type SeriesOptions } from "./read.ts";
export { readTime } from "./infer_frequency.ts";
export { formatTime } from "./times.ts";
export { trimSeries } from "./trim.ts";
