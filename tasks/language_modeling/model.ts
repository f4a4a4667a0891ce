import { InputRangeError, InputTypeError } from "../../errors.ts";
import type { Precision } from "../../src/nn/mod.ts";
import { describeValue, expectObject, expectOptions, type Given } from "../../src/schema/mod.ts";
import { bitsPerCharacter, perplexity } from "../../src/train/mod.ts";
import type { Tokenizer } from "../../tokenizers/mod.ts";
import { inherit } from "../task_model/inherit.ts";
import {
  type EngineChoice,
  expectText,
  expectTexts,
  expectTokenizer,
  type FitOptions,
  type Prepared,
  type Task,
  TaskModel,
} from "../task_model/mod.ts";
import { GENERATE_OPTIONS, type GenerateOptions } from "./generation_options.ts";
import {
  encodeCorpus,
  expectCorpus,
  expectPart,
  fingerprintOf,
  idsOf,
  type TextCorpus,
  type TextPart,
  type TextReader,
} from "./corpus.ts";
import { copyWithNewSymbols, expectExtension } from "./new_symbols.ts";
import { type EvaluateOptions, planEvaluation, rewriteText } from "./evaluate_options.ts";
import { adaptedStreams, evaluateIds, statisticsOf } from "./evaluation.ts";
import { refuseOtherOrder } from "./frequency_order.ts";
import { generatorOf, type TextGenerator } from "./generation_plan.ts";
import { type Completion, Generation } from "./generation.ts";
import type { LanguageModelConfig, LanguageModelInitialisation, LanguageModelSettings } from "./hyperparameters.ts";
import { languageEvent, LanguageLearning, trainingStreams } from "./learning.ts";
import type { NeuralCacheSettings } from "./neural_cache.ts";
import { type LanguageModelPreset, PRESETS } from "./presets.ts";
import { expectScoreOptions, type ScoreOptions, textsIds } from "./score_options.ts";
import { adaptTo } from "./score_windows.ts";
import { scoreTexts, type TextScore } from "./score_texts.ts";
import { completeAll } from "./side_by_side.ts";
import { softmaxSamples } from "./softmax_samples.ts";
import { LANGUAGE_MODELING, type LanguageModelTypes } from "./task.ts";
import type { TokenIds } from "./token_ids.ts";
import { tuneCache } from "./tune_cache.ts";

/** Options of `LanguageModel.create`. */
export interface LanguageModelOptions
  extends Partial<Omit<LanguageModelConfig, "vocabSize">>, Partial<LanguageModelInitialisation>, EngineChoice {
  /** Converts text to ids and back. */
  readonly tokenizer: Tokenizer;
}

/**
 * Options of a language model's `fit`.
 *
 * @example
 * ```ts
 * import { CharTokenizer, LanguageModel, type LanguageModelFitOptions } from "@elman/elman";
 * import { assertEquals } from "@std/assert";
 *
 * const text = "to be or not to be, that is the question. ".repeat(10);
 * const options: LanguageModelFitOptions = { epochs: 2, batch: 4, bptt: 16, optimizer: "adamw" };
 * const lm = LanguageModel.create({ tokenizer: CharTokenizer.train(text), hidden: 8 });
 * assertEquals((await lm.fit(text, options)).epochs.length, 2);
 * ```
 */
export type LanguageModelFitOptions = FitOptions<LanguageModelSettings>;

/** Options of `LanguageModel.fromLanguageModel`. All else comes from the model that it starts from. */
export interface LanguageModelStartOptions extends
  Partial<
    Pick<
      LanguageModelConfig,
      | "dropout"
      | "inputDropout"
      | "hiddenDropout"
      | "outputDropout"
      | "lockedDropout"
      | "embedDropout"
      | "weightDropout"
    >
  >,
  EngineChoice {
  /** The tokenizer: the model's, or one that `extendTokenizer` makes of it. Default: the model's. */
  readonly tokenizer?: Tokenizer;
}

/** The evaluation of a language model on a text. */
export interface TextEvaluation {
  /** Mean loss in nats per token. */
  readonly loss: number;
  /** e to the power of the loss. */
  readonly perplexity: number;
  /** Loss in bits per character of the text. */
  readonly bitsPerCharacter: number;
  /** Number of predicted tokens: all but the first. */
  readonly tokens: number;
  /** Number of contiguous parts that were read side by side, each from a zero state. */
  readonly streams: number;
}

/**
 * A recurrent language model: predicts and generates text.
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
export class LanguageModel extends TaskModel<LanguageModelTypes> {
  /** The task that its models solve. */
  static readonly task: Task<LanguageModelTypes> = LANGUAGE_MODELING;
  /** Options of `create` and `fit` that reproduce published models and the demo, by name. */
  static readonly presets: Readonly<Record<string, LanguageModelPreset>> = PRESETS;

  /** Creates an untrained model. Throws `TypeError` or `RangeError` if an option is invalid. */
  static create(options: LanguageModelOptions): LanguageModel {
    const { tokenizer, ...rest } = expectTokenizer("create a language model", options, "tokenizer");
    const model = TaskModel.make(LanguageModel, { tokenizer }, rest, { vocabSize: tokenizer.size });
    model.#initial = model.network.version;
    return model;
  }

  /**
   * Creates a model that starts from another one, with its weights and, unless they are given, its dropout and its
   * tokenizer. With a tokenizer that extends the model's, the weights of each new symbol are the mean of those of all
   * old ones, which keep theirs: for a text of old symbols, their logits are the same as before.
   *
   * To train a model on, `fit` it again; that is all it takes if nothing else is to change.
   *
   * Throws `RangeError` if the tokenizer gives symbols of the model's other ids.
   *
   * @example
   * ```ts
   * import { CharTokenizer, LanguageModel, type LanguageModelStartOptions } from "@elman/elman";
   * import { extendTokenizer } from "@elman/elman/tokenizers";
   * import { assertEquals } from "@std/assert";
   *
   * const [english, french] = ["what is this? ".repeat(20), "qu'est-ce que ça? ".repeat(20)];
   * const source = LanguageModel.create({ tokenizer: CharTokenizer.train(english), hidden: 8 });
   * await source.fit(english, { epochs: 2, batch: 2, bptt: 16 });
   *
   * const tokenizer = extendTokenizer(source.tokenizer, CharTokenizer.train(french));
   * const options: LanguageModelStartOptions = { tokenizer, dropout: 0.1 };
   * const lm = LanguageModel.fromLanguageModel(source, options);
   * await lm.fit(french, { epochs: 2, batch: 2, bptt: 16, learningRate: 0.001 });
   * assertEquals(lm.config, { ...source.config, vocabSize: tokenizer.size, dropout: 0.1 });
   * ```
   */
  static fromLanguageModel(source: LanguageModel, options: LanguageModelStartOptions = {}): LanguageModel {
    if (!(source instanceof LanguageModel)) {
      throw new InputTypeError(`start a language model: expected a language model, found ${describeValue(source)}`);
    }
    const action = "start a language model";
    const { tokenizer, ...given } = expectTokenizer(
      action,
      { ...expectObject(action, options), tokenizer: options.tokenizer ?? source.tokenizer },
      "tokenizer",
    );
    expectExtension(action, tokenizer, source.tokenizer);
    const { fixed, open } = inherit(LANGUAGE_MODELING.model, source.config);
    const derived = { ...fixed, vocabSize: tokenizer.size };
    const model = TaskModel.make(LanguageModel, { tokenizer }, { ...open, ...given }, derived);
    copyWithNewSymbols(model.network, source.network);
    return model;
  }

  /** The version of the parameters that `create` made; a trained model keeps the order of its symbols. */
  #initial: number | undefined;

  /** Converts text to ids and back. */
  get tokenizer(): Tokenizer {
    return this.processors.tokenizer;
  }

  /** The default learning rate depends on the cell. */
  protected override settingsContext(): Given {
    return { cell: this.config.cell };
  }

  /**
   * Encodes a text, or training and validation texts. If a text does not fit into memory, pass its ids, which are read
   * as needed: `{ train: await encodeText(text, lm.tokenizer) }`, or those that `encodeDocuments` returns.
   */
  protected override async prepare(
    data: string | readonly string[] | TextCorpus,
    settings: LanguageModelSettings,
  ): Promise<Prepared<LanguageModelTypes>> {
    const corpus = expectCorpus("fit", data);
    const ids = await encodeCorpus(corpus, this.#reader);
    const streams = trainingStreams(ids.train, settings);
    if (this.network.version === this.#initial) await refuseOtherOrder(ids.train, this.config);
    const drawWords = await softmaxSamples(ids.train, this.config, settings, this.network.embedding.weight.engine);
    refuseIfUnmeasurable("validation", ids.valid);
    refuseIfUnmeasurable("test", ids.test);
    const material = { corpus: ids, streams, drawWords };
    return {
      noun: "the text",
      fingerprint: await fingerprintOf(ids),
      step: `batch ${settings.batch} x bptt ${settings.bptt}`,
      learning: (network, communicator) => new LanguageLearning(network, material, settings, communicator),
      largestBatch: () => streams.longest ?? 0,
      event: languageEvent,
    };
  }

  /**
   * Measures how well the model predicts a text, given as a string or as ids. A model that is trained on documents
   * takes documents, or a text as one document; their ends are predicted too. Throws `RangeError` if a text has fewer
   * than two tokens. With `dynamic`, the parameters change until the evaluation ends, so do not use the model
   * meanwhile.
   */
  async evaluate(text: TextPart, options: EvaluateOptions = {}): Promise<TextEvaluation> {
    const plan = await planEvaluation("evaluate", options, this.#reader);
    const ids = await this.#idsOf("evaluate", text, options);
    const { loss, tokens, streams } = await evaluateIds(this.network, ids, plan);
    return {
      loss,
      perplexity: perplexity(loss),
      bitsPerCharacter: bitsPerCharacter(loss, tokens, ids.characters),
      tokens,
      streams,
    };
  }

  /**
   * Trains the model on a text as `evaluate` with `dynamic` does, and keeps what it has learned until the result is
   * disposed of, which restores the trained parameters to the last bit: what is generated meanwhile continues the text
   * in its manner. `save` writes the parameters as they are; do not train the model meanwhile. Throws `RangeError` if
   * the model is adapting already.
   *
   * @example
   * ```ts
   * import { CharTokenizer, LanguageModel } from "@elman/elman";
   * import { assert, assertEquals } from "@std/assert";
   *
   * const text = "to be or not to be, that is the question. ".repeat(10);
   * const lm = LanguageModel.create({ tokenizer: CharTokenizer.train(text), hidden: 8 });
   * const { loss } = await lm.evaluate(text);
   * {
   *   using _adapted = await lm.adapt(text, { dynamic: { rule: "sgd", learningRate: 0.5 } });
   *   assert((await lm.evaluate(text)).loss < loss);
   *   console.log((await lm.complete("to be", { maxTokens: 20 })).text);
   * }
   * assertEquals((await lm.evaluate(text)).loss, loss);
   * ```
   */
  async adapt(text: TextPart, options: Omit<EvaluateOptions, "cache"> = {}): Promise<Disposable> {
    expectOptions("adapt", options, ["dynamic", "streams", "unknown", "signal"]);
    const plan = await planEvaluation("adapt", { ...options, dynamic: options.dynamic ?? {} }, this.#reader);
    const ids = await this.#idsOf("adapt", text, options);
    const { signal, dynamic } = plan;
    const streams = adaptedStreams(this.network, ids, plan);
    return await adaptTo(this.network, streams, { signal, dynamic: dynamic!, statistics: statisticsOf(plan) });
  }

  /**
   * Finds the theta and lambda of a neural cache with the lowest loss on a text, such as the validation text, among a
   * grid of values. The options are those of `evaluate`; `cache.size` is kept.
   */
  async tuneCache(text: TextPart, options: EvaluateOptions = {}): Promise<NeuralCacheSettings> {
    const { cache, ...plan } = await planEvaluation(
      "tune a cache",
      { ...expectObject("tune a cache", options), cache: { ...options.cache } },
      this.#reader,
    );
    const ids = await this.#idsOf("tune a cache", text, options);
    return await tuneCache(this.network, ids, { ...plan, cache: cache! });
  }

  /**
   * Computes how probable texts are, each read alone from a zero state, to choose among them or to find what is
   * unusual. A text follows a line feed, if the vocabulary has one, and its end is not predicted, except by a model of
   * words, in which every line ends with `<eos>`. For a model of documents, a text is a whole document. Many texts
   * are read side by side; no score depends on the other texts. This holds exactly in WebAssembly; a native library may
   * round a batch differently.
   */
  async score(texts: readonly string[], options: ScoreOptions = {}): Promise<TextScore[]> {
    expectTexts("score", "texts", texts);
    const { logprobs, unknown, signal } = expectScoreOptions("score", options);
    return await scoreTexts(this.network, this.tokenizer, textsIds(texts, this.#reader, unknown), {
      top: logprobs,
      signal,
    });
  }

  /**
   * Continues a prompt and yields the text piece by piece: `for await (const piece of lm.generate("Call me")) ...`. A
   * model that is trained on documents begins one with the prompt, and generation ends where the document does.
   */
  generate(prompt = "", options: GenerateOptions = {}): Generation {
    expectText("generate", "prompt", prompt);
    expectOptions("generate", options, GENERATE_OPTIONS);
    return new Generation(this.#generator, prompt, options);
  }

  /** Continues a prompt and returns the whole text, with the state from which another call can continue. */
  async complete(prompt = "", options: GenerateOptions = {}): Promise<Completion> {
    expectText("generate", "prompt", prompt);
    return (await this.completeAll([prompt], options))[0];
  }

  /**
   * Continues several prompts side by side, which takes little longer than continuing one. Text i is what
   * `complete(prompts[i])` returns with the seed `seed + i * bestOf`.
   */
  async completeAll(prompts: readonly string[], options: GenerateOptions = {}): Promise<Completion[]> {
    expectTexts("generate", "prompts", prompts);
    expectOptions("generate", options, GENERATE_OPTIONS);
    return await completeAll(this.#generator, prompts, options);
  }

  /**
   * Sets the precision in which weights are read outside training. `int8` rounds them to 8 bits with one scale per row,
   * which makes generation with large models several times as fast. The stored weights do not change, nor does what
   * `save` writes.
   */
  quantize(precision: Precision = "int8"): void {
    if (precision !== "int8" && precision !== "float32") {
      throw new InputRangeError(`quantize: expected "int8" or "float32", found ${describeValue(precision)}`);
    }
    this.network.setPrecision(precision);
  }

  async #idsOf(action: string, text: TextPart, { unknown }: EvaluateOptions): Promise<TokenIds> {
    return await idsOf(action, rewriteText(action, expectPart(action, text), this.#reader, unknown), this.#reader);
  }

  get #reader(): TextReader {
    return { tokenizer: this.tokenizer, endOfText: this.config.endOfText };
  }

  get #generator(): TextGenerator {
    return generatorOf(this);
  }
}

function refuseIfUnmeasurable(part: string, { length }: { readonly length: number } = { length: 2 }): void {
  if (length < 2) throw new InputRangeError(`fit: expected a ${part} text of at least 2 tokens, found ${length}`);
}
