import { Engine } from "../../src/engine/mod.ts";
import { writeDirectory } from "../../src/formats/mod.ts";
import {
  type Checkpoint,
  continuedSettings,
  loadParameters,
  readCheckpoint,
  runTraining,
  Trainer,
} from "../../src/train/mod.ts";
import { asPipeline, type Tokenizer } from "../../tokenizers/mod.ts";
import type { LanguageModel } from "../language_modeling/mod.ts";
import {
  modelBytes,
  type ModelContents,
  modelFiles,
  type ModelParts,
  readModelBytes,
  readModelDirectory,
} from "../task_model/mod.ts";
import { fitTemperature, probabilitiesOf } from "./calibration.ts";
import { checkConfig, configFromJSON, type SentimentConfig, TASK } from "./config.ts";
import { spansOf, weighSpans, withoutSpan, type WordWeight } from "./explanation.ts";
import { readTexts } from "./inference.ts";
import { startFromLanguageModel } from "./language_model_start.ts";
import { evaluateTexts, sentimentEvent, type SentimentFitEvent, SentimentLearning } from "./learning.ts";
import { refuseIfTooLarge } from "./memory_need.ts";
import { argmax, calibrationError, type SentimentEvaluation } from "./metrics.ts";
import { SentimentNetwork } from "./network.ts";
import type {
  Calibration,
  Classification,
  Explanation,
  ExplanationMethod,
  SentimentCreateOptions,
  SentimentFitOptions,
  SentimentReadingOptions,
} from "./options.ts";
import { completeSettings, type SentimentFitSettings, weightsOf } from "./settings.ts";
import {
  type EncodedTexts,
  encodeForReading,
  encodeTexts,
  fingerprintOf,
  type LabelledCorpus,
  type LabelledText,
} from "./texts.ts";
import { placeVectors, type VectorCoverage } from "./vectors.ts";

/** Reads the checkpoint in a classifier's directory. Throws an error that names the file where there is none or it is damaged. */
export function loadSentimentCheckpoint(directory: string): Promise<Checkpoint<SentimentFitSettings>> {
  return readCheckpoint(directory, completeSettings);
}

/**
 * A recurrent classifier of texts: it learns from labelled texts which label a text has, and says how sure it is.
 *
 * @example
 * ```ts
 * import { labelsOf, SentimentClassifier, wordTokenizer } from "@elman/elman";
 * import { assertEquals } from "@std/assert";
 *
 * const train = ["a fine film", "a dull film", "fine acting", "dull acting"].map((text) => ({
 *   text,
 *   label: text.includes("fine") ? "good" : "bad",
 * }));
 * const tokenizer = wordTokenizer(train.map(({ text }) => text));
 * const model = SentimentClassifier.create({ tokenizer, labels: labelsOf(train), embed: 8, hidden: 8 });
 * for await (const event of model.fit({ train }, { epochs: 40, learningRate: 0.02 })) {
 *   if (event.event === "epoch") console.log(event.loss);
 * }
 * const { label, confidence } = await model.classify("a fine acting");
 * assertEquals(label, "good");
 * console.log(confidence);
 * ```
 */
export class SentimentClassifier {
  /** Text to ids. */
  readonly tokenizer: Tokenizer;
  /** The layers and their parameters. */
  readonly network: SentimentNetwork;
  /** How many words have vectors, where the embeddings began with some. */
  readonly coverage: VectorCoverage | undefined;
  #config: SentimentConfig;

  private constructor(
    config: SentimentConfig,
    tokenizer: Tokenizer,
    network: SentimentNetwork,
    coverage?: VectorCoverage,
  ) {
    this.#config = config;
    this.tokenizer = tokenizer;
    this.network = network;
    this.coverage = coverage;
  }

  /** What it is made of. */
  get config(): SentimentConfig {
    return this.#config;
  }

  /** Makes an untrained classifier. Throws a RangeError for an impossible option. */
  static create(options: SentimentCreateOptions): SentimentClassifier {
    const { tokenizer, vectors, cell = "lstm", hidden = 128, layers = 1 } = options;
    const { embed = vectors?.width ?? 100, bidirectional = true } = options;
    const config = configOf(options, { cell, vocabulary: tokenizer.size, embed, hidden, layers, bidirectional });
    checkConfig("create a classifier", config);
    const network = makeNetwork(config, tokenizer, options);
    const [coverage] = network.members.map(({ embedding }) =>
      vectors && placeVectors(embedding.weight, tokenizer, vectors)
    );
    return new SentimentClassifier(config, tokenizer, network, coverage);
  }

  /**
   * Makes a classifier that begins with a language model's embeddings and recurrent layers, and with its tokenizer (Howard and Ruder 2018);
   * `unfreezeEvery` and `layerDecay` of `fit` are meant for it.
   */
  static fromLanguageModel(model: LanguageModel, options: SentimentReadingOptions): SentimentClassifier {
    const { tokenizer, config: { cell, vocabulary, embed, hidden, layers } } = model;
    const { bidirectional = false } = options;
    const config = configOf(options, { cell, vocabulary, embed, hidden, layers, bidirectional });
    checkConfig("create a classifier", config);
    const network = makeNetwork(config, tokenizer, options);
    for (const member of network.members) startFromLanguageModel(member, model.network);
    return new SentimentClassifier(config, tokenizer, network);
  }

  /** Reads a model directory. Throws an error that names the file where one is missing, damaged or of a newer version. */
  static async load(
    directory: string,
    options: { /** Where it shall live. */ readonly engine?: Engine } = {},
  ): Promise<SentimentClassifier> {
    return SentimentClassifier.#restore(await readModelDirectory(directory, TASK), options.engine);
  }

  /** Reads what `toBytes` gave. */
  static fromBytes(
    bytes: Uint8Array,
    options: { /** Where it shall live. */ readonly engine?: Engine } = {},
  ): SentimentClassifier {
    return SentimentClassifier.#restore(readModelBytes(bytes, TASK), options.engine);
  }

  static #restore({ config: json, tokenizer, tensors, sources }: ModelContents, engine?: Engine): SentimentClassifier {
    const config = configFromJSON(json, sources.config);
    if (tokenizer.size !== config.vocabulary) {
      throw new RangeError(
        `load ${sources.model}: expected a tokenizer of ${config.vocabulary} symbols, found ${tokenizer.size}`,
      );
    }
    const network = makeNetwork(config, tokenizer, { engine });
    loadParameters(network, tensors, sources.model);
    return new SentimentClassifier(config, tokenizer, network);
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
   * Trains on labelled texts, reporting every step and every epoch. When it ends the parameters with the fewest errors on the validation texts
   * are in place, the last ones without validation texts. Throws a RangeError for a text without words, for a label that is none of the
   * classifier's, and where a loss or a gradient is not finite; the last checkpoint then stays.
   */
  async *fit(
    corpus: LabelledCorpus | readonly LabelledText[],
    options: SentimentFitOptions = {},
  ): AsyncGenerator<SentimentFitEvent, void, void> {
    const { directory, saveEvery, checkpoint, notes, signal, ...asked } = options;
    // A temperature was fitted for other parameters.
    this.#config = { ...this.#config, temperature: 1 };
    const settings = checkpoint
      ? continuedSettings(checkpoint.settings, asked, completeSettings)
      : completeSettings(asked);
    const { train, valid } = this.#encodeCorpus("train" in corpus ? corpus : { train: corpus });
    const fingerprint = fingerprintOf([train, valid]);
    if (checkpoint && checkpoint.fingerprint !== fingerprint) {
      throw new RangeError("resume: expected the texts of the run that is resumed, found others");
    }
    this.#refuseIfTooLarge(train, settings);
    const learning = new SentimentLearning(this.network, train, valid, settings);
    const trainer = new Trainer(learning, settings);
    const run = { trainer, settings, fingerprint, checkpoint, files: () => modelFiles(this.#parts) };
    for await (const event of runTraining(run, { directory, saveEvery, notes, signal })) {
      yield sentimentEvent(event, learning);
    }
  }

  /** Throws what `fit` would throw at once, changing nothing: a RangeError for impossible settings, labels or texts. */
  checkFit(corpus: LabelledCorpus, options: Partial<SentimentFitSettings> = {}): void {
    const settings = completeSettings(options);
    const { train } = this.#encodeCorpus(corpus);
    this.#refuseIfTooLarge(train, settings);
    weightsOf(settings.labelWeights, train.targets, this.#config.labels.length);
    if (corpus.test) this.#encode(corpus.test, "test");
  }

  /** The label of a text and how sure the classifier is. Throws a RangeError for a text without words. */
  classify(text: string): Promise<Classification>;
  /** The labels of many texts, which are read side by side. Throws a RangeError for a text without words. */
  classify(texts: readonly string[]): Promise<Classification[]>;
  async classify(texts: string | readonly string[]): Promise<Classification | Classification[]> {
    if (typeof texts === "string") return (await this.classify([texts]))[0];
    const encoded = texts.map((text, i) =>
      encodeForReading(text, this.tokenizer, this.#config.maxTokens, texts.length === 1 ? "the text" : `text ${i + 1}`)
    );
    const readings = await readTexts(this.network, encoded.map(({ ids }) => ids));
    return readings.map(({ logits }, i) => this.#classification(logits, encoded[i].isTruncated));
  }

  /**
   * The label of a text, and which words carried the decision: by attention where it is the pooling, otherwise, or where asked for, by leaving
   * each word out in turn. Throws a RangeError for a text without words, and where attention is asked for and there is none.
   */
  async explain(
    text: string,
    options: { /** How words are weighed. */ readonly method?: ExplanationMethod } = {},
  ): Promise<Explanation> {
    const { pooling, maxTokens } = this.#config;
    const { method = pooling === "attention" ? "attention" : "omission" } = options;
    const { ids, isTruncated } = encodeForReading(text, this.tokenizer, maxTokens);
    const [{ logits, attention }] = await readTexts(this.network, [ids]);
    const classification = this.#classification(logits, isTruncated);
    if (method === "omission") {
      return { ...classification, method, words: await this.#weighByOmission(text, classification) };
    }
    if (!attention) {
      throw new RangeError(`explain by attention: expected the pooling attention or concat, found ${pooling}`);
    }
    const { offsets } = asPipeline(this.tokenizer).encoding(text);
    return { ...classification, method, words: weighSpans(text, offsets, attention) };
  }

  /** Measures the classifier on labelled texts. Throws a RangeError for a text without words, and for a label that is none of its own. */
  async evaluate(
    texts: readonly LabelledText[],
    options: { /** Stops the evaluation. */ readonly signal?: AbortSignal } = {},
  ): Promise<SentimentEvaluation> {
    if (texts.length === 0) throw new RangeError("evaluate: expected at least 1 text, found none");
    const { labels, temperature } = this.#config;
    return await evaluateTexts(this.network, this.#encode(texts, "given"), labels, { ...options, temperature });
  }

  /**
   * Fits the temperature by which logits are divided, so that confidences are as right as they can be on these texts, which should be
   * validation texts. Labels stay as they are (Guo et al. 2017).
   */
  async calibrate(texts: readonly LabelledText[]): Promise<Calibration> {
    if (texts.length === 0) throw new RangeError("calibrate: expected at least 1 text, found none");
    const { ids, targets } = this.#encode(texts, "given");
    const logits = (await readTexts(this.network, ids)).map((reading) => reading.logits);
    const error = (t: number): number => calibrationError(logits.map((row) => probabilitiesOf(row, t)), targets);
    const before = error(this.#config.temperature);
    const temperature = fitTemperature(logits, targets);
    this.#config = { ...this.#config, temperature };
    return { temperature, before, after: error(temperature) };
  }

  async #weighByOmission(text: string, { label, probabilities }: Classification): Promise<WordWeight[]> {
    const spans = spansOf(text);
    const shorter = spans.map((span) => withoutSpan(text, span));
    const readable = shorter.flatMap((text, i) => text.trim() === "" ? [] : [i]);
    const found = await this.classify(readable.map((i) => shorter[i]));
    const rests = new Map(readable.map((i, k) => [i, found[k].probabilities[label]]));
    // Of nothing at all every label is as likely as any other.
    const blank = 1 / this.#config.labels.length;
    return spans.map((span, i) => ({
      ...span,
      word: text.slice(span.start, span.end),
      weight: Math.log(probabilities[label]) - Math.log(rests.get(i) ?? blank),
    }));
  }

  #classification(logits: Float32Array, isTruncated: boolean): Classification {
    const { labels, temperature } = this.#config;
    const p = probabilitiesOf(logits, temperature);
    const best = argmax(p);
    const probabilities = Object.fromEntries(labels.map((label, i) => [label, p[i]]));
    return { label: labels[best], confidence: p[best], probabilities, isTruncated };
  }

  #refuseIfTooLarge({ ids }: EncodedTexts, settings: SentimentFitSettings): void {
    const longest = ids.reduce((most, { length }) => Math.max(most, length), 0);
    refuseIfTooLarge("fit", this.#config, { settings, longest });
  }

  #encodeCorpus({ train, valid }: LabelledCorpus): { train: EncodedTexts; valid: EncodedTexts | undefined } {
    if (train.length === 0) throw new RangeError("fit: expected at least 1 text to learn from, found none");
    return { train: this.#encode(train, "training"), valid: valid && this.#encode(valid, "validation") };
  }

  #encode(texts: readonly LabelledText[], part: string): EncodedTexts {
    const { labels, maxTokens } = this.#config;
    return encodeTexts(texts, this.tokenizer, labels, maxTokens, part);
  }

  get #parts(): ModelParts {
    return { task: TASK, config: this.#config, tokenizer: this.tokenizer, network: this.network };
  }
}

type Shape = Pick<SentimentConfig, "cell" | "vocabulary" | "embed" | "hidden" | "layers" | "bidirectional">;

function configOf(options: SentimentReadingOptions, shape: Shape): SentimentConfig {
  const { labels, members = 1, pooling = "concat", maxTokens = 2000, dropout = 0.5 } = options;
  const { inputDropout = 0, embedDropout = 0, wordDropout = 0 } = options;
  const rates = { dropout, inputDropout, embedDropout, wordDropout };
  return { ...shape, members, pooling, labels: [...labels], maxTokens, ...rates, temperature: 1 };
}

function makeNetwork(
  config: SentimentConfig,
  tokenizer: Tokenizer,
  { engine = Engine.default(), seed = 1 }: { readonly engine?: Engine; readonly seed?: number },
): SentimentNetwork {
  refuseIfTooLarge("make a classifier", config);
  return new SentimentNetwork(config, { engine, seed, unknownId: tokenizer.unknownId });
}
