/**
 * Trains one forecaster and measures it on the test part, or measures the simple methods, and prints the results as a
 * line of JSON. `bench/forecasting.ts` runs it in a separate process.
 * @module
 */
import { Engine } from "../../mod.ts";
import { Forecaster, type Outcome } from "../../tasks/forecasting/mod.ts";
import { fitSimpleMethods } from "../../tasks/forecasting/simple/mod.ts";
import { type Benchmark, type DataSetName, readBenchmark } from "./data.ts";
import { type Figures, figuresOf } from "./figures.ts";

/** The arguments of a run. */
export interface RunRequest {
  /** The data set. */
  readonly name: DataSetName;
  /** Members of the ensemble; 0 for the simple methods. */
  readonly members: number;
  /** Seed of weights, batches and dropout. */
  readonly seed: number;
  /** The folder with the data. */
  readonly data: string;
  /** Number of threads. */
  readonly threads: number;
  /** Native library for matrix products, as in `EngineOptions`. */
  readonly blas: string;
}

/** The result of a run. */
export interface RunResult {
  /** The backend of the matrix products. */
  readonly gemm: string;
  /** The figures of each method; "network" for a network. */
  readonly methods: Readonly<Record<string, Figures>>;
  /** Seconds of training. */
  readonly seconds: number;
  /** Number of parameters of the network. */
  readonly parameters: number;
  /** The epoch that was kept. */
  readonly epoch: number;
}

const QUANTILES = [0.1, 0.5, 0.9];

async function run({ name, members, seed, data, threads, blas }: RunRequest): Promise<RunResult> {
  const engine = new Engine({ threads, blas });
  const benchmark = await readBenchmark(name, data);
  if (members === 0) {
    return { gemm: engine.gemm, methods: simpleFigures(name, benchmark), seconds: 0, parameters: 0, epoch: 0 };
  }
  const { corpus, set, horizon, folds } = benchmark;
  const forecaster = Forecaster.create({ data: corpus, horizon, members, seed, engine });
  const { seconds, best } = await forecaster.fit(corpus, { seed });
  const backtests = await forecaster.backtest(set, { folds, every: 1, quantiles: QUANTILES });
  const outcomes = backtests.map(({ forecast: { median, values }, series, at }) =>
    outcomeOf(benchmark, { series, at }, median, values)
  );
  const parameters = forecaster.network.parameters().reduce((sum, { size }) => sum + size, 0);
  const methods = { network: figuresOf(name, outcomes, set.period) };
  return { gemm: engine.gemm, methods, seconds, parameters, epoch: best?.epoch ?? 0 };
}

function outcomeOf(
  { set, horizon }: Benchmark,
  { series, at }: { readonly series: number; readonly at: number },
  forecast: Float64Array,
  [low, , high]: readonly Float64Array[],
): Outcome {
  const { values } = set.series[series];
  return {
    history: values.subarray(0, at),
    actual: values.subarray(at, at + horizon),
    forecast,
    quantiles: [low, high],
  };
}

function simpleFigures(name: DataSetName, benchmark: Benchmark): Record<string, Figures> {
  const { corpus, set, horizon, folds } = benchmark;
  const places = set.series.flatMap(({ values }, series) =>
    Array.from({ length: folds }, (_, i) => ({ series, at: values.length - horizon - i }))
  );
  const methods = fitSimpleMethods(corpus.set, { horizon, probabilities: QUANTILES });
  return Object.fromEntries(methods.map((method) => {
    const outcomes = places.map(({ series, at }) => {
      const { id, values } = set.series[series];
      const { point, values: quantiles } = method.forecast(id, values.subarray(0, at));
      return outcomeOf(benchmark, { series, at }, point, quantiles);
    });
    return [method.name, figuresOf(name, outcomes, set.period)];
  }));
}

console.log(JSON.stringify(await run(JSON.parse(Deno.args[0]))));
Deno.exit(0);
