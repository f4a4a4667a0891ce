import { countMatches, countNgrams } from "./ngrams.ts";
import {
  commonCount,
  mapSentences,
  type ReferenceCount,
  type References,
  referencesOf,
  sumRows,
} from "./references.ts";
import { type BleuTokenizer, tokenizeForBleu } from "./tokenize.ts";

/**
 * What stands for a precision without matches (Chen and Cherry 2014): half of the smallest possible, then a quarter, and so on, for `exp`
 * (their method 3); the value over the total for `floor` (method 1); with `add-k` the value is added to matches and totals of all orders
 * but the first (method 2).
 */
export type Smoothing = "exp" | "floor" | "add-k" | "none";
/** All of them. */
export const SMOOTHINGS: readonly Smoothing[] = ["exp", "floor", "add-k", "none"];

/** How BLEU is computed. */
export interface BleuOptions {
  /** How texts are divided; `13a` by default. */
  readonly tokenizer?: BleuTokenizer;
  /** Whether texts are lower-cased; not by default. */
  readonly lowercase?: boolean;
  /** What is done where an order has no matches; `exp` by default. */
  readonly smoothing?: Smoothing;
  /** The value of `floor`, 0.1 by default, or of `add-k`, 1 by default. */
  readonly smoothingValue?: number;
  /** Whether orders that no hypothesis is long enough for are left out: by default for sentences, not for a corpus. */
  readonly effectiveOrder?: boolean;
}

/** What BLEU needs to know of one sentence, or of several in sum. Arrays go by order, from 1 to 4. */
export interface BleuStatistics {
  /** n-grams of hypotheses that are in a reference. */
  readonly counts: readonly number[];
  /** n-grams of hypotheses. */
  readonly totals: readonly number[];
  /** Tokens of hypotheses. */
  readonly hypothesisLength: number;
  /** Tokens of references: of each sentence, of that whose length is nearest, the shorter of two. */
  readonly referenceLength: number;
  /** References of each sentence. */
  readonly references: ReferenceCount;
}

/** BLEU and what it is made of. */
export interface BleuScore extends BleuStatistics {
  /** BLEU, from 0 to 100. */
  readonly score: number;
  /** Precisions by order, smoothed, from 0 to 100. */
  readonly precisions: readonly number[];
  /** What the score is multiplied by where hypotheses are shorter than references. */
  readonly brevityPenalty: number;
  /** Tokens of hypotheses over those of references; 0 where references have none. */
  readonly ratio: number;
  /** How it was computed, as sacreBLEU writes it. */
  readonly signature: string;
}

/** Longest n-grams. */
const ORDER = 4;

const DEFAULT_VALUES: Readonly<Record<Smoothing, number>> = { exp: 0, floor: 0.1, "add-k": 1, none: 0 };

/**
 * BLEU of a corpus (Papineni et al. 2002) to the figures of sacreBLEU 2 (Post 2018): the geometric mean of the precisions of n-grams up to 4
 * tokens, times the brevity penalty. `references` has one text or several for each hypothesis.
 *
 * Throws a RangeError where there are no sentences, not as many references as hypotheses, or a sentence without references, and for options
 * that make no sense.
 */
export function corpusBleu(
  hypotheses: readonly string[],
  references: readonly References[],
  options: BleuOptions = {},
): BleuScore {
  const statistics = mapSentences(
    hypotheses,
    references,
    "compute BLEU",
    (hypothesis, references) => bleuStatistics(hypothesis, references, options),
  );
  return scoreBleu(sumBleuStatistics(statistics), options);
}

/** BLEU of one sentence, in the orders that it has n-grams of. Throws a RangeError as `corpusBleu` does. */
export function sentenceBleu(hypothesis: string, references: References, options: BleuOptions = {}): BleuScore {
  const { effectiveOrder = true } = options;
  return scoreBleu(bleuStatistics(hypothesis, references, options), { ...options, effectiveOrder });
}

/** What BLEU needs to know of a sentence; only how texts are divided and their case matter. Throws a RangeError without references. */
export function bleuStatistics(
  hypothesis: string,
  references: References,
  { tokenizer = "13a", lowercase = false }: BleuOptions = {},
): BleuStatistics {
  const all = referencesOf(references, "compute BLEU");
  const [tokens, ...others] = [hypothesis, ...all].map((text) =>
    tokenizeForBleu(lowercase ? text.toLowerCase() : text, tokenizer)
  );
  const [grams, ...otherGrams] = [tokens, ...others].map((tokens) => countNgrams(tokens, ORDER, " "));
  return {
    counts: grams.map((counts, n) => countMatches(counts, otherGrams.map((orders) => orders[n]))),
    totals: grams.map((_, n) => Math.max(0, tokens.length - n)),
    hypothesisLength: tokens.length,
    referenceLength: nearest(tokens.length, others.map(({ length }) => length)),
    references: all.length,
  };
}

/** The statistics of sentences in sum: what they are for a corpus. Throws a RangeError where there are none. */
export function sumBleuStatistics(sentences: readonly BleuStatistics[]): BleuStatistics {
  if (sentences.length === 0) throw new RangeError("sum up BLEU: expected at least one sentence, found none");
  const [hypothesisLength, referenceLength] = sumRows(
    sentences.map(({ hypothesisLength, referenceLength }) => [hypothesisLength, referenceLength]),
  );
  return {
    counts: sumRows(sentences.map(({ counts }) => counts)),
    totals: sumRows(sentences.map(({ totals }) => totals)),
    hypothesisLength,
    referenceLength,
    references: commonCount(sentences.map(({ references }) => references)),
  };
}

/**
 * BLEU of statistics. The options that the statistics were made with must be given again for a true signature. Throws a RangeError for
 * a smoothing that is none, or a value of it that is negative.
 */
export function scoreBleu(statistics: BleuStatistics, options: BleuOptions = {}): BleuScore {
  const smoothing = checkSmoothing(options);
  const { hypothesisLength, referenceLength } = statistics;
  const brevityPenalty = penalty(hypothesisLength, referenceLength);
  const { precisions, order } = smoothedPrecisions(statistics, smoothing);
  const used = precisions.slice(0, options.effectiveOrder ? order : ORDER);
  // Of shares rather than per cents, so that what is all right is exactly 100.
  const logarithm = used.reduce((sum, precision) => sum + Math.log(precision / 100), 0) / used.length;
  return {
    ...statistics,
    score: order === 0 ? 0 : 100 * brevityPenalty * Math.exp(logarithm),
    precisions,
    brevityPenalty,
    ratio: referenceLength === 0 ? 0 : hypothesisLength / referenceLength,
    signature: signatureOf(statistics.references, smoothing, options),
  };
}

/** A smoothing with its value. */
interface ValuedSmoothing {
  readonly kind: Smoothing;
  readonly value: number;
}

function checkSmoothing({ smoothing: kind = "exp", smoothingValue }: BleuOptions): ValuedSmoothing {
  if (!SMOOTHINGS.includes(kind)) {
    throw new RangeError(`compute BLEU: expected a smoothing of ${SMOOTHINGS.join(", ")}, found ${kind}`);
  }
  const value = smoothingValue ?? DEFAULT_VALUES[kind];
  if (!(value >= 0 && value < Infinity)) {
    throw new RangeError(`compute BLEU: expected a smoothing value of at least 0, found ${value}`);
  }
  return { kind, value };
}

function penalty(hypothesisLength: number, referenceLength: number): number {
  if (hypothesisLength >= referenceLength) return 1;
  return hypothesisLength === 0 ? 0 : Math.exp(1 - referenceLength / hypothesisLength);
}

/** Precisions, and up to which order there are n-grams; 0 where nothing matches at all, which no smoothing makes up for. */
function smoothedPrecisions(
  { counts, totals }: BleuStatistics,
  { kind, value }: ValuedSmoothing,
): { precisions: number[]; order: number } {
  const precisions = counts.map(() => 0);
  if (counts.every((count) => count === 0)) return { precisions, order: 0 };
  let order = 0;
  for (let share = 1; order < ORDER; order++) {
    const added = kind === "add-k" && order > 0 ? value : 0;
    const [count, total] = [counts[order] + added, totals[order] + added];
    if (total === 0) break;
    if (count > 0) precisions[order] = 100 * count / total;
    else if (kind === "exp") precisions[order] = 100 / ((share *= 2) * total);
    else if (kind === "floor") precisions[order] = 100 * value / total;
  }
  return { precisions, order };
}

function signatureOf(
  references: ReferenceCount,
  { kind, value }: ValuedSmoothing,
  { lowercase, effectiveOrder, tokenizer = "13a" }: BleuOptions,
): string {
  const hasValue = kind === "floor" || kind === "add-k";
  return [
    `nrefs:${references}`,
    `case:${lowercase ? "lc" : "mixed"}`,
    `eff:${effectiveOrder ? "yes" : "no"}`,
    `tok:${tokenizer}`,
    `smooth:${kind}${hasValue ? `[${value.toFixed(2)}]` : ""}`,
    "version:elman",
  ].join("|");
}

/** The length that is nearest, the smaller of two. */
function nearest(length: number, others: readonly number[]): number {
  return others.reduce((best, other) => {
    const difference = Math.abs(other - length) - Math.abs(best - length);
    return difference < 0 || (difference === 0 && other < best) ? other : best;
  });
}
