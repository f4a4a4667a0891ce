import { custom, describeValue, nullable, type Schema, string } from "../../src/schema/mod.ts";
import { readTime, type SeriesSet } from "../data/series/mod.ts";
import { forecastFields } from "../forecasting/forecast_table.ts";
import { Forecaster, QUANTILES } from "../forecasting/mod.ts";
import { readSeriesTextFor, seriesForecastable } from "../forecasting/series_plan.ts";
import type { SeriesProcessorConfig } from "../forecasting/series_processor.ts";
import { answerInputs, expectLength, fieldsOf, inGroups } from "./answers.ts";
import { ApiError } from "./api_error.ts";
import type { Call } from "./call.ts";
import { MODEL_FIELD } from "./completion_fields.ts";
import type { Serving } from "./serving.ts";

/** The fields of a request for forecasts. */
export interface ForecastFields {
  /** Name of the model; null for the only forecaster. */
  readonly model: string | null;
  /** The values of a series, or records as a file of JSON has them. */
  readonly input: readonly (number | null)[] | readonly object[];
  /** Time of the first value of a series; null if it has none, or for records. */
  readonly start: string | null;
  /** The probabilities of the quantiles. */
  readonly quantiles: readonly number[];
}

/** Maximum number of quantiles. */
const MOST_QUANTILES = 99;

/** The fewest bytes of a value in a record, with its name: of more values than fit into a body, most are missing. */
const BYTES_OF_VALUE = 4;

/** Maximum number of numbers in an answer, which take about 20 bytes each. */
const MOST_NUMBERS = 2 ** 20;

const isValue = (value: unknown): value is number | null => value === null || Number.isFinite(value);
const isRecord = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);

function unmetSeries(value: unknown): string | undefined {
  const isGood = Array.isArray(value) && value.length > 0 && (value.every(isValue) || value.every(isRecord));
  return isGood ? undefined : "a list of numbers or a list of records";
}

function unmetQuantiles(value: unknown): string | undefined {
  const isGood = Array.isArray(value) && value.length > 0 && value.length <= MOST_QUANTILES &&
    value.every((p, i) => p > 0 && p < 1 && (i === 0 || p > value[i - 1]));
  return isGood ? undefined : `1 to ${MOST_QUANTILES} ascending numbers between 0 and 1`;
}

/** Schema of a request for forecasts. */
export const FORECAST_FIELDS: Schema<ForecastFields> = {
  model: MODEL_FIELD,
  input: custom<ForecastFields["input"]>({
    check: unmetSeries,
    help: "The values of a series, null for a missing one, or records as a file of JSON has them.",
  }),
  start: nullable(string({
    help: "Time of the first value, such as 2024-01-01 or 2024-01-01 13:00, if the input is a list of values; a " +
      "forecaster that has learned the calendar needs it.",
  })),
  quantiles: custom<ForecastFields["quantiles"]>({
    default: QUANTILES,
    check: unmetQuantiles,
    help: "Probabilities of the quantiles, ascending.",
  }),
};

/** Answers `POST /v1/forecast`: what follows series, with quantiles. */
export async function answerForecast(serving: Serving, call: Call): Promise<Response> {
  const { model, input, start, quantiles } = await fieldsOf(serving, call, "forecast", FORECAST_FIELDS);
  const hosted = serving.find(Forecaster, model ?? undefined);
  const { processors: { processor: { config } }, config: { horizon } } = hosted.model;
  const isSeries = (input as readonly unknown[]).every(isValue);
  if (isSeries) expectLength(serving, input.length, "values of a series", "input");
  const time = readStart(start, isSeries, config);
  const mostValues = Math.floor(serving.limits.maxBody / BYTES_OF_VALUE);
  return await answerInputs(serving, call, hosted.name, async (pause) => {
    const set = isSeries
      ? seriesForecastable(input as readonly (number | null)[], config, time)
      : readSeriesTextFor("input.json", JSON.stringify(input), config, { mostValues }).set;
    for (const { values } of set.series) expectLength(serving, values.length, "values of a series", "input");
    refuseLongAnswer(set.series.length * horizon * (1 + quantiles.length));
    const costs = set.series.map(({ values }) => values.length + horizon);
    const options = { quantiles, signal: call.signal };
    const compute = (series: SeriesSet["series"]) => hosted.model.forecast({ ...set, series }, options);
    const forecasts = await inGroups(set.series, costs, compute, pause);
    return forecasts.map((forecast, index) => ({ index, ...forecastFields(forecast, set) }));
  });
}

/** Throws `ApiError` if an answer has more numbers than a server should hold. */
function refuseLongAnswer(found: number): void {
  if (found <= MOST_NUMBERS) return;
  throw new ApiError(`forecast: expected at most ${MOST_NUMBERS} numbers in an answer, found ${found}`, {
    status: 400,
    param: "input",
  });
}

/**
 * Reads the time of the first of a list of values. Throws `ApiError` if it is none, if the list lacks it, or if it
 * would have no effect.
 */
function readStart(start: string | null, isSeries: boolean, config: SeriesProcessorConfig): number | undefined {
  const time = start === null ? undefined : readTime(start.trim(), config.frequency ?? undefined);
  const expected = start === null
    ? isSeries && config.calendar && "start, the time of the first value, as in training"
    : !isSeries
    ? "no start beside records, which have their own"
    : config.frequency === null
    ? "no start for a forecaster that was trained without times"
    : time === undefined && "start to be a time such as 2024-01-01 or 2024-01-01 13:00";
  if (expected === false) return time;
  const found = start === null ? "none" : describeValue(start);
  throw new ApiError(`forecast: expected ${expected}, found ${found}`, { status: 400, param: "start" });
}
