import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { SeriesSet } from "../../../tasks/data/mod.ts";
import {
  drift,
  fitSimpleMethods,
  LinearForecast,
  naive,
  naive2,
  seasonalNaive,
} from "../../../tasks/forecasting/simple/mod.ts";
import { solveRidge } from "../../../tasks/forecasting/simple/ridge.ts";

const of = (...values: number[]): Float64Array => Float64Array.from(values);

/** Noise between -0.5 and 0.5 that is always the same. */
function noise(length: number): Float64Array {
  let state = 1;
  return Float64Array.from({ length }, () => (state = state * 16807 % 2147483647) / 2147483647 - 0.5);
}

function setOf(series: Float64Array[], period: number): SeriesSet {
  const names = { targetName: "y", knownNames: [], observedNames: [], staticNames: [] };
  return { series: series.map((values, i) => ({ id: `s${i}`, values })), period, ...names };
}

Deno.test("naive methods repeat the last value or season, and pass over missing values", () => {
  assertEquals(naive(of(1, 2, NaN), 2), of(2, 2));
  assertEquals(seasonalNaive(of(1, 2, 3, 4, NaN, 6), 5, 3), of(4, 2, 6, 4, 2));
  assertEquals(seasonalNaive(of(7), 2, 3), of(7, 7));
  assertEquals(drift(of(1, 5, 3), 2), of(4, 5));
  assertEquals(drift(of(1, 5, 3, NaN), 1), of(5));
});

Deno.test("naive 2 keeps a season and its level", () => {
  const season = [0.5, 1.5, 1];
  const values = Float64Array.from({ length: 30 }, (_, t) => (100 + t) * season[t % 3]);
  const forecast = naive2(values, 3, 3);
  forecast.forEach((value, h) => assertAlmostEquals(value, 129 * season[h % 3], 2));
  assertEquals(naive2(noise(30), 2, 12), naive(noise(30), 2));
});

Deno.test("ridge regression solves its normal equations", () => {
  const [gram, products] = [of(4, 0, 2, 3), of(1, 2, 3, 4)];
  const x = solveRidge(gram.slice(), products.slice(), 2, 0);
  // The matrix is symmetric; its lower triangle counts.
  assertAlmostEquals(4 * x[0] + 2 * x[2], 1);
  assertAlmostEquals(2 * x[0] + 3 * x[2], 3);
  assertAlmostEquals(4 * x[1] + 2 * x[3], 2);
  assertAlmostEquals(2 * x[1] + 3 * x[3], 4);
  const shrunk = solveRidge(gram.slice(), products.slice(), 2, 1e9);
  assert(shrunk.every((weight) => Math.abs(weight) < 1e-6));
});

Deno.test("a linear model learns what repeating a season misses, at any scale", () => {
  // The sum of two seasons of different lengths.
  const wave = (t: number): number => Math.sin(2 * Math.PI * t / 4) + Math.sin(2 * Math.PI * t / 7);
  const histories = [1, 1000].map((scale) => Float64Array.from({ length: 150 }, (_, t) => scale * (5 + wave(t))));
  const linear = LinearForecast.fit(histories, { window: 28, horizon: 3, period: 4 })!;
  for (const [i, scale] of [1, 1000].entries()) {
    const errors = linear.forecast(histories[i]).map((value, h) =>
      Math.abs(value - scale * (5 + wave(150 + h))) / scale
    );
    const repeated = seasonalNaive(histories[i], 3, 4).map((value, h) =>
      Math.abs(value - scale * (5 + wave(150 + h))) / scale
    );
    assert(Math.max(...errors) < Math.max(...repeated) / 5, `${errors} ${repeated}`);
  }
  assertEquals(LinearForecast.fit([of(1, 2, 3)], { window: 2, horizon: 1, period: 1 }), undefined);
});

Deno.test("a missing value changes neither the windows nor the forecast of a linear model much", () => {
  const values = Float64Array.from({ length: 100 }, (_, t) => Math.sin(t));
  values[50] = NaN;
  const forecast = LinearForecast.fit([values], { window: 10, horizon: 2, period: 1 })!.forecast(values);
  assert(forecast.every((value) => Number.isFinite(value)));
});

Deno.test("intervals of simple methods cover their share, and short series borrow from others", () => {
  const values = noise(400);
  const [method] = fitSimpleMethods(setOf([values.subarray(0, 300), of(1, 1.2, 0.9)], 1), {
    horizon: 1,
    probabilities: [0.1, 0.9],
  });
  assertEquals(method.name, "naive");
  let inside = 0;
  for (let at = 300; at < 400; at++) {
    const [low, high] = method.forecast("s0", values.subarray(0, at)).values;
    if (low[0] <= values[at] && values[at] <= high[0]) inside++;
  }
  assert(inside > 65 && inside < 95, String(inside));
  const [low, high] = method.forecast("s1", of(1, 1.2, 0.9)).values;
  assert(low[0] < 0.9 && high[0] > 0.9);
});

Deno.test("methods that suit neither the period nor the lengths are left out", () => {
  const names = (set: SeriesSet): string[] =>
    fitSimpleMethods(set, { horizon: 2, probabilities: [0.5] }).map(({ name }) => name);
  assertEquals(names(setOf([noise(5)], 1)), ["naive", "drift"]);
  const hours = { ...setOf([noise(700)], 24), frequency: { unit: "hour", count: 1 } } as const;
  assertEquals(names(hours), ["naive", "seasonal-naive", "week-before", "drift", "linear"]);
});
