/**
 * One measurement of Elman: `deno run bench/peers/elman.ts '{"kind":"train","cell":"LSTM",...,"threads":2,"blas":"off"}'`. Prints
 * microseconds per token of a full training step, or of generating one token at a time, and the memory that it took.
 */
import { CharTokenizer, type Engine, type Generation, LanguageModel } from "../../mod.ts";
import { median, peakBytes, steady, time } from "../support.ts";
import {
  type Configuration,
  type EngineSettings,
  makeProduct,
  makeStep,
  startEngine,
  stepFlops,
} from "../training_step.ts";

/** What is to be measured. */
export interface Work extends Configuration {
  /** A training step, or generating at batch 1. */
  readonly kind: "train" | "generate";
  /** Tokens of a run of generation. */
  readonly tokens?: number;
  /** Tokens that are generated before the first run; 100 where absent. */
  readonly before?: number;
}

/** What a measurement gives. */
export interface Measurement {
  /** Microseconds per token, the median of several runs. */
  readonly microseconds: number;
  /** The most memory that the process held, in bytes; null where the system does not say. */
  readonly peakBytes: number | null;
  /** Bytes of the engine's memory. */
  readonly engineBytes?: number;
  /** Bytes of it that hold the activations of a step. */
  readonly arenaBytes?: number;
  /** GFLOP/s of a step's matrix products. */
  readonly gflops?: number;
  /** GFLOP/s of the same engine's matrix product alone. */
  readonly kernel?: number;
}

/** A measurement, or the question which version there is. */
type Request = EngineSettings & { readonly precision?: "int8" } & (Work | { readonly kind: "version" });

const RUNS = 7;

/** Best GFLOP/s of the engine's matrix product at [1024, 1024] x [1024, 512]. */
function kernelSpeed(engine: Engine): number {
  const [M, N, K] = [1024, 512, 1024];
  return 2 * M * N * K / Math.min(...time(makeProduct(engine, [M, N, K]), { runs: 10, warmUp: 2 })) / 1e6;
}

async function measureTraining(work: Work, engine: Engine): Promise<Measurement> {
  const milliseconds = median(steady(makeStep(work, engine)));
  const [peak, engineBytes] = [await peakBytes(), engine.memory.bytes];
  return {
    microseconds: milliseconds * 1e3 / (work.batch * work.bptt),
    peakBytes: peak,
    engineBytes,
    arenaBytes: engine.arena.bytes,
    gflops: stepFlops(work) / milliseconds / 1e6,
    kernel: kernelSpeed(engine),
  };
}

/** An untrained model whose vocabulary is so many Chinese characters. */
function makeModel(configuration: Configuration, engine: Engine): LanguageModel {
  const { cell, vocabulary, embed, hidden, layers } = configuration;
  const text = Array.from({ length: vocabulary }, (_, i) => String.fromCodePoint(0x4e00 + i)).join("");
  const names = { LSTM: "lstm", GRU: "gru", RNN: "rnn" } as const;
  const tokenizer = CharTokenizer.train(text);
  return LanguageModel.create({ tokenizer, cell: names[cell], embed, hidden, layers, engine });
}

/** Milliseconds that the next `count` tokens take. */
async function advance(tokens: AsyncIterator<string>, generation: Generation, count: number): Promise<number> {
  const end = generation.tokens + count;
  const start = performance.now();
  while (generation.tokens < end) await tokens.next();
  return performance.now() - start;
}

async function measureGeneration(work: Work, engine: Engine, precision?: "int8"): Promise<Measurement> {
  const { tokens = 1000, before = 100 } = work;
  const model = makeModel(work, engine);
  if (precision) model.quantize(precision);
  const generation = model.generate("", { maxTokens: before + RUNS * tokens, temperature: 0.8, seed: 1 });
  const iterator = generation[Symbol.asyncIterator]();
  await advance(iterator, generation, before);
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) times.push(await advance(iterator, generation, tokens));
  return {
    microseconds: median(times) * 1e3 / tokens,
    peakBytes: await peakBytes(),
    engineBytes: engine.memory.bytes,
  };
}

async function answer(request: Request): Promise<Measurement | { readonly version: string }> {
  const { threads, blas } = request;
  using engine = await startEngine({ threads, blas });
  if (blas === "auto" && !engine.blas) throw new RangeError("expected a native library, found none");
  if (request.kind === "version") return { version: `${engine.build} kernels, products: ${engine.gemm}` };
  if (request.kind === "train") return await measureTraining(request, engine);
  return await measureGeneration(request, engine, request.precision);
}

if (import.meta.main) console.log(JSON.stringify(await answer(JSON.parse(Deno.args[0]))));
