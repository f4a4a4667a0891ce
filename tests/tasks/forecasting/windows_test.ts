import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { Series } from "../../../tasks/data/series/mod.ts";
import { TrainingOrigins, trainingSet, validationOrigins } from "../../../tasks/forecasting/corpus.ts";
import { encodeSeries } from "../../../tasks/forecasting/encoded_series.ts";
import { leastDraws } from "../../../tasks/forecasting/learning.ts";
import { SeriesProcessor } from "../../../tasks/forecasting/series_processor.ts";
import { suitShape } from "../../../tasks/forecasting/suited_options.ts";
import { type Origin, readTargets, readWindows, type WindowShape } from "../../../tasks/forecasting/windows.ts";
import { randomFloats } from "../../support/floats.ts";
import { seasonal, setOf, withCovariates } from "./series.ts";

const SHAPE: WindowShape = { step: 8, window: 3, season: 8, horizon: 6, scaling: "deviation" };

Deno.test("no input depends on values after the origin, nor on past covariates there; targets do", () => {
  const set = withCovariates(90, 6);
  const processor = SeriesProcessor.of(set);
  const changed = (at: number): Series[] =>
    set.series.map((series) => ({
      ...series,
      values: series.values.map((value, t) => t < at ? value : t % 2 === 0 ? NaN : 1000 + t),
      observed: series.observed!.map((values) => values.map((value, t) => t < at ? value : 1e6)),
      known: series.known!.map((values) => values.map((value, t) => t < at + SHAPE.horizon ? value : 1e6)),
    }));
  for (const at of [1, 7, 24, 50, 84]) {
    const read = (series: readonly Series[]) => {
      const encoded = encodeSeries({ ...set, series }, processor, SHAPE.horizon);
      const origins = [{ series: 0, at }, { series: 1, at }];
      const batch = readWindows(encoded, origins, SHAPE, processor);
      return { batch, targets: readTargets(encoded, origins, SHAPE, batch.scales) };
    };
    const [before, after] = [read(set.series), read(changed(at))];
    assertEquals(after.batch, before.batch, `at ${at}`);
    assertNotEquals(after.targets, before.targets, `at ${at}`);
    const past = read(changed(at - 1));
    assertNotEquals(past.batch, before.batch, "the detector sees a change before the origin");
  }
});

Deno.test("nothing that is learned from the training part depends on what validation forecasts", () => {
  const set = withCovariates(120, 0);
  const spoiled = {
    ...set,
    series: set.series.map((series) => ({
      ...series,
      values: series.values.map((value, t) => t < 100 ? value : 1e6),
      observed: series.observed!.map((values) => values.map((value, t) => t < 100 ? value : 1e6)),
    })),
  };
  const learned = (data: typeof set) => {
    const train = trainingSet({ set: data, valid: 20 }, 6);
    return { processor: SeriesProcessor.of(train).config, shape: suitShape(train, 6) };
  };
  assertEquals(learned(spoiled), learned(set));
});

Deno.test("training windows end before the validation part begins, and validation windows fill it", () => {
  const { series } = setOf([seasonal("long", 100), seasonal("short", 30)]);
  const options = { horizon: 6, width: 24, valid: 10 };
  const found = new TrainingOrigins(series, options);
  const train = Array.from({ length: found.length }, (_, window) => found.origin(window));
  const valid = validationOrigins(series, options);
  const places = (origins: readonly Origin[], at: number): number[] =>
    origins.filter(({ series }) => series === at).map(({ at }) => at);
  assertEquals([places(train, 0)[0], places(train, 0).at(-1)], [24, 84]);
  assertEquals([places(train, 1)[0], places(train, 1).at(-1)], [7, 14], "half of a short series is enough");
  assertEquals(places(valid, 0), [90, 91, 92, 93, 94]);
  assertEquals(places(valid, 1), [20, 21, 22, 23, 24]);
});

Deno.test("windows without values before or after them are left out, and series without windows skipped", () => {
  const values = Float64Array.of(1, 2, 3, NaN, NaN, NaN, 7, 8);
  const series = [{ values: Float64Array.of(1) }, { values }, { values: Float64Array.of(1) }, { values }];
  const found = new TrainingOrigins(series, { horizon: 1, width: 2, valid: 0 });
  const train = Array.from({ length: found.length }, (_, window) => found.origin(window));
  assertEquals(train.map(({ series, at }) => [series, at]), [[1, 2], [1, 7], [3, 2], [3, 7]]);
});

Deno.test("the least draws are those of a sort of all, also if few are wanted, or many are equal", () => {
  const draws = randomFloats(3, 5000, 0, 1);
  for (const own of [draws, draws.map((value) => Math.round(20 * value) / 21), draws.map((value) => 0.5 + value / 2)]) {
    const all = Int32Array.from(own.keys()).sort((a, b) => own[a] - own[b] || a - b);
    for (const count of [1, 7, 400, 4000, 5000]) assertEquals(leastDraws(own, count), all.slice(0, count));
  }
});

Deno.test("a window is scaled by its own mean and deviation, so a scaled and shifted series looks the same", () => {
  const own = seasonal("own", 60);
  const other = { id: "other", values: own.values.map((value) => 1000 * value - 7) };
  const set = setOf([own, other]);
  const processor = SeriesProcessor.of(set);
  const shape = SHAPE;
  const { values, naive, scales } = readWindows(
    encodeSeries(set, processor, 6),
    [{ series: 0, at: 60 }, { series: 1, at: 60 }],
    shape,
    processor,
  );
  const [a, b] = [values.subarray(0, 24), values.subarray(24)];
  a.forEach((value, i) => assert(Math.abs(value - b[i]) < 1e-4));
  const mean = a.reduce((sum, value) => sum + value, 0) / 24;
  assert(Math.abs(mean) < 1e-6);
  const { shift, scale } = scales[1];
  naive.subarray(6).forEach((value, h) => assert(Math.abs(value * scale + shift - other.values[52 + h]) < 1e-2));
});

Deno.test("missing values take those of a season before, and masks say which they are", () => {
  const own = seasonal("own", 24, { noise: 0 });
  const values = own.values.map((value, t) => t === 20 || t === 2 ? NaN : value);
  const set = setOf([{ id: "gaps", values }]);
  const processor = SeriesProcessor.of(set);
  const batch = readWindows(encodeSeries(set, processor, 6), [{ series: 0, at: 24 }], SHAPE, processor);
  assertEquals(batch.values[20], batch.values[12]);
  assertEquals(batch.values[2], batch.values[1], "no season before: the last value");
  const masks = [0, 1, 2].map((t) => [...batch.inputs.subarray(t * 17 + 8, t * 17 + 16)]);
  assertEquals(masks.map((mask) => mask.indexOf(0)), [2, -1, 4]);
});

Deno.test("a constant window has a scale, and a window that starts with its series has fewer steps", () => {
  const set = setOf([{ id: "flat", values: new Float64Array(40).fill(5) }, {
    id: "new",
    values: Float64Array.of(1, 2),
  }]);
  const processor = SeriesProcessor.of(set);
  const origins = [{ series: 0, at: 40 }, { series: 1, at: 2 }];
  const { lengths, scales, values, naive } = readWindows(encodeSeries(set, processor, 6), origins, SHAPE, processor);
  assertEquals([...lengths], [3, 1]);
  assertEquals(scales[0], { shift: 5, scale: 5 });
  assertEquals([...values.subarray(24, 46)], new Array(22).fill(0));
  assertEquals([...naive.subarray(6)], new Array(6).fill(1), "the last value, since there is no season");
});
