import { assertAlmostEquals, assertEquals } from "@std/assert";
import { measure, owa } from "../../../tasks/forecasting/measures.ts";

const of = (...values: number[]): Float64Array => Float64Array.from(values);

Deno.test("sMAPE and MASE are means over series of means over the horizon, as in M4", () => {
  const outcomes = [
    { history: of(1, 3, 2, 5), actual: of(4, 8), forecast: of(2, 8) },
    { history: of(10, 10, 11, 12), actual: of(10, NaN), forecast: of(30, 1) },
  ];
  const { smape, mase } = measure(outcomes, { period: 2, probabilities: [] });
  // Series 1: 200 * 2 / 6 / 2, and an error of 1 over a seasonal one of 1.5; series 2: 200 * 20 / 40, and 20 over 1.5.
  assertAlmostEquals(smape, (200 / 6 + 100) / 2);
  assertAlmostEquals(mase, (1 / 1.5 + 20 / 1.5) / 2);
});

Deno.test("other measures are means over all values", () => {
  const outcomes = [
    { history: of(0), actual: of(1, 2), forecast: of(1, 4) },
    { history: of(0), actual: of(6), forecast: of(5) },
  ];
  const { mae, rmse, rse } = measure(outcomes, { period: 1, probabilities: [] });
  assertAlmostEquals(mae, 1);
  assertAlmostEquals(rmse, Math.sqrt(5 / 3));
  assertAlmostEquals(rse, Math.sqrt(5 / 14));
});

Deno.test("a series that never changed has no MASE, and does not count for it", () => {
  const constant = { history: of(2, 2, 2), actual: of(3), forecast: of(2) };
  assertEquals(measure([constant], { period: 1, probabilities: [] }).mase, NaN);
  const other = { history: of(1, 2), actual: of(3), forecast: of(2) };
  assertEquals(measure([constant, other], { period: 1, probabilities: [] }).mase, 1);
});

Deno.test("pinball loss, CRPS and coverage follow from the quantiles", () => {
  const outcome = {
    history: of(0, 1),
    actual: of(5, 20, NaN),
    forecast: of(6, 6, 6),
    quantiles: [of(2, 2, 2), of(6, 6, 6), of(10, 10, 10)],
  };
  const { pinball, crps, coverage } = measure([outcome], { period: 1, probabilities: [0.1, 0.5, 0.9] });
  const losses = [(0.1 * 3 + 0.1 * 18) / 2, (0.5 * 1 + 0.5 * 14) / 2, (0.1 * 5 + 0.9 * 10) / 2];
  assertAlmostEquals(pinball, (losses[0] + losses[1] + losses[2]) / 3);
  // Twice the area of trapezoids with zeros at both ends.
  const area = 0.1 * losses[0] / 2 + 0.4 * (losses[0] + losses[1]) / 2 + 0.4 * (losses[1] + losses[2]) / 2 +
    0.1 * losses[2] / 2;
  assertAlmostEquals(crps, 2 * area);
  assertEquals(coverage, 0.5);
});

Deno.test("OWA is 1 for the reference and a mean of ratios", () => {
  const reference = measure([{ history: of(1, 2), actual: of(4), forecast: of(2) }], { period: 1, probabilities: [] });
  assertEquals(owa(reference, reference), 1);
  assertAlmostEquals(owa({ ...reference, smape: reference.smape / 2 }, reference), 0.75);
});

Deno.test("the CRPS of the median alone is the absolute error", () => {
  const outcome = { history: of(0, 1), actual: of(5, 20), forecast: of(6, 6), quantiles: [of(6, 6)] };
  const { crps, mae } = measure([outcome], { period: 1, probabilities: [0.5] });
  assertAlmostEquals(crps, mae);
});
