import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Forecaster } from "../../../tasks/forecasting/model.ts";
import { seasonal, setOf, withCovariates } from "./series.ts";

const HOURS = { frequency: { unit: "hour", count: 1 } } as const;

const SERIES = seasonal("a", 120);
const SET = setOf([SERIES]);
const forecaster = Forecaster.create({ data: SET, horizon: 4, hidden: 6, window: 3 });
await forecaster.fit({ set: SET, valid: 20 }, { epochs: 4, batch: 16, learningRate: 0.01 });

Deno.test("a stream expects of each value what a forecast from the values before gives", async () => {
  const stream = forecaster.stream({ ...SERIES, values: SERIES.values.subarray(0, 100) });
  for (let t = 100; t < 104; t++) {
    const before = setOf([{ ...SERIES, values: SERIES.values.subarray(0, t) }]);
    const [{ median, values }] = await forecaster.forecast(before);
    const { expected, lower, upper } = stream.observe(SERIES.values[t]);
    assertEquals([lower, expected, upper], [values[0][0], median[0], values[2][0]]);
  }
});

Deno.test("an unexpected value scores higher than an expected one, on both sides", () => {
  const at = (value: number) => forecaster.stream(SERIES).observe(value);
  const { expected, upper, lower } = at(NaN);
  const scores = [expected, upper, upper + 10 * (upper - expected), lower - 10].map((value) => at(value).score);
  assertAlmostEquals(scores[0], 0, 1e-6);
  assertAlmostEquals(scores[1], -Math.log10(0.2), 1e-6);
  assert(scores[2] > 3 && scores[3] > 1, `${scores}`);
  assert(Number.isNaN(at(NaN).score), "a missing value has no score");
});

Deno.test("a stream keeps one window, whatever it has read", () => {
  const stream = forecaster.stream();
  for (let t = 0; t < 60; t++) stream.observe(SERIES.values[t]);
  assertEquals(stream.series.values, SERIES.values.slice(60 - forecaster.width, 60));
});

Deno.test("a forecaster's own stream begins empty, and the first value has no expectation", () => {
  const other = Forecaster.create({ data: SET, horizon: 4, hidden: 6, window: 3 });
  assert(Number.isNaN(other.observe(3).expected));
  assertAlmostEquals(other.observe(4).expected, 3, 1e-6);
});

Deno.test("streams refuse infinite values and models with covariates", () => {
  assertThrows(
    () => forecaster.stream().observe(Infinity),
    RangeError,
    "expected a finite number or NaN, found Infinity",
  );
  const data = withCovariates(60, 0);
  assertThrows(() => Forecaster.create({ data, horizon: 4 }).stream(), RangeError, "found promo, price, region");
});

Deno.test("a forecaster that has learned the calendar needs times of series and streams", async () => {
  const dated = { ...SERIES, start: Date.UTC(2024, 0, 1) };
  const model = Forecaster.create({ data: setOf([dated], HOURS), horizon: 4, hidden: 6, window: 3 });
  const expected = "expected times, as in training, found none";
  await assertRejects(
    () => model.forecast(setOf([SERIES], HOURS)),
    RangeError,
    `forecast: ${expected} in the series "a"`,
  );
  await assertRejects(() => model.backtest(setOf([SERIES], HOURS)), RangeError, `backtest: ${expected}`);
  assertThrows(() => model.stream(SERIES), RangeError, `follow a series: ${expected}`);
  assertThrows(() => model.observe(1), RangeError, `observe: ${expected}; stream({ start })`);
  const [{ median }] = await model.forecast(setOf([dated], HOURS));
  assertEquals(model.stream(dated).observe(NaN).expected, median[0]);
  const begun = model.stream({ start: dated.start });
  begun.observe(SERIES.values[0]);
  assertEquals(begun.series.start, dated.start);
});
