import { assertAlmostEquals, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import type { SeriesSet } from "../../../tasks/data/mod.ts";
import {
  comparisonTable,
  directions,
  forecastSimply,
  type Measured,
  measureSimpleMethods,
  verdict,
  withOwa,
} from "../../../tasks/forecasting/comparison.ts";

const NONE = { smape: NaN, mae: 1, rmse: 1, rse: 1, pinball: NaN, crps: NaN, coverage: NaN };
const measured = (name: string, mase: number): Measured => ({ ...NONE, name, mase });

function setOf(values: Float64Array): SeriesSet {
  const names = { targetName: "y", knownNames: [], observedNames: [], staticNames: [] };
  return { series: [{ id: "y", values, start: 0 }], period: 2, frequency: { unit: "day", count: 1 }, ...names };
}

Deno.test("the verdict recommends the network only if it is better by more than a percent", () => {
  const say = (mase: number): string =>
    verdict([measured("naive", 2), measured("drift", 1), measured("network", mase)]);
  assertEquals(say(0.9), "The network beats the best simple method, drift, by 10.0 % (MASE 0.9000 against 1.000).");
  assertEquals(
    say(0.995),
    "The network is as good as the simple method drift, 0.5 % better (MASE 0.9950 against 1.000); use --method drift, " +
      "which is simpler.",
  );
  assertEquals(
    say(1.5),
    "The network is 50.0 % worse than the simple method drift (MASE 1.500 against 1.000); use --method drift.",
  );
});

Deno.test("the verdict has no percentage of a simple method without errors", () => {
  const say = (mase: number): string => verdict([measured("naive", 0), measured("network", mase)]);
  assertEquals(
    say(1),
    "The network is worse than the simple method naive (MASE 1.000 against 0.000); use --method naive.",
  );
  assertStringIncludes(say(0), "is as good as the simple method naive (MASE 0.000 against 0.000)");
});

Deno.test("the mean absolute error decides if no series has a MASE", () => {
  const all = [{ ...measured("naive", NaN), mae: 3 }, { ...measured("network", NaN), mae: 6 }];
  assertEquals(verdict(all).includes("100.0 % worse"), true);
});

Deno.test("simple methods are fitted to what was known before the first forecast alone", () => {
  const values = Float64Array.from({ length: 40 }, (_, t) => t % 2 + t / 10);
  const places = [{ series: 0, at: 30 }];
  const options = { horizon: 2, probabilities: [0.1, 0.9] };
  const before = measureSimpleMethods(setOf(values), places, options);
  const changed = values.map((value, t) => t < 32 ? value : 1000);
  assertEquals(measureSimpleMethods(setOf(changed), places, options), before);
  assertEquals(before.map(({ name }) => name).slice(0, 2), ["naive", "seasonal-naive"]);
});

Deno.test("a simple method forecasts what follows, with times", () => {
  const set = setOf(Float64Array.of(1, 5, 2, 6, 3, 7));
  const [{ median, start }] = forecastSimply(set, { method: "seasonal-naive", horizon: 3, probabilities: [0.5] });
  assertEquals([...median], [3, 7, 3]);
  assertEquals(start, 6 * 86_400_000);
  assertThrows(
    () => forecastSimply(set, { method: "linear", horizon: 3, probabilities: [0.5] }),
    RangeError,
    "naive, seasonal-naive, drift, found linear",
  );
});

Deno.test("a direction is right if forecast and value lie on the same side of the last value", () => {
  const set = setOf(Float64Array.of(1, 2, 3, 2));
  const places = [{ series: 0, at: 1 }, { series: 0, at: 2 }, { series: 0, at: 3 }];
  const forecasts = [1.5, 1, 1].map((value) => ({ median: Float64Array.of(value) }));
  assertEquals(directions(set, places, forecasts), { right: 2 / 3, rises: 2 / 3 });
});

Deno.test("the table aligns figures, and shows those that do not exist as dashes", () => {
  const rows = comparisonTable([measured("naive", 1.23456), measured("network", 12)], [0.5]);
  assertEquals(rows, [
    "         sMAPE   MASE    MAE   RMSE",
    "naive        -  1.235  1.000  1.000",
    "network      -  12.00  1.000  1.000",
  ]);
});

Deno.test("the overall weighted average is relative to naive 2, and absent if a history lacks values", () => {
  const set = { ...setOf(Float64Array.of(1, 2, 3, 5, 4, 6, 9)), period: 1 };
  const options = { horizon: 2, probabilities: [0.5] };
  const compare = (values: Float64Array): Measured[] => {
    const own = { ...set, series: [{ id: "y", values }] };
    const places = [{ series: 0, at: 5 }];
    return withOwa(own, places, measureSimpleMethods(own, places, options), options.horizon);
  };
  const found = compare(set.series[0].values);
  // Without a season, naive 2 is the naive method.
  const [naive, drift] = ["naive", "drift"].map((name) => found.find((own) => own.name === name)!);
  assertEquals(naive.owa, 1);
  assertAlmostEquals(drift.owa!, (drift.smape / naive.smape + drift.mase / naive.mase) / 2, 1e-12);
  assertStringIncludes(comparisonTable(found, [0.5])[0], "MASE     OWA");
  assertEquals(compare(set.series[0].values.with(2, NaN)).map(({ owa }) => owa), found.map(() => undefined));
});

Deno.test("the overall weighted average is absent if naive 2 divides by a seasonal index of 0", () => {
  // Closed on every third day, of which one is the last that is known.
  const values = Float64Array.from({ length: 40 }, (_, t) => t % 3 === 2 ? 0 : 5 + t % 3 + t * 37 % 11 / 10);
  const set = { ...setOf(values), period: 3 };
  const options = { horizon: 2, probabilities: [0.5] };
  const owaAt = (...at: number[]): (number | undefined)[] => {
    const places = at.map((at) => ({ series: 0, at }));
    return withOwa(set, places, measureSimpleMethods(set, places, options), options.horizon).map(({ owa }) => owa);
  };
  assertEquals(owaAt(34).every((owa) => owa !== undefined), true);
  assertEquals(new Set(owaAt(34, 36)), new Set([undefined]));
});
