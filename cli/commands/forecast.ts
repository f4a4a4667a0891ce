import { replaceFile } from "../../src/formats/write_file.ts";
import { complete } from "../../src/schema/mod.ts";
import { count } from "../../tasks/task_model/mod.ts";
import type { SeriesFile, SeriesSet } from "../../tasks/data/mod.ts";
import { readSeriesSample, SERIES_SAMPLES } from "../../tasks/default_data/mod.ts";
import { backtest } from "../../tasks/forecasting/backtest.ts";
import { forecastSimply, NETWORK } from "../../tasks/forecasting/comparison.ts";
import { forecastFields, forecastTable } from "../../tasks/forecasting/forecast_table.ts";
import { type Forecast, Forecaster } from "../../tasks/forecasting/mod.ts";
import { drawBacktests, drawForecasts } from "../../tasks/forecasting/pictures.ts";
import { QUANTILES_FIELD, readQuantiles } from "../../tasks/forecasting/program.ts";
import { readSeriesFor, SERIES_FORMAT } from "../../tasks/forecasting/series_plan.ts";
import { SIMPLE_METHODS } from "../../tasks/forecasting/simple/mod.ts";
import type { TaskEntry } from "../../tasks/registry.ts";
import {
  type Command,
  fieldsOf,
  type GivenOptions,
  optionsOf,
  type OptionSpecs,
  UsageError,
  type Values,
} from "../arguments/mod.ts";
import { ENGINE_OPTIONS } from "../engine_options.ts";
import { isPiped, jsonLine, writeErrorLine, writeOut } from "../terminal/mod.ts";
import { VERIFY_OPTION } from "../verify_option.ts";
import { expectWritable, saveDrawing } from "./drawing_file.ts";
import { MODEL_OPTION } from "./model_option.ts";
import { isQuiet, openModel, QUIET_OPTION } from "./open_model.ts";
import { checkPlace, outputFile, refuseSameFile, STANDARD_OUTPUT } from "./output_file.ts";

const FORMAT_OPTIONS = optionsOf(SERIES_FORMAT);

const OPTIONS = {
  ...MODEL_OPTION,
  ...VERIFY_OPTION,
  data: {
    kind: "path",
    group: "data",
    value: "FILE",
    help: "Series to continue: CSV, TSV, JSON, JSON Lines, Parquet or .tsf.",
    default: "standard input",
  },
  sample: { kind: "choice", choices: SERIES_SAMPLES, group: "data", help: "Continue a sample instead of --data." },
  ...FORMAT_OPTIONS,
  method: {
    kind: "choice",
    choices: [NETWORK, ...SIMPLE_METHODS],
    group: "answers",
    help: "Method: the network, or a simple one that is fitted to the series.",
    default: NETWORK,
  },
  quantiles: {
    kind: "string",
    group: "answers",
    value: QUANTILES_FIELD.value,
    check: QUANTILES_FIELD.check,
    help: QUANTILES_FIELD.help,
    default: String(QUANTILES_FIELD.default),
  },
  backtest: {
    kind: "integer",
    group: "answers",
    min: 1,
    value: "N",
    help: "Forecast the last N horizons again, each from what was known before, instead of what follows.",
  },
  plot: {
    kind: "path",
    group: "answers",
    value: "FILE",
    help:
      "Draw the first series as an SVG picture: history, forecasts and intervals; - writes it to standard output, " +
      "without a table.",
  },
  out: {
    kind: "path",
    group: "run",
    value: "FILE",
    help: "CSV file to write; an existing one is moved aside.",
    default: "standard output",
  },
  ...ENGINE_OPTIONS,
  json: { kind: "boolean", group: "run", help: "Print one JSON object a series and nothing else." },
  ...QUIET_OPTION,
} as const satisfies OptionSpecs;

type ForecastValues = Values<typeof OPTIONS>;

/** Makes the command that forecasts what follows series. */
export function makeForecastCommand(tasks: readonly TaskEntry[]): Command<typeof OPTIONS> {
  return {
    options: OPTIONS,
    run: async (given) => {
      const values = { ...given, out: outputFile(given.out) };
      const { out, plot, json } = values;
      const quantiles = readQuantiles(values.quantiles ?? QUANTILES_FIELD.default as string)!;
      refuseContradictions(values);
      if (out !== undefined) await checkPlace(out);
      if (plot !== undefined) await expectWritable({ option: "--plot", file: plot, json });
      const model = await openModel(values, {
        ...{ tasks, task: "forecasting" },
        load: (directory, options) => Forecaster.load(directory, options),
      });
      const { set, notes } = await readSet(model, values);
      if (!isQuiet(values)) { for (const note of notes) writeErrorLine(note); }
      const { forecasts, picture } = await forecast(model, set, { values, quantiles });
      await write(forecasts, set, values);
      if (plot !== undefined) await saveDrawing(plot, picture(), isQuiet(values));
      return 0;
    },
  };
}

function refuseContradictions(values: ForecastValues): void {
  const { data, sample, backtest, method, json, out, plot } = values;
  const format = Object.keys(FORMAT_OPTIONS).find((name) => (values as GivenOptions)[name] !== undefined);
  const pairs = [
    ["--data", data, "--sample", sample],
    [`--${format}`, format, "--sample", sample],
    ["--backtest", backtest, "--method", method === NETWORK ? undefined : method],
    ["--json", json, "--out", out],
  ] as const;
  const found = pairs.find(([, one, , other]) => one !== undefined && other !== undefined);
  if (found) throw new UsageError(`${found[0]}: expected this option or ${found[2]}, found both`);
  refuseSameFile([["--data", data], ["--out", out], ["--plot", plot]]);
}

async function readSet(model: Forecaster, values: ForecastValues): Promise<SeriesFile> {
  const { data, sample } = values;
  if (sample !== undefined) return await readSeriesSample(sample as typeof SERIES_SAMPLES[number]);
  if (data === undefined && !await isPiped(isQuiet(values))) {
    throw new UsageError("--data: expected a file of series to continue, found none");
  }
  const format = complete(SERIES_FORMAT, fieldsOf(SERIES_FORMAT, values), "forecast");
  return await readSeriesFor(data ?? "-", format, model.processors.processor.config);
}

/** Forecasts, and the function that draws them. */
interface Drawable {
  readonly forecasts: readonly Forecast[];
  readonly picture: () => string;
}

async function forecast(
  model: Forecaster,
  set: SeriesSet,
  { values: { method, backtest: folds }, quantiles }: {
    readonly values: ForecastValues;
    readonly quantiles: readonly number[];
  },
): Promise<Drawable> {
  if (folds !== undefined) {
    const backtests = await backtest(model, set, { folds, quantiles });
    return { forecasts: backtests.map(({ forecast }) => forecast), picture: () => drawBacktests(set, backtests) };
  }
  const { horizon } = model.config;
  const forecasts = method === undefined || method === NETWORK
    ? await model.forecast(set, { quantiles })
    : forecastSimply(set, { method: method as typeof SIMPLE_METHODS[number], horizon, probabilities: quantiles });
  return { forecasts, picture: () => drawForecasts(set, forecasts) };
}

async function write(
  forecasts: readonly Forecast[],
  set: SeriesSet,
  { out, plot, json, quiet }: ForecastValues,
): Promise<void> {
  if (json) {
    for (const forecast of forecasts) jsonLine(forecastFields(forecast, set));
    return;
  }
  if (out === undefined && plot === STANDARD_OUTPUT) return;
  const table = forecastTable(forecasts, set);
  if (out === undefined) return writeOut(table);
  const kept = await replaceFile(out, table, { keepOld: true });
  if (kept !== undefined) writeErrorLine(`Moved the existing file ${out} to ${kept}.`);
  if (!quiet) writeErrorLine(`Saved ${count(forecasts.length, "forecast")} to ${out}.`);
}
