import { Random } from "../../src/nn/mod.ts";
import { describeValue } from "../../src/schema/mod.ts";
import { PipelineTokenizer, type Tokenizer } from "../../tokenizers/mod.ts";
import { expectFractions, expectParts, Fingerprint } from "../task_model/mod.ts";
import type { TranslatorConfig } from "./hyperparameters.ts";

/** A sentence and its translation. */
export interface SentencePair {
  /** What is translated. */
  readonly source: string;
  /** Its translation. */
  readonly target: string;
}

/** Sentence pairs to train and measure on. */
export interface ParallelCorpus {
  /** What the translator learns from. */
  readonly train: readonly SentencePair[];
  /** What decides when to stop and which parameters are the best. */
  readonly valid?: readonly SentencePair[];
  /** What is looked at once, at the end. */
  readonly test?: readonly SentencePair[];
}

/** Sentence pairs by part. Throws a `TypeError` for anything else. */
export function expectPairs(action: string, data: unknown): ParallelCorpus {
  const corpus = (Array.isArray(data) ? { train: data } : expectParts(action, data)) as ParallelCorpus;
  const { train, valid, test } = corpus;
  if (!Array.isArray(train)) {
    throw new TypeError(
      `${action}: expected a list of { source, target }, or { train, valid, test } with such lists, found ${
        describeValue(data)
      }`,
    );
  }
  for (const [part, pairs] of Object.entries({ train, valid, test })) {
    if (pairs !== undefined) expectPairList(action, part, pairs);
  }
  return corpus;
}

/** Checks that a value is a list of sentence pairs. Throws a `TypeError` that says what was found in their place. */
export function expectPairList(action: string, part: string, pairs: unknown): void {
  if (Array.isArray(pairs) && pairs.every(isPair)) return;
  const wrong = Array.isArray(pairs) ? pairs.find((pair) => !isPair(pair)) : pairs;
  throw new TypeError(`${action}: expected { source, target } in ${part}, found ${describeValue(wrong)}`);
}

function isPair(pair: unknown): pair is SentencePair {
  const { source, target } = (pair ?? {}) as Partial<SentencePair>;
  return typeof source === "string" && typeof target === "string";
}

/** Sentence pairs as the numbers that a network reads. */
export interface EncodedPairs {
  /** The ids of each source sentence, the end included. */
  readonly sources: readonly Int32Array[];
  /** The ids of each target sentence without beginning and end. */
  readonly targets: readonly Int32Array[];
  /** The sentences themselves. */
  readonly kept: readonly SentencePair[];
  /** Pairs that were left out because a side is empty. */
  readonly empty: number;
  /** Pairs that were left out because a side has more tokens than are allowed. */
  readonly long: number;
}

/** The two sides' tokenizers; one and the same where they are joint. */
export interface TokenizerPair {
  /** Of the source. */
  readonly source: Tokenizer;
  /** Of the target. */
  readonly target: Tokenizer;
}

/** A tokenizer that adds nothing before or after a sentence: what a tokenizer's file has for documents is not to be translated. */
export function withoutAddedTokens(tokenizer: Tokenizer): Tokenizer {
  if (!(tokenizer instanceof PipelineTokenizer)) return tokenizer;
  const { before = [], after = [] } = tokenizer.parts.postProcessor?.around ?? {};
  return before.length + after.length === 0 ? tokenizer : tokenizer.with({ postProcessor: undefined });
}

/** The ids of a source sentence, of at most `maxTokens` tokens, and after them the one that ends it, which no tokenizer has. */
export function encodeSource(
  text: string,
  tokenizer: Tokenizer,
  maxTokens: number,
): { ids: Int32Array; isTruncated: boolean } {
  const ids = text.trim() === "" ? new Int32Array() : tokenizer.encodePrompt(text);
  const length = Math.min(ids.length, maxTokens);
  const ended = new Int32Array(length + 1);
  ended.set(ids.subarray(0, length));
  ended[length] = tokenizer.size;
  return { ids: ended, isTruncated: ids.length > maxTokens };
}

/** The numbers of pairs to learn from; pairs with an empty side and those that are too long are left out and counted. */
export function encodePairs(
  pairs: readonly SentencePair[],
  tokenizers: TokenizerPair,
  { maxTokens }: Pick<TranslatorConfig, "maxTokens">,
): EncodedPairs {
  const sources: Int32Array[] = [];
  const targets: Int32Array[] = [];
  const kept: SentencePair[] = [];
  let [empty, long] = [0, 0];
  for (const pair of pairs) {
    const source = encodeSource(pair.source, tokenizers.source, maxTokens);
    const target = pair.target.trim() === "" ? new Int32Array() : tokenizers.target.encodePrompt(pair.target);
    if (source.ids.length === 1 || target.length === 0) empty++;
    else if (source.isTruncated || target.length > maxTokens) long++;
    else {
      sources.push(source.ids);
      targets.push(target);
      kept.push(pair);
    }
  }
  return { sources, targets, kept, empty, long };
}

/** How pairs are divided. */
export interface SplitPairsOptions {
  /** Share of the pairs for validation. */
  readonly validFraction?: number;
  /** Share of the pairs for testing. */
  readonly testFraction?: number;
  /** Seed of the choice; 1 where absent. */
  readonly seed?: number;
}

/**
 * Divides pairs by chance; pairs with the same source go into the same part, so that none is learned and measured. Throws a RangeError for impossible shares,
 * and where a part would be empty.
 */
export function splitPairs(
  pairs: readonly SentencePair[],
  options: SplitPairsOptions = {},
): ParallelCorpus {
  expectPairList("split pairs", "pairs", pairs);
  expectFractions("split pairs", options, ["seed"]);
  const { validFraction = 0, testFraction = 0, seed = 1 } = options;
  const sources = [...new Set(pairs.map(({ source }) => source))];
  const draws = new Random(seed).uniform(sources.length);
  const ranked = sources.map((source, i) => ({ source, draw: draws[i] })).sort((a, b) => a.draw - b.draw);
  const places = new Map(ranked.map(({ source }, rank) => [source, rank]));
  const test = Math.round(sources.length * testFraction);
  const valid = Math.round(sources.length * validFraction);
  const part = (first: number, last: number): SentencePair[] =>
    pairs.filter(({ source }) => places.get(source)! >= first && places.get(source)! < last);
  const take = (name: string, fraction: number, chosen: SentencePair[]): SentencePair[] | undefined => {
    if (fraction === 0) return undefined;
    if (chosen.length > 0) return chosen;
    throw new RangeError(`split pairs: expected enough for a ${name} part of ${fraction}, found ${pairs.length} pairs`);
  };
  return {
    train: take("train", 1, part(test + valid, sources.length))!,
    valid: take("valid", validFraction, part(test, test + valid)),
    test: take("test", testFraction, part(0, test)),
  };
}

/** A number that depends on every id: two corpora with the same one are taken for the same. */
export function fingerprintOf(parts: readonly (EncodedPairs | undefined)[]): number {
  const fingerprint = new Fingerprint();
  for (const part of parts) {
    for (const ids of [...part?.sources ?? [], ...part?.targets ?? []]) {
      fingerprint.addAll(ids);
      fingerprint.add(ids.length);
    }
    fingerprint.add(part?.sources.length ?? 0);
  }
  return fingerprint.value;
}
