import { InputRangeError } from "../../../errors.ts";
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
 * Smoothing of precisions without matches (Chen and Cherry 2014): `exp` uses half of the smallest possible precision,
 * then a quarter, and so on (method 3); `floor` uses the value divided by the total (method 1); `add-k` adds the value
 * to the matches and totals of all orders but the first (method 2).
 */
export type Smoothing = "exp" | "floor" | "add-k" | "none";
/** All smoothing methods. */
export const SMOOTHINGS: readonly Smoothing[] = ["exp", "floor", "add-k", "none"];

/** Options of BLEU. */
export interface BleuOptions {
  /** The tokenization. Default: "13a". */
  readonly tokenizer?: BleuTokenizer;
  /** Whether texts are lowercased. Default: false. */
  readonly lowercase?: boolean;
  /** Smoothing of orders without matches. Default: "exp". */
  readonly smoothing?: Smoothing;
  /** The value of the smoothing. Default: 0.1 for "floor", 1 for "add-k". */
  readonly smoothingValue?: number;
  /** Whether to skip orders that no hypothesis is long enough for. Default: true for sentences, false for a corpus. */
  readonly effectiveOrder?: boolean;
}

/** Sufficient statistics of BLEU for one sentence or the sum of several. Arrays are indexed by order, from 1 to 4. */
export interface BleuStatistics {
  /** Number of matching n-grams, clipped by the references. */
  readonly counts: readonly number[];
  /** Number of n-grams in the hypotheses. */
  readonly totals: readonly number[];
  /** Number of tokens in the hypotheses. */
  readonly hypothesisLength: number;
  /**
   * Number of tokens in the references; of several references, the closest in length counts, the shorter one in a tie.
   */
  readonly referenceLength: number;
  /** Number of references of each sentence. */
  readonly references: ReferenceCount;
}

/** BLEU with its components. */
export interface BleuScore extends BleuStatistics {
  /** BLEU, from 0 to 100. */
  readonly score: number;
  /** Smoothed precisions by order, from 0 to 100. */
  readonly precisions: readonly number[];
  /** The brevity penalty, a factor from 0 to 1 that is below 1 if the hypotheses are shorter than the references. */
  readonly brevityPenalty: number;
  /** Length of the hypotheses divided by that of the references; 0 if the references are empty. */
  readonly ratio: number;
  /** The signature, in the format of sacreBLEU. */
  readonly signature: string;
}

/** Maximum order of n-grams. */
const ORDER = 4;

const DEFAULT_VALUES: Readonly<Record<Smoothing, number>> = { exp: 0, floor: 0.1, "add-k": 1, none: 0 };

/**
 * Computes BLEU of a corpus (Papineni et al. 2002), with the same results as sacreBLEU 2 (Post 2018): the geometric
 * mean of the precisions of n-grams of up to 4 tokens, times the brevity penalty. `references` holds one text or
 * several for each hypothesis.
 *
 * Throws `RangeError` if there are no sentences, if the numbers of hypotheses and references differ, if a sentence has
 * no reference, or if an option is invalid.
 *
 * @example
 * ```ts
 * import { corpusBleu } from "@elman/elman";
 * import { assertEquals } from "@std/assert";
 *
 * const { score, signature } = corpusBleu(["the cat sat on the mat"], ["the cat sat on a mat"]);
 * assertEquals(score.toFixed(1), "53.7");
 * assertEquals(signature.split("|")[0], "nrefs:1");
 * ```
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

/**
 * Computes BLEU of one sentence, by default only over orders with n-grams. Throws `RangeError` as `corpusBleu` does.
 *
 * @example
 * ```ts
 * import { sentenceBleu } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(sentenceBleu("the cat sat", ["a cat sat", "the cat sat"]).score.toFixed(1), "100.0");
 * ```
 */
export function sentenceBleu(hypothesis: string, references: References, options: BleuOptions = {}): BleuScore {
  const { effectiveOrder = true } = options;
  return scoreBleu(bleuStatistics(hypothesis, references, options), { ...options, effectiveOrder });
}

/**
 * Computes the statistics of a sentence, which depend only on `tokenizer` and `lowercase`. Throws `RangeError` if there
 * is no reference.
 */
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

/** Sums the statistics of sentences to those of a corpus. Throws `RangeError` if there are none. */
export function sumBleuStatistics(sentences: readonly BleuStatistics[]): BleuStatistics {
  if (sentences.length === 0) throw new InputRangeError("sum up BLEU: expected at least one sentence, found none");
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
 * Computes BLEU from statistics. Pass the options with which the statistics were computed, so that the signature is
 * right. Throws `RangeError` if the smoothing is unknown or its value negative.
 */
export function scoreBleu(statistics: BleuStatistics, options: BleuOptions = {}): BleuScore {
  const smoothing = checkSmoothing(options);
  const { hypothesisLength, referenceLength } = statistics;
  const brevityPenalty = penalty(hypothesisLength, referenceLength);
  const { precisions, order } = smoothedPrecisions(statistics, smoothing);
  const used = precisions.slice(0, options.effectiveOrder ? order : ORDER);
  // Fractions instead of percentages, so that a perfect score is exactly 100.
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
    throw new InputRangeError(`compute BLEU: expected a smoothing of ${SMOOTHINGS.join(", ")}, found ${kind}`);
  }
  const value = smoothingValue ?? DEFAULT_VALUES[kind];
  if (!(value >= 0 && value < Infinity)) {
    throw new InputRangeError(`compute BLEU: expected a smoothing value of at least 0, found ${value}`);
  }
  return { kind, value };
}

function penalty(hypothesisLength: number, referenceLength: number): number {
  if (hypothesisLength >= referenceLength) return 1;
  return hypothesisLength === 0 ? 0 : Math.exp(1 - referenceLength / hypothesisLength);
}

/**
 * Computes the precisions, and the highest order with n-grams; 0 if nothing matches, since smoothing does not apply
 * then.
 */
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

/** Returns the closest length, the smaller one in a tie. */
function nearest(length: number, others: readonly number[]): number {
  return others.reduce((best, other) => {
    const difference = Math.abs(other - length) - Math.abs(best - length);
    return difference < 0 || (difference === 0 && other < best) ? other : best;
  });
}
