/**
 * Trains one recipe, evaluates it on the validation sentences and prints the result as a line of JSON.
 * `bench/translation.ts` runs it in a separate process.
 * @module
 */
import { Engine, Translator, type TranslatorOptions } from "../../mod.ts";
import { PipelineTokenizer, presets } from "../../tokenizers/mod.ts";
import { readParallelTexts } from "../../tasks/data/mod.ts";
import type { Recipe } from "./recipes.ts";

/** The arguments of a run. */
export interface RunRequest {
  /** The recipe to train. */
  readonly recipe: Recipe;
  /** Search settings to compare, besides greedy search and a beam of 5. */
  readonly searches: readonly Readonly<Record<string, unknown>>[];
  /** The folder with {train,val}.{en,de}. */
  readonly data: string;
  /** Number of threads. */
  readonly threads: number;
  /** Native library for matrix products, as in `EngineOptions`. */
  readonly blas: string;
}

/** The result of a run. */
export interface RunResult {
  /** The backend of the matrix products, such as `oneDNN 2.6 (ffi)`. */
  readonly gemm: string;
  /** Number of parameters. */
  readonly parameters: number;
  /** The best epoch, from 1. */
  readonly epoch: number;
  /** Validation loss of the best epoch, in nats per token. */
  readonly loss: number;
  /** BLEU of greedy translations of the validation sentences. */
  readonly greedy: number;
  /** BLEU with a beam of 5. */
  readonly beam: number;
  /** BLEU with each of the search settings. */
  readonly searches: readonly number[];
}

/** A stored result, with how it was measured. */
export interface StoredResult extends RunResult {
  /** Number of threads. Default: 1. */
  readonly threads?: number;
  /** Number of runs that were measured side by side. Default: 2. */
  readonly jobs?: number;
  /** The `VERSION` that it was measured with. Default: 1. */
  readonly version?: number;
}

async function run({ recipe, searches, data, threads, blas }: RunRequest): Promise<RunResult> {
  const engine = new Engine({ threads, blas });
  engine.makeDefault();
  const read = async (part: string) =>
    (await readParallelTexts({ source: `${data}/${part}.en`, target: `${data}/${part}.de` })).pairs;
  const [train, valid] = [await read("train"), await read("val")];
  const { vocabSize, joint } = recipe;
  const learn = (texts: string[]): Promise<PipelineTokenizer> =>
    PipelineTokenizer.train(texts.map((text) => text + "\n"), presets.bpe({ vocabSize, splitDigits: true }));
  const [sources, targets] = [train.map(({ source }) => source), train.map(({ target }) => target)];
  const tokenizers = joint
    ? { sourceTokenizer: await learn([...sources, ...targets]) }
    : { sourceTokenizer: await learn(sources), targetTokenizer: await learn(targets) };
  const model = Translator.create({ ...recipe.model, ...tokenizers } as TranslatorOptions);
  let [epoch, greedy] = [0, -Infinity];
  for await (const event of model.fit({ train, valid }, recipe.fit)) {
    if (event.event === "epoch" && event.validBleu! > greedy) [epoch, greedy] = [event.epoch, event.validBleu!];
  }
  const { bleu: beam, loss } = await model.evaluate(valid, { beam: 5 });
  const found: number[] = [];
  for (const search of searches) found.push((await model.evaluate(valid, search)).bleu);
  const parameters = model.network.parameters().reduce((sum, { size }) => sum + size, 0);
  return { gemm: engine.gemm, parameters, epoch, loss, greedy, beam, searches: found };
}

if (import.meta.main) {
  console.log(JSON.stringify(await run(JSON.parse(Deno.args[0]))));
  Deno.exit(0);
}
