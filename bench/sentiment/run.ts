/**
 * Trains and evaluates one recipe with one seed and prints the result as a line of JSON. `bench/sentiment.ts` runs it
 * in a separate process.
 * @module
 */
import {
  Classifier,
  type ClassifierFitOptions,
  type ClassifierOptions,
  Engine,
  labelsOf,
  LanguageModel,
  treebankTokenizer,
} from "../../mod.ts";
import { readWordVectors } from "../../src/formats/mod.ts";
import { readLabelledTexts } from "../../tasks/data/mod.ts";
import type { Recipe } from "./recipes.ts";

/** The arguments of a run. */
export interface RunRequest {
  /** The recipe to train. */
  readonly recipe: Recipe;
  /** The seed. */
  readonly seed: number;
  /** The folder with stsa.binary.{train,dev,test}. */
  readonly data: string;
  /** The file of word vectors. */
  readonly vectors: string;
  /** Number of threads. */
  readonly threads: number;
  /** Native library for matrix products, as in `EngineOptions`. */
  readonly blas: string;
}

/** The result of a run. */
export interface RunResult {
  /** The backend of the matrix products, such as `oneDNN 2.6 (ffi)`. */
  readonly gemm: string;
  /** Seconds of training, including preparation and validation. */
  readonly seconds: number;
  /** The best epoch, from 1. */
  readonly epoch: number;
  /** Figures on the dev sentences. */
  readonly dev: Figures;
  /** Figures on the test sentences; null if the recipe does not use them. */
  readonly test: Figures | null;
  /** The temperature fitted on the dev sentences. */
  readonly temperature: number;
  /** Share of padding in training. */
  readonly padding: number;
}

/** Scores on a set of sentences. */
export interface Figures {
  readonly accuracy: number;
  readonly macroF1: number;
  readonly loss: number;
  /** Expected calibration error before temperature scaling. */
  readonly errorBefore: number;
  /** Expected calibration error with the fitted temperature. */
  readonly errorAfter: number;
}

async function run({ recipe, seed, data, vectors: path, threads, blas }: RunRequest): Promise<RunResult> {
  const engine = new Engine({ threads, blas });
  engine.makeDefault();
  const read = async (part: string) => (await readLabelledTexts(`${data}/stsa.binary.${part}`)).texts;
  const [train, valid] = [await read("train"), await read("dev")];
  const start = performance.now();
  const vectors = recipe.vectors ? await readWordVectors(path) : undefined;
  const texts = train.map(({ text }) => text);
  const tokenizer = treebankTokenizer(texts, { moreWords: vectors?.words });
  const options = { ...recipe.model, tokenizer, labels: labelsOf(train), vectors, seed } as ClassifierOptions;
  const model = recipe.languageModel
    ? Classifier.fromLanguageModel(await languageModel(options, texts, recipe.languageModel), {
      ...options,
      bidirectional: true,
    })
    : Classifier.create(options);
  let [epoch, best, loss, padding] = [0, 0, Infinity, 0];
  for await (const event of model.fit({ train, valid }, { ...recipe.fit, seed } as ClassifierFitOptions)) {
    if (event.event !== "epoch") continue;
    padding = event.paddedShare;
    const [accuracy, validLoss] = [event.validAccuracy!, event.validLoss!];
    if (accuracy > best || (accuracy === best && validLoss < loss)) {
      [epoch, best, loss] = [event.epoch, accuracy, validLoss];
    }
  }
  const seconds = (performance.now() - start) / 1e3;
  const test = recipe.test ? await read("test") : undefined;
  const before = { dev: await model.evaluate(valid), test: test && await model.evaluate(test) };
  const { temperature } = await model.calibrate(valid);
  const after = { dev: await model.evaluate(valid), test: test && await model.evaluate(test) };
  const figures = (part: "dev" | "test"): Figures | null => {
    const found = before[part];
    if (!found) return null;
    const { accuracy, macroF1, loss, calibrationError } = found;
    return { accuracy, macroF1, loss, errorBefore: calibrationError, errorAfter: after[part]!.calibrationError };
  };
  return { gemm: engine.gemm, seconds, epoch, dev: figures("dev")!, test: figures("test"), temperature, padding };
}

/** Trains a language model of the classifier's sizes on the training sentences. */
async function languageModel(
  { tokenizer, embed = 100, hidden, layers, cell, seed }: ClassifierOptions,
  texts: readonly string[],
  epochs: number,
): Promise<LanguageModel> {
  // As in the classifier, rare words need small initial embeddings.
  const model = LanguageModel.create({ tokenizer, cell, embed, hidden, layers, dropout: 0.3, initRange: 0.1, seed });
  const settings = { epochs, batch: 20, bptt: 30, learningRate: 0.002, seed };
  for await (const _ of model.fit(texts.join("\n"), settings));
  return model;
}

if (import.meta.main) {
  console.log(JSON.stringify(await run(JSON.parse(Deno.args[0]))));
  Deno.exit(0);
}
