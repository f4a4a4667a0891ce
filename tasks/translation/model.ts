import { InputRangeError, InputTypeError } from "../../errors.ts";
import { type Communicator, shareTexts } from "../../src/distributed/mod.ts";
import { count, describeValue, expectOptions, type Given } from "../../src/schema/mod.ts";
import { spreadItems } from "../../src/train/mod.ts";
import type { Tokenizer } from "../../tokenizers/mod.ts";
import {
  type EngineChoice,
  expectTexts,
  expectTokenizer,
  type FitOptions,
  type Prepared,
  type Task,
  TaskModel,
} from "../task_model/mod.ts";
import { alphabetOf, unseenCharacters } from "./alphabet.ts";
import type { Translation, TranslatorEvaluation } from "./answers.ts";
import { decodeSentences } from "./decoding.ts";
import type { TranslatorConfig, TranslatorInitialisation, TranslatorSettings } from "./hyperparameters.ts";
import { evaluatePairs, translatorEvent, TranslatorLearning } from "./learning.ts";
import { dropMerges, refuseWithoutMerges } from "./merge_dropout.ts";
import { corpusBleu, corpusChrf, exactMatch } from "./metrics/mod.ts";
import {
  type EncodedPairs,
  encodePairs,
  encodeSource,
  expectPairList,
  expectPairs,
  fingerprintOf,
  type ParallelCorpus,
  type SentencePair,
  type TokenizerPair,
  withoutAddedTokens,
} from "./pairs.ts";
import type { TranslatorNetwork } from "./network.ts";
import { PRESETS, type TranslatorPreset } from "./presets.ts";
import type { Hypothesis } from "./search/mod.ts";
import { completeSearch, SEARCH, type TranslateSettings } from "./search_options.ts";
import { TRANSLATION, type TranslatorTypes } from "./task.ts";
import { writeTranslation } from "./writing.ts";

/** How BLEU is measured during training. */
interface BleuOptions {
  /** Stops the measurement. */
  readonly signal?: AbortSignal;
  /** Connects the ranks, each of which translates some of the sentences. */
  readonly communicator: Communicator;
}

/** Options of `Translator.create`. */
export interface TranslatorOptions
  extends
    Partial<Omit<TranslatorConfig, "sourceVocabSize" | "targetVocabSize" | "joint" | "alphabet">>,
    Partial<TranslatorInitialisation>,
    EngineChoice {
  /** The tokenizer of the source. */
  readonly sourceTokenizer: Tokenizer;
  /** The tokenizer of the target. Default: the source tokenizer, as a joint vocabulary. */
  readonly targetTokenizer?: Tokenizer;
}

/** Options of `translate`. */
export interface TranslateOptions extends Partial<TranslateSettings> {
  /** Further translators whose probabilities are averaged with this one's; their vocabularies must be the same. */
  readonly members?: readonly Translator[];
  /** Aborts between decoding steps; the call then throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** Awaited between decoding steps, so that other work goes on. Default: the event loop runs every 20 ms. */
  readonly pause?: () => Promise<void>;
}

/**
 * Options of a translator's `fit`.
 *
 * @example
 * ```ts
 * import { CharTokenizer, Translator, type TranslatorFitOptions } from "@elman/elman";
 * import { assertEquals } from "@std/assert";
 *
 * const pairs = ["ab", "abc", "cab"].map((source) => ({ source, target: [...source].reverse().join("") }));
 * const options: TranslatorFitOptions = { epochs: 2, batchTokens: 64 };
 * const translator = Translator.create({ sourceTokenizer: CharTokenizer.train("abc"), embed: 4, hidden: 8 });
 * assertEquals((await translator.fit(pairs, options)).epochs.length, 2);
 * ```
 */
export type TranslatorFitOptions = FitOptions<TranslatorSettings>;

/**
 * A recurrent encoder-decoder with attention: translates sentences, or maps any sequence to another.
 *
 * @example
 * ```ts
 * import { CharTokenizer, Translator } from "@elman/elman";
 *
 * const pairs = ["ab", "abc", "cab", "bca"].map((source) => ({ source, target: [...source].reverse().join("") }));
 * const translator = Translator.create({ sourceTokenizer: CharTokenizer.train("abc"), embed: 8, hidden: 16 });
 * for await (const event of translator.fit(pairs, { epochs: 3 })) {
 *   if (event.event === "epoch") console.log(event.loss);
 * }
 * const { text, score } = await translator.translate("cab", { beam: 2 });
 * console.log(text, score);
 * ```
 */
export class Translator extends TaskModel<TranslatorTypes> {
  /** The task. */
  static readonly task: Task<TranslatorTypes> = TRANSLATION;
  /** The presets by name: options of `create` and `fit` for the demonstration. */
  static readonly presets: Readonly<Record<string, TranslatorPreset>> = PRESETS;
  #lean: TokenizerPair | undefined;

  /** Creates an untrained translator. Throws `TypeError` or `RangeError` if an option is invalid. */
  static create(options: TranslatorOptions): Translator {
    const action = "create a translator";
    const { sourceTokenizer: source, targetTokenizer, ...rest } = expectTokenizer(action, options, "sourceTokenizer");
    const target = targetTokenizer ?? source;
    if (target !== source) expectTokenizer(action, options, "targetTokenizer");
    const joint = target === source;
    const sizes = { sourceVocabSize: source.size + 1, targetVocabSize: target.size + 1, joint };
    const processors = { tokenizer: source, targetTokenizer: joint ? undefined : target };
    return TaskModel.make(Translator, processors, rest, sizes);
  }

  /** The tokenizer of the source. */
  get sourceTokenizer(): Tokenizer {
    return this.processors.tokenizer;
  }

  /** The tokenizer of the target; the source tokenizer if the vocabulary is joint. */
  get targetTokenizer(): Tokenizer {
    return this.processors.targetTokenizer ?? this.processors.tokenizer;
  }

  /** The tokenizers without the tokens that they add around a document. */
  get #tokenizers(): TokenizerPair {
    return this.#lean ??= {
      source: withoutAddedTokens(this.sourceTokenizer),
      target: withoutAddedTokens(this.targetTokenizer),
    };
  }

  /** The default settings depend on the number of training pairs. */
  protected override settingsContext(data: ParallelCorpus | readonly SentencePair[]): Given {
    return { pairs: expectPairs("fit", data).train.length };
  }

  /**
   * Encodes sentence pairs and leaves out those that are too long or have an empty side. Throws `RangeError` if no pair
   * is left.
   */
  protected override prepare(
    data: ParallelCorpus | readonly SentencePair[],
    settings: TranslatorSettings,
  ): Promise<Prepared<TranslatorTypes>> {
    const corpus = expectPairs("fit", data);
    const [train, valid, test] = [corpus.train, corpus.valid, corpus.test].map((pairs) => pairs && this.encode(pairs));
    for (const [part, pairs] of Object.entries({ training: train, validation: valid, test })) {
      if (pairs) refuseIfNone(`fit: expected at least 1 ${part}`, pairs);
    }
    const { mergeDropout: rate, seed, batchTokens } = settings;
    if (rate > 0) refuseWithoutMerges(this.#tokenizers);
    const { maxTokens } = this.config;
    const plain = train!;
    const drop = rate === 0
      ? undefined
      : (epoch: number) => dropMerges({ plain, tokenizers: this.#tokenizers, rate, seed, maxTokens }, epoch);
    const validation = valid && {
      pairs: valid,
      bleu: (share: number, options: BleuOptions) => this.#greedyBleu(spreadItems(corpus.valid!, share), options),
    };
    const parts = { train: plain, valid: validation, drop, boundary: this.network.boundary };
    return Promise.resolve({
      noun: "the pairs",
      fingerprint: fingerprintOf([train, valid]),
      step: `batches of ${count(batchTokens, "symbol")}`,
      learning: (network, communicator) => new TranslatorLearning(network, parts, settings, communicator),
      largestBatch: (learning: TranslatorLearning) => learning.largestBatch,
      begin: () => this.#alphabetOf(plain.kept),
      event: translatorEvent,
    });
  }

  /** Encodes pairs as `fit` does, and counts those that are left out. */
  encode(pairs: readonly SentencePair[]): EncodedPairs {
    return encodePairs(pairs, this.#tokenizers, this.config);
  }

  /**
   * Translates a sentence; the translation of an empty sentence is empty. Throws `RangeError` if an option is invalid.
   */
  translate(text: string, options?: TranslateOptions): Promise<Translation>;
  /** Translates several sentences in batches. */
  translate(texts: readonly string[], options?: TranslateOptions): Promise<Translation[]>;
  async translate(
    texts: string | readonly string[],
    options: TranslateOptions = {},
  ): Promise<Translation | Translation[]> {
    if (typeof texts === "string") return (await this.translate([texts], options))[0];
    expectTexts("translate", "texts", texts);
    expectOptions("translate", options, [...Object.keys(SEARCH), "members", "signal", "pause"]);
    const { members, signal, pause, ...given } = options;
    const networks = this.#networks(members);
    const { replaceUnknown, ...search } = completeSearch(given);
    const encoded = texts.map((text) => encodeSource(text, this.#tokenizers.source, this.config.maxTokens));
    const unused = this.#tokenizers.target.unusedIds;
    const full = [...encoded.keys()].filter((i) => encoded[i].ids.length > 1);
    const settings = { ...search, unused, signal, pause };
    const decoded = await decodeSentences(networks, full.map((i) => encoded[i].ids), settings);
    const found = new Map(full.map((i, place) => [i, decoded[place]]));
    const unknown = this.#unknownIn(texts);
    return texts.map((text, i) => ({
      ...writeTranslation(text, encoded[i], found.get(i) ?? [EMPTY_HYPOTHESIS], this.#tokenizers, replaceUnknown),
      unknown: unknown[i],
    }));
  }

  /**
   * For each text, the symbols outside the source vocabulary and the characters that no training sentence contained.
   */
  #unknownIn(texts: readonly string[]): string[][] {
    const { source } = this.#tokenizers;
    const alphabet = this.config.alphabet === null ? undefined : new Set(this.config.alphabet);
    return texts.map((text) => {
      const unknown = source.unknownSymbols(text);
      const unseen = alphabet ? unseenCharacters(text, alphabet, source) : [];
      return [...unknown, ...unseen.filter((character) => !unknown.some((symbol) => symbol.includes(character)))];
    });
  }

  #alphabetOf(pairs: readonly SentencePair[]): Pick<TranslatorConfig, "alphabet"> {
    const texts = [this.config.alphabet ?? "", ...pairs.map(({ source }) => source)];
    return { alphabet: alphabetOf(texts, this.#tokenizers.source) };
  }

  /**
   * Evaluates the translator on sentence pairs, with the given `members`: BLEU, chrF and exact match of the
   * translations, and the loss of the references. Pairs that are too long or have an empty side have no loss. Throws
   * `RangeError` if no pair has one.
   */
  async evaluate(pairs: readonly SentencePair[], options: TranslateOptions = {}): Promise<TranslatorEvaluation> {
    expectPairList("evaluate", "pairs", pairs);
    const encoded = this.encode(pairs);
    refuseIfNone("evaluate: expected at least 1", encoded);
    const references = pairs.map(({ target }) => target);
    const translations = (await this.translate(pairs.map(({ source }) => source), options)).map(({ text }) => text);
    const { score: bleu, signature: bleuSignature } = corpusBleu(translations, references);
    const { boundary } = this.network;
    const { loss, nextTokenAccuracy } = await evaluatePairs(this.#networks(options.members), encoded, {
      boundary,
      signal: options.signal,
    });
    return {
      sentences: pairs.length,
      empty: encoded.empty,
      long: encoded.long,
      bleu,
      bleuSignature,
      chrf: corpusChrf(translations, references).score,
      exactMatch: exactMatch(translations, references),
      loss,
      nextTokenAccuracy,
      translations,
    };
  }

  async #greedyBleu(pairs: readonly SentencePair[], { signal, communicator }: BleuOptions): Promise<number> {
    const found = await shareTexts(communicator, pairs.length, async (places) => {
      const translations = await this.translate(places.map((place) => pairs[place].source), { beam: 1, signal });
      return translations.map(({ text }) => text);
    });
    return corpusBleu(found, pairs.map(({ target }) => target)).score;
  }

  /**
   * Returns the networks of this translator and of others. Throws `TypeError` if another is no translator, and
   * `RangeError` if it has different vocabularies.
   */
  #networks(members: readonly Translator[] = []): TranslatorNetwork[] {
    const isList = Array.isArray(members) && members.every((other) => other instanceof Translator);
    if (isList) return [this, ...members].map((translator) => this.#alike(translator).network);
    throw new InputTypeError(
      `translate: expected members to be a list of translators, found ${describeValue(members)}`,
    );
  }

  #alike(other: Translator): Translator {
    const sides = ["sourceTokenizer", "targetTokenizer"] as const;
    const differs = other === this
      ? undefined
      : sides.find((side) => JSON.stringify(this[side].toJSON()) !== JSON.stringify(other[side].toJSON()));
    if (!differs) return other;
    const side = differs === "sourceTokenizer" ? "source" : "target";
    throw new InputRangeError(
      `translate with several models: expected the same ${side} vocabulary, found different ones of ${
        this[differs].size
      } and ${other[differs].size} symbols; train them with the same tokenizer files`,
    );
  }
}

function refuseIfNone(expected: string, { sources, empty, long }: EncodedPairs): void {
  if (sources.length > 0) return;
  throw new InputRangeError(`${expected} pair, found none besides ${empty} empty and ${long} too long ones`);
}

/** The translation of an empty sentence. */
const EMPTY_HYPOTHESIS: Hypothesis = { symbols: [], logProbability: 0, score: 0, attention: [] };
