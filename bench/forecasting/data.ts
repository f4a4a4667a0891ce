import type { SeriesCorpus } from "../../tasks/forecasting/mod.ts";
import type { Series, SeriesSet } from "../../tasks/data/series/mod.ts";

/** The names of the data sets. */
export const DATA_SETS = ["M4 Hourly", "ETTh1", "exchange rates"] as const;

/** Name of a data set. */
export type DataSetName = typeof DATA_SETS[number];

/** Series to train on, and how they are forecast. */
export interface Benchmark {
  /** The series up to the test part, and the number of values for validation; undefined for the default. */
  readonly corpus: SeriesCorpus;
  /** The series with the test part. */
  readonly set: SeriesSet;
  /** Number of values to forecast. */
  readonly horizon: number;
  /** Number of forecasts of each series: from each place of the test part, or one of all of it. */
  readonly folds: number;
}

/** Reads a data set from a folder. */
export async function readBenchmark(name: DataSetName, folder: string): Promise<Benchmark> {
  switch (name) {
    case "M4 Hourly":
      return await readM4(folder);
    case "ETTh1":
      return await readETT(folder);
    case "exchange rates":
      return await readExchangeRates(folder);
  }
}

const NAMES = { targetName: "value", knownNames: [], observedNames: [], staticNames: [] };

async function readLines(file: string): Promise<string[][]> {
  const text = await Deno.readTextFile(file);
  return text.trim().split("\n").map((line) => line.replaceAll('"', "").split(","));
}

/** The M4 competition's hourly series: 414 of 700 to 960 hours, and the 48 hours that follow each. */
async function readM4(folder: string): Promise<Benchmark> {
  const read = async (part: string): Promise<Map<string, number[]>> => {
    const [, ...rows] = await readLines(`${folder}/m4_hourly_${part}.csv`);
    return new Map(rows.map(([id, ...values]) => [id, values.filter((value) => value !== "").map(Number)]));
  };
  const [train, test] = [await read("train"), await read("test")];
  const setOf = (values: (id: string) => readonly number[]): SeriesSet => ({
    series: [...train.keys()].map((id) => ({ id, values: Float64Array.from(values(id)) })),
    frequency: { unit: "hour", count: 1 },
    period: 24,
    ...NAMES,
  });
  return {
    corpus: { set: setOf((id) => train.get(id)!) },
    set: setOf((id) => [...train.get(id)!, ...test.get(id)!]),
    horizon: 48,
    folds: 1,
  };
}

/**
 * Months of 30 days in hours, as in Informer (Zhou et al. 2021): twelve for training, four each for the other parts.
 */
const [ETT_TRAIN, ETT_VALID, ETT_TEST] = [12, 4, 4].map((months) => months * 30 * 24);

/** Seven measurements of a power transformer, standardized by the training part. */
async function readETT(folder: string): Promise<Benchmark> {
  const [[, ...names], ...rows] = await readLines(`${folder}/ETTh1.csv`);
  const columns = names.map((id, c): Series => {
    const values = Float64Array.from(rows.slice(0, ETT_TRAIN + ETT_VALID + ETT_TEST), (row) => Number(row[c + 1]));
    return { id, values: standardize(values, ETT_TRAIN), start: Date.parse(`${rows[0][0].replace(" ", "T")}Z`) };
  });
  return rollingBenchmark(columns, { train: ETT_TRAIN, valid: ETT_VALID, horizon: 96, period: 24, unit: "hour" });
}

/** Daily exchange rates of eight countries, divided as in LSTNet (Lai et al. 2018): 60, 20 and 20 percent. */
async function readExchangeRates(folder: string): Promise<Benchmark> {
  const rows = await readLines(`${folder}/exchange_rate.txt`);
  const columns = rows[0].map((_, c): Series => ({
    id: `rate ${c + 1}`,
    values: Float64Array.from(rows, (row) => Number(row[c])),
  }));
  const [train, valid] = [Math.floor(0.6 * rows.length), Math.floor(0.8 * rows.length) - Math.floor(0.6 * rows.length)];
  return rollingBenchmark(columns, { train, valid, horizon: 24, period: 1 });
}

function standardize(values: Float64Array, count: number): Float64Array {
  const part = values.subarray(0, count);
  const mean = part.reduce((sum, value) => sum + value, 0) / count;
  const deviation = Math.sqrt(part.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count);
  return values.map((value) => (value - mean) / deviation);
}

function rollingBenchmark(
  columns: readonly Series[],
  { train, valid, horizon, period, unit }: {
    readonly train: number;
    readonly valid: number;
    readonly horizon: number;
    readonly period: number;
    readonly unit?: "hour";
  },
): Benchmark {
  const setOf = (length?: number): SeriesSet => ({
    series: columns.map((series) => ({ ...series, values: series.values.slice(0, length) })),
    frequency: unit && { unit, count: 1 },
    period,
    ...NAMES,
  });
  const folds = columns[0].values.length - train - valid - horizon + 1;
  return { corpus: { set: setOf(train + valid), valid }, set: setOf(), horizon, folds };
}
