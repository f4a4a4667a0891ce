import { assert, assertEquals } from "@std/assert";
import { axisTicks, formatTick } from "../../../tasks/forecasting/axis_ticks.ts";
import { drawPanels, residualPanel, seriesPanel } from "../../../tasks/forecasting/drawing.ts";
import { readSeriesText } from "../../../tasks/data/series/mod.ts";
import { forecastSimply } from "../../../tasks/forecasting/comparison.ts";
import { forecastFields, forecastTable } from "../../../tasks/forecasting/forecast_table.ts";
import { Forecaster } from "../../../tasks/forecasting/model.ts";

const of = (...values: number[]): Float64Array => Float64Array.from(values);
const NAMES = { targetName: "y", knownNames: [], observedNames: [], staticNames: [] };
const DAYS = { unit: "day", count: 1 } as const;
const SERIES = { id: "a <b>", values: of(1, 2, NaN, 4, 5), start: Date.parse("2024-01-01") };
const FORECAST = { quantiles: [0.1, 0.5, 0.9], median: of(6, 7), values: [of(5, 5), of(6, 7), of(8, 9)] };

Deno.test("a panel has a line with gaps, a fan, a median and times", () => {
  const set = { series: [SERIES], period: 1, frequency: DAYS, ...NAMES };
  const picture = drawPanels([seriesPanel(set, SERIES, [{ ...FORECAST, at: 5 }])]);
  assertEquals([...picture.matchAll(/<polygon/g)].length, 1);
  const [history, median] = [...picture.matchAll(/ d="([^"]*)"/g)].map(([, path]) => path);
  assertEquals(history.replaceAll(/[^ML]/g, ""), "MLML");
  assertEquals(median.replaceAll(/[^ML]/g, ""), "ML");
  assert(picture.includes("a &lt;b>") && picture.includes("2024-01-07") && picture.includes("80 % interval"));
});

Deno.test("a value between gaps is a dot, and the band of a single step has a width", () => {
  const series = { id: "a", values: of(1, NaN, 3, NaN) };
  const set = { series: [series], period: 1, ...NAMES };
  const picture = drawPanels([
    seriesPanel(set, series, [{ at: 4, quantiles: [0.1, 0.9], median: of(6), values: [of(5), of(8)] }]),
  ]);
  const [history, median] = [...picture.matchAll(/ d="([^"]*)"/g)].map(([, path]) => path);
  assertEquals([history, median].map((path) => path.replaceAll(/[^MLh]/g, "")), ["MhMh", "Mh"]);
  const [, points] = /<polygon points="([^"]*)"/.exec(picture)!;
  const [high, , , low] = points.split(" ").map((point) => point.split(",").map(Number));
  assertEquals([new Set(points.split(" ")).size, high[0] === low[0], high[1] < low[1]], [4, true, true]);
});

Deno.test("residuals are values less the median, with the interval around zero", () => {
  const set = { series: [SERIES], period: 1, ...NAMES };
  const { values, forecasts: [{ median, values: quantiles }] } = residualPanel(
    seriesPanel(set, SERIES, [{ ...FORECAST, at: 3 }]),
  );
  assertEquals(values, of(NaN, NaN, NaN, -2, -2));
  assertEquals([median, quantiles[0], quantiles[2]], [of(0, 0), of(-1, -2), of(2, 2)]);
});

Deno.test("ticks are round numbers within the range", () => {
  const ticks = (low: number, high: number): string[] =>
    axisTicks(low, high).map((tick, _, all) => formatTick(tick, all));
  assertEquals(ticks(3.2, 17.9), ["5", "10", "15"]);
  assertEquals(ticks(-0.003, 0.0021), ["-0.002", "0", "0.002"]);
  assertEquals(ticks(5, 5), ["5"]);
});

Deno.test("the table of forecasts has a row for each step, with times or numbers", () => {
  const forecast = { id: 'a,"b"', start: Date.parse("2024-01-06"), ...FORECAST };
  assertEquals(
    forecastTable([forecast], { frequency: DAYS }),
    'series,time,forecast,0.1,0.5,0.9\n"a,""b""",2024-01-06,6,5,6,8\n"a,""b""",2024-01-07,7,5,7,9\n',
  );
  const numbered = { ...FORECAST, id: "x", numbering: { first: 61, step: 2 } };
  assertEquals(forecastTable([numbered], {}).split("\n")[2], "x,63,7,5,7,9");
  assertEquals(forecastFields(numbered, {}).start, "61");
});

Deno.test("without times, a forecast has the numbers that follow those of the series", async () => {
  const numbers = async (content: string): Promise<unknown> => {
    const { set } = readSeriesText("a.csv", content);
    const forecaster = Forecaster.create({ data: set, horizon: 2, hidden: 2 });
    const forecasts = [
      ...await forecaster.forecast(set),
      ...forecastSimply(set, { method: "naive", horizon: 2, probabilities: [0.5] }),
      ...(await forecaster.backtest(set, { folds: 2 })).map(({ forecast }) => forecast),
    ];
    return forecasts.map((forecast) => forecastFields(forecast, set).start);
  };
  const values = (first: string): string => Array.from({ length: 10 }, (_, i) => `${first}${i % 3}\n`).join("");
  assertEquals(await numbers(`y\n${values("")}`), ["11", "11", "7", "9"]);
  assertEquals(await numbers(`note;z\na;\na;\n${values("a;")}`), ["13", "13", "9", "11"]);
  const rows = Array.from({ length: 10 }, (_, i) => `${100 + 5 * i},${i % 3}\n`).join("");
  assertEquals(await numbers(`step,y\n${rows}`), ["150", "150", "130", "140"]);
});

Deno.test("labels of an axis differ, however large the values or small the steps", () => {
  for (const [low, high] of [[12.3e6, 12.9e6], [1.2e9, 1.25e9], [1 - 2e-6, 1 + 2e-6], [0, 1e8]]) {
    const ticks = axisTicks(low, high);
    const labels = ticks.map((tick) => formatTick(tick, ticks));
    assertEquals(new Set(labels).size, ticks.length, labels.join(" "));
    const step = ticks[1] - ticks[0];
    ticks.forEach((tick, i) => assert(Math.abs(Number(labels[i]) - tick) < step / 2, labels[i]));
  }
});

Deno.test("a table has the digits before the point, and three decimals of large values", () => {
  const row = (value: number): string => {
    const forecast = {
      id: "a",
      median: Float64Array.of(value),
      quantiles: [],
      values: [],
      numbering: { first: 1, step: 1 },
    };
    return forecastTable([forecast], {}).trim().split(",").at(-1)!;
  };
  assertEquals([12345678.25, 1234567890.5, 0.123456789, -12345678].map(row), [
    "12345678.25",
    "1234567890.5",
    "0.1234568",
    "-12345678",
  ]);
});
