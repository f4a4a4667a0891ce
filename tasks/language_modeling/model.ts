import { Engine } from "../../src/engine/mod.ts";
import { writeDirectory } from "../../src/formats/mod.ts";
import type { Precision } from "../../src/tensor/mod.ts";
import {
  bitsPerCharacter,
  type Checkpoint,
  continuedSettings,
  loadParameters,
  perplexity,
  readCheckpoint,
  type RunOptions,
  runTraining,
  Trainer,
} from "../../src/train/mod.ts";
import type { Tokenizer } from "../../tokenizers/mod.ts";
import {
  modelBytes,
  type ModelContents,
  modelFiles,
  type ModelParts,
  readModelBytes,
  readModelDirectory,
} from "../task_model/mod.ts";
import { type Cell, checkConfig, configFromJSON, type LanguageModelConfig, TASK } from "./config.ts";
import { type Corpus, encodeCorpus, fingerprintOf, idsOf } from "./corpus.ts";
import { evaluateIds } from "./evaluation.ts";
import type { GenerateOptions } from "./continuation.ts";
import { type Completion, Generation } from "./generation.ts";
import { type FitEvent, languageEvent, LanguageLearning } from "./learning.ts";
import { refuseIfTooLarge } from "./memory_need.ts";
import { LanguageNetwork } from "./network.ts";
import { completeSettings, type FitSettings } from "./settings.ts";
import { refuseIfTooShort } from "./streams.ts";
import type { TokenIds } from "./token_ids.ts";
import { completeAll } from "./side_by_side.ts";

/** Options of `LanguageModel.create`. */
export interface CreateOptions {
  /** Text to ids and back. */
  readonly tokenizer: Tokenizer;
  /** The recurrent cell; lstm where absent. */
  readonly cell?: Cell;
  /** Embedding size; the hidden size where absent. */
  readonly embed?: number;
  /** Hidden size; 256 where absent. */
  readonly hidden?: number;
  /** Stacked layers; 1 where absent. */
  readonly layers?: number;
  /** Dropout rate on the embeddings, between layers and before the output; 0 where absent. */
  readonly dropout?: number;
  /** Whether the output weights are the embeddings (Press and Wolf 2017). */
  readonly tie?: boolean;
  /** Draws all weights from [-initRange, initRange); PyTorch's defaults where absent. */
  readonly initRange?: number;
  /** Seed of the first weights; 1 where absent. */
  readonly seed?: number;
  /** The engine in whose memory the model lives; `Engine.default()` where absent. */
  readonly engine?: Engine;
}

/** Options of `fit`: how to train, where absent as `FitSettings` says, and what to keep. */
export interface FitOptions extends Partial<FitSettings>, RunOptions {
  /** The run to continue; other settings than its own are refused, except more epochs or steps. */
  readonly checkpoint?: Checkpoint<FitSettings>;
}

/** Reads the checkpoint in a language model's directory. Throws an error that names the file where there is none or it is damaged. */
export function loadCheckpoint(directory: string): Promise<Checkpoint<FitSettings>> {
  return readCheckpoint(directory, completeSettings);
}

/** How well a model predicts a text. */
export interface TextEvaluation {
  /** Mean loss in nats per token. */
  readonly loss: number;
  /** e to the loss. */
  readonly perplexity: number;
  /** Loss in bits per character of the text. */
  readonly bitsPerCharacter: number;
  /** Tokens that were predicted: all but the first. */
  readonly tokens: number;
}

/**
 * A recurrent language model: it learns from a text how texts go on, and goes on.
 *
 * @example
 * ```ts
 * import { CharTokenizer, LanguageModel } from "@elman/elman";
 *
 * const text = "the quick brown fox jumps over the lazy dog. ".repeat(20);
 * const lm = LanguageModel.create({ tokenizer: CharTokenizer.train(text), cell: "gru", hidden: 16 });
 * for await (const event of lm.fit(text, { epochs: 2, batch: 4, bptt: 16 })) console.log(event.event, event.loss);
 * for await (const piece of lm.generate("the ", { maxTokens: 20, temperature: 0.8, seed: 1 })) console.log(piece);
 * ```
 */
export class LanguageModel {
  /** What it is made of. */
  readonly config: LanguageModelConfig;
  /** Text to ids and back. */
  readonly tokenizer: Tokenizer;
  /** The layers and their parameters. */
  readonly network: LanguageNetwork;

  private constructor(config: LanguageModelConfig, tokenizer: Tokenizer, network: LanguageNetwork) {
    this.config = config;
    this.tokenizer = tokenizer;
    this.network = network;
  }

  /** Makes an untrained model. Throws a RangeError for an impossible option. */
  static create(options: CreateOptions): LanguageModel {
    const { tokenizer, cell = "lstm", hidden = 256, embed = hidden, layers = 1, dropout = 0, tie = false } = options;
    const { initRange, seed = 1, engine = Engine.default() } = options;
    if (tokenizer.size < 2) {
      throw new RangeError(`create a language model: expected at least 2 symbols, found ${tokenizer.size}`);
    }
    const config = { cell, vocabulary: tokenizer.size, embed, hidden, layers, dropout, tie };
    checkConfig("create a language model", config);
    refuseIfTooLarge("create a language model", config);
    return new LanguageModel(config, tokenizer, new LanguageNetwork(config, { engine, seed, initRange }));
  }

  /** Reads a model directory. Throws an error that names the file where one is missing, damaged or of a newer version. */
  static async load(
    directory: string,
    options: { /** Where it shall live. */ readonly engine?: Engine } = {},
  ): Promise<LanguageModel> {
    return LanguageModel.#restore(await readModelDirectory(directory, TASK), options.engine);
  }

  /** Reads what `toBytes` gave. */
  static fromBytes(
    bytes: Uint8Array,
    options: { /** Where it shall live. */ readonly engine?: Engine } = {},
  ): LanguageModel {
    return LanguageModel.#restore(readModelBytes(bytes, TASK), options.engine);
  }

  static #restore({ config: json, tokenizer, tensors, sources }: ModelContents, engine?: Engine): LanguageModel {
    const config = configFromJSON(json, sources.config);
    if (tokenizer.size !== config.vocabulary) {
      throw new RangeError(
        `load ${sources.model}: expected a tokenizer of ${config.vocabulary} symbols, found ${tokenizer.size}`,
      );
    }
    refuseIfTooLarge(`load ${sources.model}`, config);
    const network = new LanguageNetwork(config, { engine: engine ?? Engine.default(), seed: 1 });
    loadParameters(network, tensors, sources.model);
    return new LanguageModel(config, tokenizer, network);
  }

  /** Writes a model directory: all of its files or none. */
  async save(directory: string): Promise<void> {
    await writeDirectory(directory, modelFiles(this.#parts));
  }

  /** The whole model as one safetensors file, for where there is no file system. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return modelBytes(this.#parts);
  }

  /**
   * Trains on a text, reporting every step and every epoch. When it ends the parameters with the lowest validation loss are in place, the last
   * ones without validation text. A text that does not fit into memory is given as its ids, which are read as they are needed:
   * `{ train: await encodeText(text, lm.tokenizer) }`. Throws a RangeError where the text is too short for the streams, or where a loss or a
   * gradient is not finite; the last checkpoint then stays.
   */
  async *fit(corpus: string | Corpus, options: FitOptions = {}): AsyncGenerator<FitEvent, void, void> {
    const { directory, saveEvery, checkpoint, notes, signal, ...asked } = options;
    const settings = checkpoint
      ? continuedSettings(checkpoint.settings, asked, completeSettings)
      : completeSettings(asked);
    const ids = await encodeCorpus(corpus, this.tokenizer);
    const fingerprint = await fingerprintOf(ids);
    if (checkpoint && checkpoint.fingerprint !== fingerprint) {
      throw new RangeError("resume: expected the text of the run that is resumed, found another");
    }
    refuseIfTooLarge("fit", this.config, settings);
    const trainer = new Trainer(new LanguageLearning(this.network, ids, settings), settings);
    const run = { trainer, settings, fingerprint, checkpoint, files: () => modelFiles(this.#parts) };
    for await (const event of runTraining(run, { directory, saveEvery, notes, signal })) yield languageEvent(event);
  }

  /** Throws what `fit` would throw at once, changing nothing: a RangeError for impossible settings, or a text too short or too large. */
  checkFit(corpus: string | Corpus, options: Partial<FitSettings> = {}): void {
    const settings = completeSettings(options);
    refuseIfTooLarge("fit", this.config, settings);
    const { train, valid, test } = typeof corpus === "string" ? { train: corpus } : corpus;
    const count = (part: string | TokenIds): number =>
      typeof part === "string" ? this.tokenizer.encode(part).length : part.length;
    refuseIfTooShort(count(train), settings.batch);
    if (valid !== undefined) refuseIfUnmeasurable("validation", count(valid));
    if (test !== undefined) refuseIfUnmeasurable("test", count(test));
  }

  /** How well the model predicts a text, given as such or as its ids. Throws a RangeError for fewer than two tokens. */
  async evaluate(
    text: string | TokenIds,
    options: { /** Stops the evaluation. */ readonly signal?: AbortSignal } = {},
  ): Promise<TextEvaluation> {
    const ids = await idsOf(text, this.tokenizer);
    const { loss, tokens } = await evaluateIds(this.network, ids, options.signal);
    return {
      loss,
      perplexity: perplexity(loss),
      bitsPerCharacter: bitsPerCharacter(loss, tokens, ids.characters),
      tokens,
    };
  }

  /** Continues a prompt, piece by piece: `for await (const piece of lm.generate("Call me")) ...`. */
  generate(prompt = "", options: GenerateOptions = {}): Generation {
    return new Generation(this.network, this.tokenizer, prompt, options);
  }

  /** Continues a prompt and returns the whole text, with the state that the next call can continue from. */
  async complete(prompt = "", options: GenerateOptions = {}): Promise<Completion> {
    const generation = this.generate(prompt, options);
    let text = "";
    for await (const piece of generation) text += piece;
    return { text, tokens: generation.tokens, state: generation.state };
  }

  /**
   * Continues several prompts side by side, which takes little longer than one. Text i is the one that `complete(prompts[i])` gives with
   * the seed `seed + i`.
   */
  async completeAll(prompts: readonly string[], options: GenerateOptions = {}): Promise<Completion[]> {
    return await completeAll(this.network, this.tokenizer, prompts, options);
  }

  /**
   * Says how weights are read outside training: `int8` rounds them to 8 bits with a scale for each row, which makes large models
   * several times as fast at generating. The weights themselves stay as they are, and so does what is saved.
   */
  quantize(precision: Precision = "int8"): void {
    if (precision !== "int8" && precision !== "float32") {
      throw new RangeError(`quantize: expected "int8" or "float32", found ${JSON.stringify(precision)}`);
    }
    this.network.setPrecision(precision);
  }

  get #parts(): ModelParts {
    return { task: TASK, config: this.config, tokenizer: this.tokenizer, network: this.network };
  }
}

function refuseIfUnmeasurable(kind: string, tokens: number): void {
  if (tokens < 2) throw new RangeError(`fit: expected a ${kind} text of at least 2 tokens, found ${tokens}`);
}
