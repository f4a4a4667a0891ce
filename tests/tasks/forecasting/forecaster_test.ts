import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { initialiseConstant, training } from "../../../src/nn/mod.ts";
import { cutSeries, type Series, type SeriesSet } from "../../../tasks/data/series/mod.ts";
import { fitCorrection } from "../../../tasks/forecasting/calibration.ts";
import { DISTRIBUTIONS } from "../../../tasks/forecasting/distributions/mod.ts";
import { encodeSeries } from "../../../tasks/forecasting/encoded_series.ts";
import { forecastBatch } from "../../../tasks/forecasting/inference.ts";
import { ForecastLearning } from "../../../tasks/forecasting/learning.ts";
import { Forecaster } from "../../../tasks/forecasting/model.ts";
import { measureScale } from "../../../tasks/forecasting/scaling.ts";
import { readNaive } from "../../../tasks/forecasting/windows.ts";
import { inTempDir } from "../../support/command.ts";
import { seededRandom } from "../../support/random.ts";
import { stopAfter } from "../../support/stopped_run.ts";
import { seasonal, setOf, withCovariates } from "./series.ts";

const SET = setOf([seasonal("a", 90), seasonal("b", 70, { level: 1000, seed: 2 }), seasonal("c", 40, { seed: 3 })]);
const SMALL = { horizon: 6, hidden: 6, window: 3, dropout: 0 };
const FIT = { epochs: 2, batch: 16, learningRate: 0.02, linearRate: 1 };

/** Trains a small model, so that no part of it is zero. */
async function trained(data: SeriesSet, options: object = {}): Promise<Forecaster> {
  const forecaster = Forecaster.create({ data, ...SMALL, ...options });
  await forecaster.fit({ set: data, valid: 12 }, FIT);
  return forecaster;
}

Deno.test("an untrained forecaster repeats the season before, or the last value", async () => {
  for (const season of [8, 1]) {
    const forecaster = Forecaster.create({ data: SET, ...SMALL, season });
    const forecasts = await forecaster.forecast(SET);
    forecasts.forEach(({ median }, i) => {
      const { values } = SET.series[i];
      median.forEach((value, h) => {
        const expected = values[values.length - season + h % season];
        assertAlmostEquals(value, expected, 1e-4 * Math.abs(expected));
      });
    });
  }
});

Deno.test("a series' forecast does not depend on the others in the set, bit for bit", async () => {
  const forecaster = await trained(SET);
  const all = await forecaster.forecast(SET);
  for (const [i, series] of SET.series.entries()) {
    assertEquals(await forecaster.forecast({ ...SET, series: [series] }), [all[i]]);
  }
});

Deno.test("the forecast of a scaled and shifted series is scaled and shifted", async () => {
  const forecaster = await trained(SET, { scaling: "deviation" });
  const moved = { ...SET, series: SET.series.map((s) => ({ ...s, values: s.values.map((v) => 8 * v - 100) })) };
  const [[own], [other]] = [await forecaster.forecast(SET), await forecaster.forecast(moved)];
  // One input tells the network how large the deviation is beside the level.
  other.median.forEach((value, h) => assert(Math.abs(value - (8 * own.median[h] - 100)) < 8));
});

Deno.test("a forecaster of logarithms is relative: positive, the same in any unit, and zero is no extreme", async () => {
  const forecaster = await trained(SET);
  assertEquals(forecaster.config.scaling, "log");
  const times = (factor: number): SeriesSet => ({
    ...SET,
    series: SET.series.map((s) => ({ ...s, values: s.values.map((v) => factor * v) })),
  });
  const [[own], [other]] = [await forecaster.forecast(SET), await forecaster.forecast(times(1024))];
  other.median.forEach((value, h) => assertAlmostEquals(value / 1024 / own.median[h], 1, 1e-4));
  const zeros = setOf([{ id: "z", values: SET.series[0].values.map((value, t) => t % 9 === 4 ? 0 : value) }]);
  const [{ values: [low, , high] }] = await forecaster.forecast(zeros);
  assert([...low, ...high].every((value) => value > 0 && value < 1000));
  await assertRejects(() => forecaster.forecast(times(-1)), RangeError, "create a model with scaling deviation");
});

Deno.test("a forecast has the quantiles asked for, in order, and begins after the series", async () => {
  const data = withCovariates(80, 6);
  const forecaster = await trained(data, { window: 2 });
  const quantiles = [0.02, 0.3, 0.5, 0.77, 0.95];
  const [{ start, values, median, id }] = await forecaster.forecast(data, { quantiles });
  assertEquals([id, start], ["s0", Date.UTC(2024, 0, 11)]);
  assertEquals(values[2], median);
  for (let h = 0; h < 6; h++) values.slice(1).forEach((value, q) => assert(value[h] >= values[q][h]));
});

Deno.test("every distribution learns, and its forecasts are finite", async () => {
  const counts = setOf(SET.series.map((s) => ({ ...s, values: s.values.map(Math.round) })));
  for (const distribution of DISTRIBUTIONS) {
    const forecaster = Forecaster.create({ data: counts, ...SMALL, distribution });
    const { epochs } = await forecaster.fit({ set: counts, valid: 12 }, { ...FIT, epochs: 4 });
    assert(epochs.at(-1)!.loss < epochs[0].loss, distribution);
    for (const { values } of await forecaster.forecast(counts)) {
      values.forEach((row) => assert(row.every(Number.isFinite), distribution));
    }
  }
});

Deno.test("the gradients of all parameters are those of finite differences, with covariates and two members", () => {
  const data = withCovariates(60, 6);
  const forecaster = Forecaster.create({ data, ...SMALL, window: 2, members: 2, distribution: "normal" });
  const { network, config, processors: { processor } } = forecaster;
  const series = encodeSeries(data, processor, 0);
  const origins = [{ series: 0, at: 20 }, { series: 1, at: 9 }];
  const train = { length: origins.length, origin: (window: number) => origins[window] };
  const source = { series, shape: config, processor, train, valid: [], ends: [60, 60] };
  const settings = { windows: 2, batch: 2, seed: 1, loss: "mae" };
  const learning = new ForecastLearning(network, source, config, settings as never);
  // The last layers begin at zero.
  for (const parameter of network.parameters()) {
    parameter.assign(parameter.toArray().map((value, i) => value + 0.1 * Math.sin(7 * i + 1)));
  }
  const loss = (): number => training(() => learning.batch(0, 0).loss().item());
  training(() => learning.batch(0, 0).loss().backward());
  for (const [name, parameter] of network.namedParameters()) {
    const [values, gradients] = [parameter.toArray(), parameter.gradients()];
    const norm = Math.hypot(...gradients);
    const eps = 2e-3;
    const moved = (sign: number): number => {
      parameter.assign(values.map((value, i) => value + sign * eps * gradients[i] / (norm || 1)));
      return loss();
    };
    const found = (moved(1) - moved(-1)) / (2 * eps);
    parameter.assign(values);
    assert(Math.abs(found - norm) < 2e-2 * norm + 1e-3, `${name}: ${found} instead of ${norm}`);
    assert(norm > 0, `${name} takes part`);
  }
});

Deno.test("what is known ahead, past covariates and static ones change the forecast", async () => {
  const data = withCovariates(80, 6);
  const forecaster = await trained(data, { window: 2 });
  const [expected] = await forecaster.forecast(data);
  const [first, second] = data.series;
  const changes = [
    { known: [first.known![0].map((value, t) => t < 80 ? value : 1 - value)] },
    { observed: [first.observed![0].map((value) => value + 1)] },
    { statics: second.statics },
    { start: first.start! + 86_400_000 / 2 },
  ];
  for (const change of changes) {
    const [found] = await forecaster.forecast({ ...data, series: [{ ...first, ...change }] });
    assertNotEquals(found.median, expected.median, Object.keys(change)[0]);
  }
  const series = [{ ...first, statics: ["nowhere"] }];
  assert((await forecaster.forecast({ ...data, series }))[0].median.every(Number.isFinite), "an unknown category");
});

Deno.test("of a random walk little but the last value is forecast, of a season all that was learned", async () => {
  const random = seededRandom(3);
  let level = 100;
  const walk = { id: "walk", values: Float64Array.from({ length: 300 }, () => level += random() - 0.5) };
  const correctionFor = async (series: Series, period: number): Promise<number> => {
    const data = setOf([series], { period });
    const forecaster = Forecaster.create({ data, horizon: 4, hidden: 4, season: 1 });
    await forecaster.fit(data, { epochs: 4, learningRate: 0.01 });
    return forecaster.config.correction;
  };
  const share = await correctionFor(walk, 1);
  assert(share < 0.5, `${share}`);
  assertEquals(await correctionFor(seasonal("season", 300), 8), 1);
});

Deno.test("a share of the correction is between the naive and the whole forecast", () => {
  const { network } = Forecaster.create({ data: SET, ...SMALL, members: 2 });
  for (const member of network.members) initialiseConstant(member.head.weight, 0.3);
  const { processors: { processor }, config } = Forecaster.create({ data: SET, ...SMALL });
  const series = encodeSeries(SET, processor, 0);
  const origins = [{ series: 0, at: 60 }, { series: 1, at: 50 }];
  const outputs = [0, 0.25, 1].map((correction) =>
    origins.map((origin) =>
      forecastBatch(network, { series, shape: config, processor, correction }, [origin])[0].outputs
    )
  );
  const naive = readNaive(series, origins, config);
  origins.forEach((_, b) => {
    const [none, quarter, all] = outputs.map((found) => found[b]);
    for (let h = 0; h < SMALL.horizon; h++) {
      assertAlmostEquals(none[h], naive[b * SMALL.horizon + h], 1e-6);
      assertAlmostEquals(quarter[h], 0.75 * none[h] + 0.25 * all[h], 1e-5);
      assertNotEquals(none[h], all[h]);
    }
    assertEquals(quarter.subarray(SMALL.horizon), all.subarray(SMALL.horizon)); // The distances stay.
  });
});

Deno.test("the share of the correction has the least loss of those that do not enlarge the squared error", () => {
  const shareOf = (loss: (share: number) => number, squared: (share: number) => number = loss) =>
    fitCorrection((share) => ({ loss: loss(share), squared: squared(share) })).share;
  assertEquals(shareOf((share) => Math.abs(share - 0.4)), 0.4);
  assertEquals(shareOf((share) => share), 0);
  assertEquals(shareOf((share) => -share), 1);
  assertEquals(shareOf(() => 2), 1);
  assertEquals(shareOf((share) => share, (share) => -share), 1);
  assertEquals(shareOf((share) => share, (share) => (share - 0.9) ** 2), 0.8);
});

Deno.test("a run that resumes after its best epoch ends with the calibration and the correction of a whole one", async () => {
  const data = { set: SET, valid: 12 };
  const options = { ...FIT, epochs: 4, learningRate: 0.5 };
  const make = (): Forecaster => Forecaster.create({ data: SET, ...SMALL });
  const whole = make();
  const { best } = await whole.fit(data, options);
  assert(best!.epoch < options.epochs && whole.config.calibration !== null);
  for (const load of [(directory: string) => Forecaster.load(directory), make]) {
    await inTempDir(async (directory) => {
      await stopAfter(best!.epoch, (signal) => make().fit(data, { ...options, directory, signal }));
      const model = await load(directory);
      await model.fit(data, { resume: directory });
      assertEquals(model.config, whole.config);
      assertEquals((await Forecaster.load(directory)).config, whole.config);
    });
  }
});

Deno.test("a run resumes only with a calibration and a correction that the forecaster can have", async () => {
  await inTempDir(async (directory) => {
    const data = { set: SET, valid: 12 };
    await Forecaster.create({ data: SET, ...SMALL }).fit(data, { ...FIT, epochs: 1, directory });
    const checkpoint = await Forecaster.loadCheckpoint(directory);
    const { snapshot, snapshot: { best } } = checkpoint;
    const model = Forecaster.create({ data: SET, ...SMALL });
    const bytes = model.toBytes();
    for (
      const [field, expected] of [
        [
          { correction: 2 },
          "restore training: expected correction to be a finite number of at least 0 and at most 1, found 2",
        ],
        [{ calibration: "wide" }, "restore training: expected calibration to be "],
        [{ calibration: [1] }, "restore training: expected a calibration of "],
      ] as const
    ) {
      const changed = { ...best!, measured: { ...best!.measured, ...field } };
      const damaged = { ...checkpoint, snapshot: { ...snapshot, best: changed } };
      await assertRejects(() => model.fit(data, { checkpoint: damaged, epochs: 2 }), RangeError, expected);
      assertEquals(model.toBytes(), bytes);
    }
  });
});

Deno.test("backtests forecast from what was known before, and evaluate measures them", async () => {
  const forecaster = await trained(SET);
  const backtests = await forecaster.backtest(SET, { folds: 3, every: 4 });
  assertEquals(backtests.slice(0, 3).map(({ at }) => at), [76, 80, 84]);
  const before = { ...SET, series: [cutSeries(SET.series[0], 80, 0)] };
  assertEquals((await forecaster.forecast(before))[0].median, backtests[1].forecast.median);
  const { mae, mase, coverage } = await forecaster.evaluate(SET, { folds: 3 });
  assert(mae > 0 && mase > 0 && coverage > 0 && coverage <= 1);
});

Deno.test("errors name what was expected and found", async () => {
  const forecaster = Forecaster.create({ data: SET, ...SMALL });
  const refused = (set: SeriesSet, words: string): Promise<unknown> =>
    assertRejects(async () => await forecaster.forecast(set), RangeError, words);
  await refused(setOf([]), "expected at least one series");
  await refused(
    setOf([{ id: "x", values: new Float64Array(3).fill(NaN) }]),
    "expected a value in x, found 3 missing values",
  );
  await refused(
    setOf([{ id: "x", values: Float64Array.of(1, Infinity) }]),
    "expected finite values in x, found Infinity",
  );
  await refused(withCovariates(60, 6), "expected the covariates known ahead of training, none, found promo");
  assertThrows(() => Forecaster.create({ data: SET, horizon: 0 }), RangeError, "expected horizon of at least 1");
  assertThrows(() => Forecaster.create({ data: {} as never, horizon: 2 }), TypeError, "expected a set of series");
  const counts = { distribution: "negative-binomial", scaling: "deviation" } as const;
  assertThrows(
    () => Forecaster.create({ data: SET, horizon: 2, ...counts }),
    RangeError,
    "expected scaling mean or none",
  );
  for (const wrong of [-1, 2.5]) {
    const data = setOf([{ id: "x", values: Float64Array.of(1, 2, wrong, 4, 5, 6, 7, 8) }]);
    assertThrows(
      () => Forecaster.create({ data, horizon: 2, distribution: "negative-binomial" }),
      RangeError,
      `expected counts, whole numbers of at least 0, in x, found ${wrong}`,
    );
  }
  const short = setOf([{ id: "x", values: Float64Array.of(1) }]);
  await assertRejects(
    async () => await forecaster.fit(short, FIT),
    RangeError,
    "expected a series of at least 2 values",
  );
  await assertRejects(
    async () => await Forecaster.create({ data: withCovariates(60, 0), ...SMALL }).forecast(withCovariates(60, 2)),
    RangeError,
    "expected 6 values of promo after the end of s0, found 2",
  );
});

Deno.test("a set of series that a saved forecaster could not have is refused before the training", () => {
  const create = (change: object): unknown => Forecaster.create({ data: { ...SET, ...change } as never, ...SMALL });
  const covariates = withCovariates(60, 6);
  const [series] = covariates.series;
  const withSeries = (change: object): unknown =>
    Forecaster.create({ data: { ...covariates, series: [{ ...series, ...change }] } as never, ...SMALL });
  const cases: [() => unknown, string][] = [
    [() => create({ period: 365.25 }), "expected period to be a whole number of at least 1, found 365.25"],
    [() => create({ period: undefined }), "expected period to be a whole number of at least 1, found none"],
    [() => create({ frequency: { unit: "fortnight", count: 1 } }), "expected frequency to be a unit and a count"],
    [() => create({ targetName: undefined }), "expected targetName to be a text, found none"],
    [() => create({ knownNames: undefined }), "expected knownNames to be a text or a list of texts, found none"],
    [() => withSeries({ known: undefined }), `expected 1 covariate of knownNames in ${series.id}, found 0`],
    [() => withSeries({ known: [Float64Array.of(1, 2)] }), `expected at least 60 values of promo of ${series.id}`],
    [() => withSeries({ known: [series.known![0].map(() => Infinity)] }), `expected finite values in promo of`],
    [() => withSeries({ known: [[1, 2]] }), `expected values of promo of ${series.id} as a Float64Array`],
    [() => withSeries({ statics: [7] }), `of ${series.id} to be a text, found 7`],
    [() => Forecaster.create(undefined as never), "expected a set of series"],
  ];
  for (const [make, words] of cases) assertThrows(make, Error, words);
});

Deno.test("a stream refuses a history that is no values, and a forecast quantiles that are no list", async () => {
  const forecaster = Forecaster.create({ data: SET, ...SMALL });
  for (const [values, words] of [[[1, 2], "as a Float64Array"], [Float64Array.of(1, Infinity), "found Infinity"]]) {
    assertThrows(() => forecaster.stream({ values } as never), Error, words as string);
  }
  assertEquals(forecaster.stream({ values: undefined }).series.values.length, 0);
  for (const quantiles of [0.5, null]) {
    await assertRejects(() => forecaster.forecast(SET, { quantiles } as never), TypeError, "quantiles to be a list");
  }
});

Deno.test("a forecast has its own list of quantiles", async () => {
  const forecaster = Forecaster.create({ data: SET, ...SMALL });
  const [{ quantiles }] = await forecaster.forecast(SET);
  (quantiles as number[]).reverse();
  assertEquals((await forecaster.forecast(SET))[0].quantiles, [0.1, 0.5, 0.9]);
});

Deno.test("the scale of a flat window does not depend on its unit", () => {
  const flat = new Float64Array(8).fill(1000);
  for (const factor of [1, 1024, 1 / 1024]) {
    const { scale } = measureScale(flat.map((value) => value * factor), "log");
    assertEquals(scale, 1);
  }
  const rising = Float64Array.from({ length: 40 }, (_, t) => 12_345_678 + 3 * t);
  assert(measureScale(rising, "log").scale < 1e-5);
});

Deno.test("a forecast of missing values alone is no backtest", async () => {
  const forecaster = Forecaster.create({ data: SET, ...SMALL });
  const [series] = SET.series;
  const gap = { ...series, values: series.values.map((value, t) => t >= 72 && t < 80 ? NaN : value) };
  const found = await forecaster.backtest(setOf([gap]), { folds: 3 });
  assertEquals(found.map(({ at }) => at), [78, 84]);
});

Deno.test("covariates known ahead that are missing over the whole horizon are refused", async () => {
  const set = withCovariates(60, 6);
  const forecaster = Forecaster.create({ data: set, ...SMALL });
  const known = (values: (value: number, t: number) => number): SeriesSet => ({
    ...set,
    series: set.series.map((series) => ({ ...series, known: [series.known![0].map(values)] })),
  });
  const words = "expected 6 values of promo after the end of s0, found 0";
  await assertRejects(() => forecaster.forecast(known((value, t) => t < 60 ? value : NaN)), RangeError, words);
  assertEquals((await forecaster.forecast(known((value, t) => t === 62 ? NaN : value))).length, 2);
  // One that is missing now and then may be missing again.
  assertEquals((await forecaster.forecast(known((value) => value === 0 ? NaN : value))).length, 2);
});
