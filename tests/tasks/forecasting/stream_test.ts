import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Forecaster } from "../../../tasks/forecasting/model.ts";
import { seasonal, setOf, withCovariates } from "./series.ts";

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
