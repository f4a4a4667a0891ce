// The program in Python beside an exported forecaster. Needs a Python: the one that the environment variable PYTHON
// names, or python3.

import { Forecaster } from "@elman/elman";
import { encodeSeries } from "../../tasks/forecasting/encoded_series.ts";
import { forecastBatch } from "../../tasks/forecasting/inference.ts";
import { inputProgram } from "../../tasks/forecasting/input_program.ts";
import { readWindows } from "../../tasks/forecasting/windows.ts";
import { timeAfter } from "../../tasks/data/series/mod.ts";
import { withCovariates } from "../tasks/forecasting/series.ts";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { HAS_PYTHON, runPython } from "./python.ts";

const SCRIPT = `import json, math, sys, datetime, forecast_inputs as own
given = json.load(sys.stdin)
epoch = datetime.datetime(1970, 1, 1)
for one in given["series"]:
    one["times"] = [epoch + datetime.timedelta(milliseconds=time) for time in one["times"]]
    for name in {"known", "observed"} & set(one):
        one[name] = [[math.nan if x is None else x for x in column] for column in one[name]]
inputs, scales = own.inputs(given["series"])
print(json.dumps([inputs, own.point(given["outputs"], scales)]))`;

/** Scalings and distributions; a factor of counts, of which large ones are approximated. */
const CASES = [
  ["deviation", "quantiles", 1],
  ["log", "normal", 1],
  ["mean", "student-t", 1],
  ["none", "quantiles", 1],
  ["mean", "negative-binomial", 1],
  ["mean", "negative-binomial", 100],
] as const;

async function run(folder: string, given: unknown): Promise<[Record<string, unknown[]>, number[][]]> {
  return await runPython(folder, SCRIPT, given) as [Record<string, unknown[]>, number[][]];
}

Deno.test(
  { name: "the program in Python computes a forecaster's inputs and forecasts", ignore: !HAS_PYTHON },
  async () => {
    const folder = await Deno.makeTempDir();
    const horizon = 4;
    const set = withCovariates(60, horizon);
    for (const [scaling, distribution, factor] of CASES) {
      for (const [window, length] of [[5, 60], [3, 60], [5, 9], [20, 60]]) {
        const suited = (value: number): number =>
          distribution === "negative-binomial" ? Math.round(factor * Math.abs(value)) : Math.abs(value) + 1;
        const data = { ...set, series: set.series.map((one) => ({ ...one, values: one.values.map(suited) })) };
        const positive = data.series.map((one) => ({ ...one, values: one.values.subarray(0, length) }));
        const own = { ...set, series: positive };
        const shape = { horizon, hidden: 4, window, step: 4, season: 8 };
        const model = Forecaster.create({ data, ...shape, scaling, distribution });
        const { processor } = model.processors;
        const source = { series: encodeSeries(own, processor, horizon), shape: model.config, processor };
        const origins = own.series.map(({ values }, series) => ({ series, at: values.length }));
        const { size: _, steps: _steps, statics, scales: _scales, ...batch } = readWindows(
          source.series,
          origins,
          model.config,
          processor,
        );
        const outputs = forecastBatch(model.network, source, origins).map(({ outputs }) => [...outputs]);
        const series = own.series.map(({ values, known, observed, statics, start }) => ({
          values: Array.from(values, (value) => Number.isNaN(value) ? null : value),
          known: known!.map((column) => [...column].slice(0, length + horizon)),
          observed: observed!.map((column) => [...column].slice(0, length)),
          statics,
          times: Array.from({ length: length + horizon }, (_, t) => timeAfter(start!, set.frequency!, t)),
        }));
        await Deno.writeTextFile(`${folder}/forecast_inputs.py`, inputProgram(model.config, processor));
        const [inputs, forecasts] = await run(folder, { series, outputs });
        assertEquals(Object.keys(inputs), ["inputs", "lengths", "values", "naive", "ahead", "static_0"]);
        for (const [name, expected] of Object.entries({ ...batch, static_0: statics[0] })) {
          const found = inputs[name].flat(3) as number[];
          assertEquals(found.length, expected.length, name);
          expected.forEach((value, i) => assertAlmostEquals(found[i], value, 1e-5, `${name}[${i}], ${scaling}`));
        }
        const medians = (await model.forecast(own)).flatMap(({ median }) => [...median]);
        forecasts.flat().forEach((value, i) => assertAlmostEquals(value, medians[i], 1e-4));
      }
    }
    await Deno.remove(folder, { recursive: true });
  },
);

Deno.test(
  {
    name: "a covariate that a series lacks, or of which a value is NaN, is missing in Python too",
    ignore: !HAS_PYTHON,
  },
  async () => {
    const folder = await Deno.makeTempDir();
    const [length, horizon] = [30, 4];
    const set = withCovariates(length, horizon);
    const model = Forecaster.create({ data: set, horizon, hidden: 4, window: 3, step: 4, season: 8 });
    const { processor } = model.processors;
    const [first, { id, values, start }] = set.series;
    first.known![0][length + 1] = NaN;
    first.observed![0][length - 2] = NaN;
    const own = { ...set, series: [first, { id, values, start }] };
    const origins = own.series.map((_, series) => ({ series, at: length }));
    const expected = readWindows(encodeSeries(own, processor, horizon), origins, model.config, processor);
    const series = own.series.map(({ values, known, observed, statics, start }) => ({
      values: [...values],
      ...known &&
        { known: known.map((column) => [...column]), observed: observed!.map((column) => [...column]), statics },
      times: Array.from({ length: length + horizon }, (_, t) => timeAfter(start!, set.frequency!, t)),
    }));
    await Deno.writeTextFile(`${folder}/forecast_inputs.py`, inputProgram(model.config, processor));
    const [found] = await run(folder, { series, outputs: [] });
    for (const name of ["inputs", "ahead"] as const) {
      const own = found[name].flat(3) as number[];
      assertEquals(own.length, expected[name].length);
      expected[name].forEach((value, i) => assertAlmostEquals(own[i], value, 1e-5, `${name}[${i}]`));
    }
    assertEquals(found.static_0, [...expected.statics[0]]);
    await Deno.remove(folder, { recursive: true });
  },
);
