import { expectOptions } from "../../src/schema/mod.ts";
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
import { PRESETS, type TranslatorPreset } from "./presets.ts";
import type { Hypothesis } from "./search/mod.ts";
import { completeSearch, SEARCH, type TranslateSettings } from "./search_options.ts";
import { TRANSLATION, type TranslatorTypes } from "./task.ts";
import { writeTranslation } from "./writing.ts";

/** Options of `Translator.create`. */
export interface TranslatorOptions
  extends
    Partial<Omit<TranslatorConfig, "sourceVocabSize" | "targetVocabSize" | "joint" | "alphabet">>,
    Partial<TranslatorInitialisation>,
    EngineChoice {
  /** Source text to ids. */
  readonly sourceTokenizer: Tokenizer;
  /** Ids to target text. Default: the source's own. */
  readonly targetTokenizer?: Tokenizer;
}

/** Options of `translate`: how translations are looked for. */
export interface TranslateOptions extends Partial<TranslateSettings> {
  /** Translators whose probabilities are averaged with this one's; they must have the same vocabularies. */
  readonly members?: readonly Translator[];
  /** Stops between steps; its reason is thrown. */
  readonly signal?: AbortSignal;
}

/** Options of a translator's `fit`. */
export type TranslatorFitOptions = FitOptions<TranslatorSettings>;

/**
 * A recurrent encoder and decoder with attention: translates, or writes any sequence for another.
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
  /** The demonstration, by name: options of `create` and of `fit`. */
  static readonly presets: Readonly<Record<string, TranslatorPreset>> = PRESETS;
  #lean: TokenizerPair | undefined;

  /** Makes an untrained translator. Throws a `TypeError` or `RangeError` for an impossible option. */
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

  /** Source text to ids. */
  get sourceTokenizer(): Tokenizer {
    return this.processors.tokenizer;
  }

  /** Ids to target text; the source's own tokenizer where it is joint. */
  get targetTokenizer(): Tokenizer {
    return this.processors.targetTokenizer ?? this.processors.tokenizer;
  }

  /** What divides sentences into tokens. */
  get #tokenizers(): TokenizerPair {
    return this.#lean ??= {
      source: withoutAddedTokens(this.sourceTokenizer),
      target: withoutAddedTokens(this.targetTokenizer),
    };
  }

  /** Reads sentence pairs; those with an empty side and those that are too long are left out. Throws a `RangeError` if none are left. */
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
      bleu: (signal?: AbortSignal) => this.#greedyBleu(corpus.valid!, signal),
    };
    const parts = { train: plain, valid: validation, drop, boundary: this.network.boundary };
    return Promise.resolve({
      noun: "the pairs",
      fingerprint: fingerprintOf([train, valid]),
      step: `batches of ${batchTokens} symbols`,
      learning: (network) => new TranslatorLearning(network, parts, settings),
      largestBatch: (learning: TranslatorLearning) => learning.largestBatch,
      begin: () => this.#learnAlphabet(plain.kept),
      event: translatorEvent,
    });
  }

  /** The numbers of pairs, as `fit` reads them, and how many are left out. */
  encode(pairs: readonly SentencePair[]): EncodedPairs {
    return encodePairs(pairs, this.#tokenizers, this.config);
  }

  /** Translates a sentence; an empty one stays empty. Throws a `RangeError` for impossible options. */
  translate(text: string, options?: TranslateOptions): Promise<Translation>;
  /** Translates many sentences, which are read side by side. */
  translate(texts: readonly string[], options?: TranslateOptions): Promise<Translation[]>;
  async translate(
    texts: string | readonly string[],
    options: TranslateOptions = {},
  ): Promise<Translation | Translation[]> {
    if (typeof texts === "string") return (await this.translate([texts], options))[0];
    expectTexts("translate", "texts", texts);
    expectOptions("translate", options, [...Object.keys(SEARCH), "members", "signal"]);
    const { members = [], signal, ...given } = options;
    const networks = [this, ...members].map((translator) => this.#alike(translator).network);
    const { replaceUnknown, ...search } = completeSearch(given);
    const encoded = texts.map((text) => encodeSource(text, this.#tokenizers.source, this.config.maxTokens));
    const full = [...encoded.keys()].filter((i) => encoded[i].ids.length > 1);
    const decoded = await decodeSentences(networks, full.map((i) => encoded[i].ids), { ...search, signal });
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
    const alphabet = this.config.alphabet === null ? undefined : new Set(this.config.alphabet);
    return texts.map((text) => {
      const unknown = source.unknownSymbols(text);
      const unseen = alphabet ? unseenCharacters(text, alphabet, source) : [];
      return [...unknown, ...unseen.filter((character) => !unknown.some((symbol) => symbol.includes(character)))];
    });
  }

  #learnAlphabet(pairs: readonly SentencePair[]): void {
    const texts = [this.config.alphabet ?? "", ...pairs.map(({ source }) => source)];
    this.configure({ alphabet: alphabetOf(texts, this.#tokenizers.source) });
  }

  /**
   * Measures the translator on pairs: how good its translations are and, but for pairs with an empty side and those that are too long, the
   * references' loss. Throws a `RangeError` if there are no others.
   */
  async evaluate(pairs: readonly SentencePair[], options: TranslateOptions = {}): Promise<TranslatorEvaluation> {
    expectPairList("evaluate", "pairs", pairs);
    const encoded = this.encode(pairs);
    refuseIfNone("evaluate: expected at least 1", encoded);
    const references = pairs.map(({ target }) => target);
    const translations = (await this.translate(pairs.map(({ source }) => source), options)).map(({ text }) => text);
    const { score: bleu, signature: bleuSignature } = corpusBleu(translations, references);
    const { boundary } = this.network;
    const { loss, tokenAccuracy } = await evaluatePairs(this.network, encoded, { boundary, signal: options.signal });
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
}

function refuseIfNone(expected: string, { sources, empty, long }: EncodedPairs): void {
  if (sources.length > 0) return;
  throw new RangeError(`${expected} pair, found none, ${empty} empty and ${long} too long ones apart`);
}

/** What an empty sentence becomes. */
const NOTHING: Hypothesis = { symbols: [], logProbability: 0, score: 0, attention: [] };
