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
import type { Tokenizer } from "../../tokenizers/mod.ts";
import {
  modelBytes,
  type ModelContents,
  modelFiles,
  type ModelParts,
  readModelBytes,
  readModelDirectory,
} from "../task_model/mod.ts";
import { alphabetOf, unseenCharacters } from "./alphabet.ts";
import { checkConfig, configFromJSON, TASK, type TranslationConfig } from "./config.ts";
import { BATCH, checkDecoding, decodeSentences, type DecodingOptions } from "./decoding.ts";
import { evaluatePairs, translationEvent, type TranslationFitEvent, TranslationLearning } from "./learning.ts";
import { refuseIfTooLarge } from "./memory_need.ts";
import { dropMerges, refuseWithoutMerges } from "./merge_dropout.ts";
import { corpusBleu, corpusChrf, exactMatch } from "./metrics/mod.ts";
import { TranslationNetwork } from "./network.ts";
import type {
  TranslateOptions,
  Translation,
  TranslationEvaluation,
  TranslationFitOptions,
  TranslatorCreateOptions,
} from "./options.ts";
import {
  type EncodedPairs,
  encodePairs,
  encodeSource,
  fingerprintOf,
  type SentencePair,
  type TokenizerPair,
  type TranslationCorpus,
  withoutAddedTokens,
} from "./pairs.ts";
import type { Hypothesis } from "./search/mod.ts";
import { completeSettings, type TranslationFitSettings } from "./settings.ts";
import { writeTranslation } from "./writing.ts";

/** Reads the checkpoint in a translator's directory. Throws an error that names the file where there is none or it is damaged. */
export function loadTranslationCheckpoint(directory: string): Promise<Checkpoint<TranslationFitSettings>> {
  return readCheckpoint(directory, completeSettings);
}

/**
 * A recurrent encoder and decoder with attention: it learns from sentence pairs how one side becomes the other, and translates.
 *
 * @example
 * ```ts
 * import { CharTokenizer, Translator } from "@elman/elman";
 *
 * const pairs = ["ab", "abc", "cab", "bca"].map((source) => ({ source, target: [...source].reverse().join("") }));
 * const translator = Translator.create({ sourceTokenizer: CharTokenizer.train("abc"), embed: 8, hidden: 16 });
 * for await (const event of translator.fit({ train: pairs }, { epochs: 3 })) {
 *   if (event.event === "epoch") console.log(event.loss);
 * }
 * const { text, score } = await translator.translate("cab", { beam: 2 });
 * console.log(text, score);
 * ```
 */
export class Translator {
  /** Source text to ids. */
  readonly sourceTokenizer: Tokenizer;
  /** Ids to target text; the same one where it is joint. */
  readonly targetTokenizer: Tokenizer;
  /** The layers and their parameters. */
  readonly network: TranslationNetwork;
  #config: TranslationConfig;
  /** What divides sentences into tokens. */
  #tokenizers: TokenizerPair;

  private constructor(config: TranslationConfig, { source, target }: TokenizerPair, network: TranslationNetwork) {
    this.#config = config;
    this.sourceTokenizer = source;
    this.targetTokenizer = target;
    this.#tokenizers = { source: withoutAddedTokens(source), target: withoutAddedTokens(target) };
    this.network = network;
  }

  /** What it is made of. */
  get config(): TranslationConfig {
    return this.#config;
  }

  /** Makes an untrained translator. Throws a RangeError for an impossible option. */
  static create(options: TranslatorCreateOptions): Translator {
    const { sourceTokenizer: source, targetTokenizer: target = source } = options;
    if (!source) throw new RangeError("create a translator: expected a sourceTokenizer, found none");
    const config = configOf(options, { source, target });
    checkConfig("create a translator", config);
    return new Translator(config, { source, target }, makeNetwork(config, options));
  }

  /** Reads a model directory. Throws an error that names the file where one is missing, damaged or of a newer version. */
  static async load(
    directory: string,
    options: { /** Where it shall live. */ readonly engine?: Engine } = {},
  ): Promise<Translator> {
    return Translator.#restore(await readModelDirectory(directory, TASK), options.engine);
  }

  /** Reads what `toBytes` gave. */
  static fromBytes(
    bytes: Uint8Array,
    options: { /** Where it shall live. */ readonly engine?: Engine } = {},
  ): Translator {
    return Translator.#restore(readModelBytes(bytes, TASK), options.engine);
  }

  static #restore({ config: json, tensors, sources, ...tokenizers }: ModelContents, engine?: Engine): Translator {
    const config = configFromJSON(json, sources.config);
    const { tokenizer: source, targetTokenizer } = tokenizers;
    const target = config.joint ? source : targetTokenizer;
    const sizes = [config.sourceVocabulary - 1, config.targetVocabulary - 1];
    if (source.size !== sizes[0] || target?.size !== sizes[1]) {
      const found = `${source.size} and ${target?.size ?? "no tokenizer"}`;
      throw new RangeError(
        `load ${sources.model}: expected tokenizers of ${sizes.join(" and ")} symbols, found ${found}`,
      );
    }
    const network = makeNetwork(config, { engine });
    loadParameters(network, tensors, sources.model);
    return new Translator(config, { source, target }, network);
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
   * Trains on sentence pairs, reporting every step and every epoch; pairs with an empty side and those that are too long are left out. When it ends
   * the parameters with the best BLEU or loss on the validation pairs are in place, the last ones without validation pairs. Throws a RangeError
   * where no pairs are left, and where a loss or a gradient is not finite; the last checkpoint then stays.
   */
  async *fit(
    corpus: TranslationCorpus | readonly SentencePair[],
    options: TranslationFitOptions = {},
  ): AsyncGenerator<TranslationFitEvent, void, void> {
    const { directory, saveEvery, checkpoint, notes, signal, ...asked } = options;
    const settings = checkpoint
      ? continuedSettings(checkpoint.settings, asked, completeSettings)
      : completeSettings(asked);
    const { train: pairs, valid: validPairs } = "train" in corpus ? corpus : { train: corpus };
    const [train, valid] = [this.encode(pairs), validPairs && this.encode(validPairs)];
    this.#refuseIfImpossible({ training: train, validation: valid }, settings);
    const fingerprint = fingerprintOf([train, valid]);
    if (checkpoint && checkpoint.fingerprint !== fingerprint) {
      throw new RangeError("resume: expected the pairs of the run that is resumed, found others");
    }
    const validation = valid && {
      pairs: valid,
      bleu: async (signal?: AbortSignal) => await this.#greedyBleu(validPairs!, signal),
    };
    const drop = this.#dropping(train, settings);
    this.#learnAlphabet(train.kept);
    const learning = new TranslationLearning(this.network, { train, valid: validation, drop }, settings);
    const trainer = new Trainer(learning, settings);
    const run = { trainer, settings, fingerprint, checkpoint, files: () => modelFiles(this.#parts) };
    for await (const event of runTraining(run, { directory, saveEvery, notes, signal })) {
      yield translationEvent(event, learning);
    }
  }

  /** Throws what `fit` would throw at once, changing nothing: a RangeError for impossible settings, or where no pairs are left. */
  checkFit(
    { train, valid, test }: TranslationCorpus & { /** Measured afterwards. */ readonly test?: readonly SentencePair[] },
    options: Partial<TranslationFitSettings> = {},
  ): void {
    const [training, validation, testing] = [train, valid, test].map((pairs) => pairs && this.encode(pairs));
    this.#refuseIfImpossible({ training, validation, test: testing }, completeSettings(options));
  }

  /** The numbers of pairs, as `fit` reads them, and how many are left out. */
  encode(pairs: readonly SentencePair[]): EncodedPairs {
    return encodePairs(pairs, this.#tokenizers, this.config);
  }

  /** Translates a sentence; an empty one stays empty. Throws a RangeError for impossible options. */
  translate(text: string, options?: TranslateOptions): Promise<Translation>;
  /** Translates many sentences, which are read side by side. */
  translate(texts: readonly string[], options?: TranslateOptions): Promise<Translation[]>;
  async translate(
    texts: string | readonly string[],
    options: TranslateOptions = {},
  ): Promise<Translation | Translation[]> {
    if (typeof texts === "string") return (await this.translate([texts], options))[0];
    const { ensemble = [], replaceUnknown = true } = options;
    const networks = [this, ...ensemble].map((translator) => this.#alike(translator).network);
    const search = { ...USUAL_SEARCH, ...definedOnly(options) };
    checkDecoding(search);
    const encoded = texts.map((text) => encodeSource(text, this.#tokenizers.source, this.config.maxTokens));
    const full = [...encoded.keys()].filter((i) => encoded[i].ids.length > 1);
    const decoded = await decodeSentences(networks, full.map((i) => encoded[i].ids), search);
    const found = new Map(full.map((i, place) => [i, decoded[place]]));
    const unknown = this.#unknownIn(texts);
    return texts.map((text, i) => ({
      ...writeTranslation(text, encoded[i], found.get(i) ?? [NOTHING], this.#tokenizers, replaceUnknown),
      unknown: unknown[i],
    }));
  }

  /** What of each text the source vocabulary lacks, and characters that it has but that were never seen. */
  #unknownIn(texts: readonly string[]): string[][] {
    const { source } = this.#tokenizers;
    const alphabet = this.config.alphabet === undefined ? undefined : new Set(this.config.alphabet);
    return texts.map((text) => {
      const unknown = source.unknownSymbols(text);
      const unseen = alphabet ? unseenCharacters(text, alphabet, source) : [];
      return [...unknown, ...unseen.filter((character) => !unknown.some((symbol) => symbol.includes(character)))];
    });
  }

  #learnAlphabet(pairs: readonly SentencePair[]): void {
    const texts = [this.config.alphabet ?? "", ...pairs.map(({ source }) => source)];
    this.#config = { ...this.config, alphabet: alphabetOf(texts, this.#tokenizers.source) };
  }

  /**
   * Measures the translator on pairs: how good its translations are and, but for pairs with an empty side and those that are too long, the
   * references' loss. Throws a RangeError where there are no others.
   */
  async evaluate(pairs: readonly SentencePair[], options: TranslateOptions = {}): Promise<TranslationEvaluation> {
    const encoded = this.encode(pairs);
    refuseIfNone("evaluate: expected at least 1", encoded);
    const references = pairs.map(({ target }) => target);
    const translations = (await this.translate(pairs.map(({ source }) => source), options)).map(({ text }) => text);
    const { score: bleu, signature: bleuSignature } = corpusBleu(translations, references);
    const { loss, tokenAccuracy } = await evaluatePairs(this.network, encoded, options);
    return {
      sentences: pairs.length,
      empty: encoded.empty,
      long: encoded.long,
      bleu,
      bleuSignature,
      chrf: corpusChrf(translations, references).score,
      exactMatch: exactMatch(translations, references),
      loss,
      tokenAccuracy,
      translations,
    };
  }

  async #greedyBleu(pairs: readonly SentencePair[], signal?: AbortSignal): Promise<number> {
    const translations = await this.translate(pairs.map(({ source }) => source), { beam: 1, signal });
    return corpusBleu(translations.map(({ text }) => text), pairs.map(({ target }) => target)).score;
  }

  /** Refuses a translator with other vocabularies. */
  #alike(other: Translator): Translator {
    const sides = ["sourceTokenizer", "targetTokenizer"] as const;
    const differs = other === this
      ? undefined
      : sides.find((side) => JSON.stringify(this[side].toJSON()) !== JSON.stringify(other[side].toJSON()));
    if (!differs) return other;
    const side = differs === "sourceTokenizer" ? "source" : "target";
    throw new RangeError(
      `translate with several models: expected the same ${side} vocabulary, found ${this[differs].size} and ${
        other[differs].size
      } symbols that differ`,
    );
  }

  #refuseIfImpossible(
    parts: Readonly<Record<string, EncodedPairs | undefined>>,
    settings: TranslationFitSettings,
  ): void {
    for (const [part, pairs] of Object.entries(parts)) {
      if (pairs) refuseIfNone(`fit: expected at least 1 ${part}`, pairs);
    }
    if (settings.mergeDropout > 0) refuseWithoutMerges(this.#tokenizers);
    refuseIfTooLarge("fit", this.config, settings);
  }

  /** What makes the training pairs of each epoch, where epochs differ. */
  #dropping(plain: EncodedPairs, settings: TranslationFitSettings): ((epoch: number) => EncodedPairs) | undefined {
    const { mergeDropout: rate, seed } = settings;
    if (rate === 0) return undefined;
    const { maxTokens } = this.config;
    return (epoch) => dropMerges({ plain, tokenizers: this.#tokenizers, rate, seed, maxTokens }, epoch);
  }

  get #parts(): ModelParts {
    const { config, network, sourceTokenizer: tokenizer } = this;
    const targetTokenizer = config.joint ? undefined : this.targetTokenizer;
    return { task: TASK, config, tokenizer, targetTokenizer, network };
  }
}

/** How translations are looked for where nothing is said. */
const USUAL_SEARCH: DecodingOptions = {
  ...{ beam: 5, nBest: 1, lengthNorm: "wu", lengthPenalty: 1, coveragePenalty: 0 },
  ...{ minLength: 0, maxLengthRatio: 2, blockNgrams: 0, batch: BATCH },
};

function refuseIfNone(expected: string, { sources, empty, long }: EncodedPairs): void {
  if (sources.length > 0) return;
  throw new RangeError(`${expected} pair, found none, ${empty} empty and ${long} too long ones apart`);
}

/** What an empty sentence becomes. */
const NOTHING: Hypothesis = { symbols: [], logProbability: 0, score: 0, attention: [] };

function definedOnly<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
}

function configOf(options: TranslatorCreateOptions, { source, target }: TokenizerPair): TranslationConfig {
  const { cell = "lstm", embed = 256, hidden = 512, encoderHidden = Math.ceil(hidden / 2), layers = 1 } = options;
  const { bridge = "dense", attention = "additive", heads = 4, inputFeeding = false } = options;
  const joint = source === target;
  const { tied = true, shared = joint, dropout = 0.3, inputDropout = 0.3, maxTokens = 200 } = options;
  const vocabularies = { sourceVocabulary: source.size + 1, targetVocabulary: target.size + 1, joint };
  const sizes = { embed, hidden, encoderHidden, layers };
  const rates = { dropout, inputDropout, maxTokens };
  return { cell, ...vocabularies, ...sizes, bridge, attention, heads, inputFeeding, tied, shared, ...rates };
}

function makeNetwork(
  config: TranslationConfig,
  { engine = Engine.default(), seed = 1 }: { readonly engine?: Engine; readonly seed?: number },
): TranslationNetwork {
  refuseIfTooLarge("make a translator", config);
  return new TranslationNetwork(config, { engine, seed });
}
