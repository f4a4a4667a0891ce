import { InputRangeError } from "../../errors.ts";
import {
  choice,
  count,
  custom,
  describeValue,
  integer,
  nullable,
  path,
  type Schema,
  string,
} from "../../src/schema/mod.ts";
import { extentOf } from "../data/extent.ts";
import { needingData } from "../data/fields.ts";
import { FILE, TABLE, tableOptions, type TablePlan } from "../data/mod.ts";
import {
  cutSeries,
  describeDistance,
  type Frequency,
  isSameDistance,
  readFrequency,
  readSeries,
  readSeriesText,
  type SeriesFile,
  type SeriesOptions,
  type SeriesSet,
  trimSeries,
  withSeries,
} from "../data/series/mod.ts";
import { readSeriesSample, SERIES_SAMPLES, type SeriesSample } from "../default_data/mod.ts";
import type { DataSet } from "../task_model/mod.ts";
import { continueSeries, expectLength } from "./continued_series.ts";
import { detectPeriod } from "./detect_period.ts";
import type { SeriesProcessorConfig } from "./series_processor.ts";

/** A file of series, and what its columns hold. Several columns are separated by commas. */
export interface SeriesFormat extends TablePlan {
  /** Column of the times; null to detect it. */
  readonly time: string | null;
  /** Columns of the values to forecast; null to detect them. */
  readonly target: string | null;
  /** Columns that tell series apart; null to detect them. */
  readonly series: string | null;
  /** Columns that are known ahead. */
  readonly known: string | null;
  /** Columns that are known only for the past. */
  readonly observed: string | null;
  /** Columns that do not change within a series. */
  readonly static: string | null;
  /** Distance in time between two values, such as "hour"; null to infer it. */
  readonly frequency: string | null;
  /** Number of steps after which values tend to repeat; null to derive it from the frequency, or from the values. */
  readonly period: number | null;
}

/** The source of series to train on, and what to forecast. */
export interface SeriesPlan extends SeriesFormat {
  /** File of series; null for a sample. */
  readonly data: string | null;
  /** File of the values that follow those of `data`, for the final test; null to hold values out. */
  readonly test: string | null;
  /** Sample to use without data. Default: "weather". */
  readonly sample: SeriesSample;
  /** Number of values to forecast; null to derive it from the frequency. */
  readonly horizon: number | null;
  /** Number of horizons at the end of each series to hold out for the final test. Default: 1. */
  readonly holdout: number;
}

/** Series to train on and to test with. */
export interface SplitSeries {
  /** The series without what is held out. */
  readonly train: SeriesSet;
  /** The whole series. */
  readonly whole: SeriesSet;
  /** Number of values to forecast. */
  readonly horizon: number;
  /** Number of horizons that are held out. */
  readonly holdout: number;
}

const GROUP = "data";
const COLUMN = { group: GROUP, value: "COLUMN" } as const;
const COLUMNS = { group: GROUP, value: "COLUMNS" } as const;

/** The schema of how files of series are read. */
export const SERIES_FORMAT: Schema<SeriesFormat> = {
  time: nullable(string({
    ...COLUMN,
    defaultText: "date, time, ds or another usual name",
    help: "Column of the times, by its name or its number from 1.",
  })),
  target: nullable(string({
    ...COLUMNS,
    defaultText: "target, y or value, or all numeric columns",
    help: "Column of the values to forecast; several, separated by commas, are a series each.",
  })),
  series: nullable(string({
    ...COLUMNS,
    defaultText: "id, series or another usual name, if times repeat",
    help: "Column that tells series apart, or several, separated by commas.",
  })),
  known: nullable(string({
    ...COLUMNS,
    help: "Columns that are known ahead, such as promo,holiday; the file has them beyond the last value.",
  })),
  observed: nullable(string({ ...COLUMNS, help: "Columns that are known only for the past, such as other readings." })),
  static: nullable(string({ ...COLUMNS, help: "Columns that do not change within a series, such as a region." })),
  frequency: nullable(custom<string>({
    group: GROUP,
    value: "NAME",
    defaultText: "that of the times",
    check: (value) =>
      typeof value === "string" && readFrequency(value) ? undefined : "a distance in time such as hour, 15min or week",
    help: "Distance in time between two values: hour, 15min, day, businessday, week, month, quarter, year.",
  })),
  period: nullable(integer({
    group: GROUP,
    min: 1,
    defaultText: "by the frequency: a day of hours, a week of days, a year of months; by the values without times",
    help: "Number of values after which they tend to repeat.",
  })),
  ...TABLE,
};

/** The schema of the source of series to train on. */
export const SERIES_PLAN: Schema<SeriesPlan> = {
  data: nullable(path({ ...FILE, help: "Series to train on: CSV, TSV, JSON, JSON Lines, Parquet or .tsf." })),
  test: nullable(path({
    ...FILE,
    needs: ["data"],
    help: "Values that follow those of --data, in a file alike, for the final test; instead of --holdout.",
  })),
  sample: choice(SERIES_SAMPLES, {
    group: GROUP,
    default: "weather",
    notWith: ["data"],
    help: "Data to use if no --data are given: the weather of Seattle, or the S&P 500 index.",
  }),
  horizon: nullable(integer({
    group: GROUP,
    min: 1,
    defaultText: "that of the file or of --test; 48 hours, 14 days, 13 weeks, 18 months or alike",
    help: "Number of values to forecast.",
  })),
  holdout: integer({
    group: GROUP,
    min: 0,
    default: 1,
    notWith: ["test"],
    help: "Number of horizons at the end of each series to hold out for the final test.",
  }),
  ...needingData(SERIES_FORMAT),
};

/** Reads and splits the series of a plan, or a sample if it names no file. */
export async function readSeriesData(plan: SeriesPlan): Promise<DataSet<SplitSeries>> {
  const file = plan.data === null ? await readSeriesSample(plan.sample) : await readSeriesFile(plan.data, plan);
  const { set } = file;
  const test = plan.test === null ? undefined : await readTest(plan.test, plan, set);
  const horizon = plan.horizon ?? file.horizon ?? horizonFor(set, test?.set);
  const warnings = constantSeries(set);
  if (test) {
    const { period, notes } = periodFor(set, plan);
    const whole = { ...continueSeries(set, test), period };
    expectLength(test, horizon);
    const holdout = Math.max(1, Math.floor(extentOf(lengthsOf(test.set))[0] / horizon));
    const train = { ...set, period };
    return { data: { train, whole, horizon, holdout }, notes: [...file.notes, ...test.notes, ...notes], warnings };
  }
  const held = holdOut(file.name, set, { horizon, holdout: plan.holdout });
  const { period, notes } = periodFor(held, plan);
  return {
    data: { train: { ...held, period }, whole: { ...set, period }, horizon, holdout: plan.holdout },
    notes: [...file.notes, ...notes],
    warnings,
  };
}

/** Reads the values of a test, which are as far apart as those of training. */
async function readTest(path: string, format: SeriesFormat, train: SeriesSet): Promise<SeriesFile> {
  const { frequency, targetName: likelyTarget, comma: likelyComma } = train;
  // Columns and delimiters are those of the training file, whatever the kind of this one is.
  const { frequency: asked, encoding, ...options } = seriesOptions(format);
  const file = await readSeries(path, {
    frequency: asked,
    encoding,
    like: { ...options, frequency, likelyTarget, likelyComma },
  });
  return expectSameFrequency(file, { frequency: frequency ?? null });
}

/** The period of training series: without one that is given or follows from times, that of their values. */
function periodFor(
  set: SeriesSet,
  { period: given }: Pick<SeriesPlan, "period">,
): { readonly period: number; readonly notes: readonly string[] } {
  if (given !== null || set.frequency) return { period: set.period, notes: [] };
  const period = detectPeriod(set);
  const found = period === 1
    ? "No period found in the values; --period sets one if they repeat."
    : `Period ${period}, after which the values repeat most closely; --period sets another.`;
  return { period, notes: [found] };
}

/** Reads a file of series. */
export async function readSeriesFile(path: string, format: SeriesFormat): Promise<SeriesFile> {
  return await readSeries(path, seriesOptions(format));
}

/**
 * Reads a file of series for a forecaster: columns and frequency that are not given are those of its training series.
 */
export async function readSeriesFor(
  path: string,
  format: SeriesFormat,
  config: SeriesProcessorConfig,
): Promise<SeriesFile> {
  const options = { ...seriesOptions(format), like: trainedOptions(config) };
  return expectSameFrequency(await readSeries(path, options), config);
}

/** Reads series for a forecaster from a text, as `readSeriesFor` reads them from a file of this name. */
export function readSeriesTextFor(
  name: string,
  content: string,
  config: SeriesProcessorConfig,
  limits: Pick<SeriesOptions, "mostValues">,
): SeriesFile {
  return expectSameFrequency(readSeriesText(name, content, { ...limits, like: trainedOptions(config) }), config);
}

/** Makes a series for a forecaster of values, null for a missing one, and the time of the first of them. */
export function seriesForecastable(
  values: readonly (number | null)[],
  { frequency, period, targetName }: SeriesProcessorConfig,
  start?: number,
): SeriesSet {
  const distance = frequency ?? undefined;
  const whole = { id: "1", values: Float64Array.from(values, (value) => value ?? NaN), start };
  const series = trimSeries(whole, distance);
  if (!series) throw new InputRangeError("expected at least 1 value, found none");
  const names = { knownNames: [], observedNames: [], staticNames: [] };
  return { series: [series], frequency: distance, period, targetName, ...names };
}

/** The options with which series are read as those of training were. */
function trainedOptions(config: SeriesProcessorConfig): NonNullable<SeriesOptions["like"]> {
  const { targetName, columns, comma: likelyComma, known, observed, statics, frequency, period } = config;
  const names = (all: readonly { readonly name: string }[]): readonly string[] | undefined =>
    all.length === 0 ? undefined : all.map(({ name }) => name);
  return {
    ...targetName === ANY_TARGET ? { likelyTarget: targetName } : { target: [targetName] },
    ...columns,
    likelyComma,
    known: names(known),
    observed: names(observed),
    static: names(statics),
    frequency: frequency ?? undefined,
    period,
  };
}

/** Returns a file if its values are as far apart as in training. Throws `RangeError` if not. */
function expectSameFrequency(
  file: SeriesFile,
  { frequency }: Pick<SeriesProcessorConfig, "frequency">,
): SeriesFile {
  const found = file.set.frequency;
  if (frequency && found && !isSameDistance(frequency, found)) {
    const [expected, other] = [frequency, found].map(describeDistance);
    throw new InputRangeError(`read ${file.name}: expected values ${expected}, as in training, found ${other}`);
  }
  return file;
}

/** The name of the target of series that are not a column of their own. */
const ANY_TARGET = "value";

function seriesOptions(format: SeriesFormat): SeriesOptions {
  const { time, target, series, known, observed, frequency, period } = format;
  return {
    time: time ?? undefined,
    target: listOf(target),
    series: listOf(series),
    known: listOf(known),
    observed: listOf(observed),
    static: listOf(format.static),
    frequency: frequency === null ? undefined : readFrequency(frequency),
    period: period ?? undefined,
    ...tableOptions(format),
  };
}

/** The names in a list with commas between them. */
function listOf(text: string | null): string[] | undefined {
  const names = (text ?? "").split(",").map((name) => name.trim()).filter((name) => name !== "");
  return names.length === 0 ? undefined : names;
}

/** Numbers of values that the M4 competition forecasts, by the unit of time. */
const HORIZONS: Readonly<Record<Frequency["unit"], number>> = {
  second: 60,
  minute: 60,
  hour: 48,
  day: 14,
  businessday: 10,
  week: 13,
  month: 18,
  quarter: 8,
  year: 6,
};

/** A test of as many values as that is one forecast of all, or of twice as many as usual. */
const LONGEST_TEST = 60;

/**
 * The horizon of series whose file and options name none: the values of a test, if there are equally many for all
 * series and not too many for one forecast; otherwise a usual one, or less for short series.
 */
function horizonFor(set: SeriesSet, test?: SeriesSet): number {
  const { frequency, period } = set;
  const usual = frequency && (frequency.count === 1 || period === 1) ? HORIZONS[frequency.unit] : Math.max(8, period);
  const middle = lengthsOf(set).sort((a, b) => a - b)[Math.floor(set.series.length / 2)];
  const tested = test ? lengthsOf(test) : [];
  const isOne = test !== undefined && tested.every((length) => length === tested[0]) &&
    tested[0] <= Math.max(2 * usual, LONGEST_TEST) && 2 * tested[0] <= middle;
  return isOne ? tested[0] : Math.max(1, Math.min(usual, Math.floor(middle / 5)));
}

function lengthsOf({ series }: SeriesSet): number[] {
  return series.map(({ values }) => values.length);
}

/** The least number of values that must remain of the longest series. */
const LEAST = 2;

/** Returns series without their last values. Throws `RangeError` if nothing to train on would remain. */
function holdOut(
  name: string,
  set: SeriesSet,
  { horizon, holdout }: { readonly horizon: number; readonly holdout: number },
): SeriesSet {
  const held = horizon * holdout;
  const [, longest] = extentOf(lengthsOf(set));
  if (longest < held + horizon + LEAST) {
    throw new InputRangeError(
      `read ${name}: expected a series of at least ${
        held + horizon + LEAST
      } values to forecast ${horizon} and to hold ` +
        `out ${held}, found at most ${longest}; set a shorter --horizon${holdout > 0 ? " or --holdout 0" : ""}`,
    );
  }
  // A series that is too short to hold values out is not tested.
  const rest = set.series.map((series) => {
    const { length } = series.values;
    return length < held + horizon + LEAST ? series : cutSeries(series, length - held, 0);
  });
  return withSeries(set, rest);
}

/** Warns of series that never change. */
function constantSeries({ series }: SeriesSet): string[] {
  const constant = series.filter(({ values }) => {
    const known = values.filter((value) => !Number.isNaN(value));
    return known.every((value) => value === known[0]);
  });
  if (constant.length === 0) return [];
  const example = `such as ${describeValue(constant[0].id)}`;
  if (constant.length === 1 && series.length === 1) return ["all values are equal: there is nothing to learn"];
  return [
    `${count(constant.length, "constant series").replace(/seriess$/, "series")}, ${example}, add nothing to learn`,
  ];
}
