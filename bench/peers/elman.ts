/**
 * Runs one measurement of Elman: `deno run bench/peers/elman.ts
 * '{"kind":"train","cell":"LSTM",...,"threads":2,"blas":"off"}'`. Prints microseconds per token of a full training
 * step, or of generating one token at a time, and the peak memory.
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

/** The work to measure. */
export interface Work extends Configuration {
  /** Training steps, or generation with batch size 1. */
  readonly kind: "train" | "generate";
  /** Number of tokens per run of generation. Default: 1000. */
  readonly tokens?: number;
  /** Number of tokens generated before the first run. Default: 100. */
  readonly before?: number;
}

/** The result of a measurement. */
export interface Measurement {
  /** Microseconds per token: median of several runs. */
  readonly microseconds: number;
  /** Peak memory of the process in bytes; null if the system does not report it. */
  readonly peakBytes: number | null;
  /** Size of the engine's memory in bytes. */
  readonly engineBytes?: number;
  /** Size of the arena for a step's activations in bytes. */
  readonly arenaBytes?: number;
  /** GFLOP/s of a step's matrix products. */
  readonly gflops?: number;
  /** GFLOP/s of a matrix product alone on the same engine. */
  readonly kernel?: number;
}

/** A request for a measurement or for the version. */
type Request = EngineSettings & { readonly quantize?: "int8" } & (Work | { readonly kind: "version" });

const RUNS = 5;

/** Measures the best GFLOP/s of the matrix product `[1024, 1024]` x `[1024, 512]`. */
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

/** Creates an untrained model whose vocabulary consists of Chinese characters. */
function makeModel(configuration: Configuration, engine: Engine): LanguageModel {
  const { cell, vocabulary, embed, hidden, layers } = configuration;
  const text = Array.from({ length: vocabulary }, (_, i) => String.fromCodePoint(0x4e00 + i)).join("");
  const names = { LSTM: "lstm", GRU: "gru", RNN: "rnn" } as const;
  const tokenizer = CharTokenizer.train(text);
  return LanguageModel.create({ tokenizer, cell: names[cell], embed, hidden, layers, engine });
}

/** Generates `count` tokens and returns the milliseconds that it took. */
async function advance(tokens: AsyncIterator<string>, generation: Generation, count: number): Promise<number> {
  const end = generation.tokens + count;
  const start = performance.now();
  while (generation.tokens < end) await tokens.next();
  return performance.now() - start;
}

async function measureGeneration(work: Work, engine: Engine, quantize?: "int8"): Promise<Measurement> {
  const { tokens = 1000, before = 100 } = work;
  const model = makeModel(work, engine);
  if (quantize) model.quantize(quantize);
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
  const { threads, blas, precision } = request;
  using engine = await startEngine({ threads, blas, ...precision && { precision } });
  if (request.kind === "version") return { version: `${engine.build} kernels, products: ${engine.gemm}` };
  if (request.kind === "train") return await measureTraining(request, engine);
  return await measureGeneration(request, engine, request.quantize);
}

if (import.meta.main) console.log(JSON.stringify(await answer(JSON.parse(Deno.args[0]))));
