import { InputRangeError, InputTypeError } from "../../errors.ts";
import { Random } from "../../src/nn/mod.ts";
import { count, describeValue } from "../../src/schema/mod.ts";
import { PipelineTokenizer, type Tokenizer } from "../../tokenizers/mod.ts";
import { expectFractions, expectParts, Fingerprint } from "../task_model/mod.ts";
import type { TranslatorConfig } from "./hyperparameters.ts";

/** A sentence and its translation. */
export interface SentencePair {
  /** The source sentence. */
  readonly source: string;
  /** The target sentence. */
  readonly target: string;
}

/** Sentence pairs, split into parts. */
export interface ParallelCorpus {
  /** The training pairs. */
  readonly train: readonly SentencePair[];
  /** The validation pairs, which decide when to stop and select the best parameters. */
  readonly valid?: readonly SentencePair[];
  /** The test pairs, evaluated once after training. */
  readonly test?: readonly SentencePair[];
}

/** Checks sentence pairs and returns them by part. Throws `TypeError` for other values. */
export function expectPairs(action: string, data: unknown): ParallelCorpus {
  const corpus = (Array.isArray(data) ? { train: data } : expectParts(action, data)) as ParallelCorpus;
  const { train, valid, test } = corpus;
  if (!Array.isArray(train)) {
    throw new InputTypeError(
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

/** Throws `TypeError` if a value is not a list of sentence pairs. */
export function expectPairList(action: string, part: string, pairs: unknown): void {
  if (Array.isArray(pairs) && pairs.every(isPair)) return;
  const wrong = Array.isArray(pairs) ? pairs.find((pair) => !isPair(pair)) : pairs;
  throw new InputTypeError(`${action}: expected { source, target } in ${part}, found ${describeValue(wrong)}`);
}

function isPair(pair: unknown): pair is SentencePair {
  const { source, target } = (pair ?? {}) as Partial<SentencePair>;
  return typeof source === "string" && typeof target === "string";
}

/** Sentence pairs as token ids. */
export interface EncodedPairs {
  /** The ids of each source sentence, including the end of sentence. */
  readonly sources: readonly Int32Array[];
  /** The ids of each target sentence, without the boundary symbols. */
  readonly targets: readonly Int32Array[];
  /** The sentence pairs themselves. */
  readonly kept: readonly SentencePair[];
  /** Number of pairs left out because a side is empty. */
  readonly empty: number;
  /** Number of pairs left out because a side has too many tokens. */
  readonly long: number;
}

/** The tokenizers of source and target; the same object if the vocabulary is joint. */
export interface TokenizerPair {
  /** The tokenizer of the source. */
  readonly source: Tokenizer;
  /** The tokenizer of the target. */
  readonly target: Tokenizer;
}

/**
 * Returns the tokenizer without its post-processor: the tokens that it adds around a document must not be translated.
 */
export function withoutAddedTokens(tokenizer: Tokenizer): Tokenizer {
  if (!(tokenizer instanceof PipelineTokenizer)) return tokenizer;
  const { before = [], after = [] } = tokenizer.parts.postProcessor?.around ?? {};
  return before.length + after.length === 0 ? tokenizer : tokenizer.with({ postProcessor: undefined });
}

/**
 * Encodes a source sentence, truncated to `maxTokens`, and appends the end of sentence, an id beyond the tokenizer's
 * vocabulary.
 */
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

/** Encodes pairs; those that are too long or have an empty side are left out and counted. */
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

/** Options of `splitPairs`. */
export interface SplitPairsOptions {
  /** Share of the pairs for validation. Default: 0. */
  readonly validFraction?: number;
  /** Share of the pairs for testing. Default: 0. */
  readonly testFraction?: number;
  /** Seed of the split. Default: 1. */
  readonly seed?: number;
}

/**
 * Splits pairs at random. Pairs with the same source go into the same part, so that no sentence is both trained on and
 * evaluated; a part has at least one source. Throws `RangeError` if a share is invalid or there are too few sources.
 *
 * @example
 * ```ts
 * import { splitPairs } from "@elman/elman";
 * import { assertEquals } from "@std/assert";
 *
 * const pairs = Array.from({ length: 10 }, (_, i) => ({ source: `${i}`, target: `${i * i}` }));
 * const { train, valid, test } = splitPairs(pairs, { validFraction: 0.2, testFraction: 0.1 });
 * assertEquals([train.length, valid?.length, test?.length], [7, 2, 1]);
 * ```
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
  const sizeOf = (fraction: number): number => fraction === 0 ? 0 : Math.max(1, Math.round(sources.length * fraction));
  const [valid, test] = [sizeOf(validFraction), sizeOf(testFraction)];
  const part = (first: number, last: number): SentencePair[] =>
    pairs.filter(({ source }) => places.get(source)! >= first && places.get(source)! < last);
  if (test + valid >= sources.length) throw tooFew(pairs.length, sources.length, { validFraction, testFraction });
  return {
    train: part(test + valid, sources.length),
    valid: validFraction === 0 ? undefined : part(test, test + valid),
    test: testFraction === 0 ? undefined : part(0, test),
  };
}

function tooFew(pairs: number, sources: number, fractions: SplitPairsOptions): RangeError {
  const { validFraction = 0, testFraction = 0 } = fractions;
  const parts = ["training", ...validFraction > 0 ? ["validation"] : [], ...testFraction > 0 ? ["testing"] : []];
  const remedy = parts.length > 1 ? "; pass the part separately, or set its fraction to 0" : "";
  return new InputRangeError(
    `split pairs: expected enough different source sentences for ${parts.join(" and ")}, found ` +
      `${count(sources, "source sentence")} in ${count(pairs, "pair")}${remedy}`,
  );
}

/** Computes a fingerprint of all ids; corpora with the same fingerprint are treated as the same. */
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
