import { InputRangeError } from "../../../errors.ts";
import { countMatches, countNgrams, type NgramCounts } from "./ngrams.ts";
import {
  commonCount,
  mapSentences,
  type ReferenceCount,
  type References,
  referencesOf,
  sumRows,
} from "./references.ts";
import { charactersOf, splitAtSpace } from "./tokenize.ts";

/** Options of chrF. */
export interface ChrfOptions {
  /** Maximum order of character n-grams. Default: 6. */
  readonly charOrder?: number;
  /** Maximum order of word n-grams: 0 is chrF, 2 is chrF++. Default: 0. */
  readonly wordOrder?: number;
  /** Weight of recall relative to precision. Default: 2. */
  readonly beta?: number;
  /** Whether texts are lowercased. Default: false. */
  readonly lowercase?: boolean;
  /** Whether white space counts as characters. Default: false. */
  readonly whitespace?: boolean;
}

/**
 * Sufficient statistics of chrF for one sentence or the sum of several. Arrays hold the orders of characters, then
 * those of words.
 */
export interface ChrfStatistics {
  /** Number of n-grams in the hypotheses, for orders of which the reference has n-grams. */
  readonly hypothesis: readonly number[];
  /** Number of n-grams in the references. */
  readonly reference: readonly number[];
  /** Number of matching n-grams. */
  readonly matches: readonly number[];
  /** Number of references of each sentence. */
  readonly references: ReferenceCount;
}

/** chrF with its name and signature. */
export interface ChrfScore {
  /** chrF, from 0 to 100. */
  readonly score: number;
  /** The name with beta: `chrF2`, or `chrF2++` with a word order of 2. */
  readonly name: string;
  /** The signature, in the format of sacreBLEU. */
  readonly signature: string;
}

/**
 * Computes chrF of a corpus (Popović 2015), or chrF++ with a word order of 2 (Popović 2017), with the same results as
 * sacreBLEU 2: the F-score of the precision and recall of n-grams, both averaged over the orders of which hypotheses
 * and references have n-grams. `references` holds one text or several for each hypothesis; the one with the highest
 * score counts.
 *
 * Throws `RangeError` if there are no sentences, if the numbers of hypotheses and references differ, if a sentence has
 * no reference, or if an option is invalid.
 *
 * @example
 * ```ts
 * import { corpusChrf } from "@elman/elman";
 * import { assertEquals } from "@std/assert";
 *
 * const { name, score } = corpusChrf(["the cat sat on the mat"], ["the cat sat on a mat"], { wordOrder: 2 });
 * assertEquals([name, score.toFixed(1)], ["chrF2++", "72.0"]);
 * ```
 */
export function corpusChrf(
  hypotheses: readonly string[],
  references: readonly References[],
  options: ChrfOptions = {},
): ChrfScore {
  const statistics = mapSentences(
    hypotheses,
    references,
    "compute chrF",
    (hypothesis, references) => chrfStatistics(hypothesis, references, options),
  );
  return scoreChrf(sumChrfStatistics(statistics), options);
}

/**
 * Computes chrF of one sentence. Throws `RangeError` as `corpusChrf` does.
 *
 * @example
 * ```ts
 * import { sentenceChrf } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(sentenceChrf("the cat sat", ["a cat sat", "the cat sat"]).score, 100);
 * ```
 */
export function sentenceChrf(hypothesis: string, references: References, options: ChrfOptions = {}): ChrfScore {
  return scoreChrf(chrfStatistics(hypothesis, references, options), options);
}

/**
 * Computes the statistics of a sentence with its best-matching reference. Throws `RangeError` if there is no reference.
 */
export function chrfStatistics(
  hypothesis: string,
  references: References,
  options: ChrfOptions = {},
): ChrfStatistics {
  const settings = checkOptions(options);
  const all = referencesOf(references, "compute chrF");
  const grams = gramsOf(hypothesis, settings);
  let best: ChrfStatistics | undefined;
  let highest = -1;
  for (const reference of all) {
    const statistics = compare(grams, gramsOf(reference, settings), all.length);
    const score = fScore(statistics, settings);
    if (score > highest) [best, highest] = [statistics, score];
  }
  return best!;
}

/** Sums the statistics of sentences to those of a corpus. Throws `RangeError` if there are none. */
export function sumChrfStatistics(sentences: readonly ChrfStatistics[]): ChrfStatistics {
  if (sentences.length === 0) throw new InputRangeError("sum up chrF: expected at least one sentence, found none");
  return {
    hypothesis: sumRows(sentences.map(({ hypothesis }) => hypothesis)),
    reference: sumRows(sentences.map(({ reference }) => reference)),
    matches: sumRows(sentences.map(({ matches }) => matches)),
    references: commonCount(sentences.map(({ references }) => references)),
  };
}

/**
 * Computes chrF from statistics, which must have been computed with the same options. Throws `RangeError` if an option
 * is invalid.
 */
export function scoreChrf(statistics: ChrfStatistics, options: ChrfOptions = {}): ChrfScore {
  const settings = checkOptions(options);
  const { charOrder, wordOrder, beta, lowercase, whitespace } = settings;
  return {
    score: fScore(statistics, settings),
    name: `chrF${beta}${"+".repeat(wordOrder)}`,
    signature: [
      `nrefs:${statistics.references}`,
      `case:${lowercase ? "lc" : "mixed"}`,
      "eff:yes",
      `nc:${charOrder}`,
      `nw:${wordOrder}`,
      `space:${whitespace ? "yes" : "no"}`,
      "version:elman",
    ].join("|"),
  };
}

type ChrfSettings = Required<ChrfOptions>;

function checkOptions(
  { charOrder = 6, wordOrder = 0, beta = 2, lowercase = false, whitespace = false }: ChrfOptions,
): ChrfSettings {
  const check = (isRight: boolean, expected: string, found: number): void => {
    if (!isRight) throw new InputRangeError(`compute chrF: expected ${expected}, found ${found}`);
  };
  check(Number.isSafeInteger(charOrder) && charOrder > 0, "a whole character order of at least 1", charOrder);
  check(Number.isSafeInteger(wordOrder) && wordOrder >= 0, "a whole word order of at least 0", wordOrder);
  check(beta > 0 && beta < Infinity, "a beta above 0", beta);
  return { charOrder, wordOrder, beta, lowercase, whitespace };
}

function gramsOf(text: string, { charOrder, wordOrder, lowercase, whitespace }: ChrfSettings): NgramCounts[] {
  const cased = lowercase ? text.toLowerCase() : text;
  const characters = whitespace ? [...cased] : charactersOf(cased);
  const words = wordOrder > 0 ? splitAtSpace(cased).flatMap(detachPunctuation) : [];
  return [...countNgrams(characters, charOrder, ""), ...countNgrams(words, wordOrder, " ")];
}

const PUNCTUATION = /[!-/:-@[-`{-~]/;

/** Splits off the punctuation mark at the end of a word, or if there is none, the one at its beginning. */
function detachPunctuation(word: string): string[] {
  const last = word.length - 1;
  if (last > 0 && PUNCTUATION.test(word[last])) return [word.slice(0, last), word[last]];
  return last > 0 && PUNCTUATION.test(word[0]) ? [word[0], word.slice(1)] : [word];
}

function compare(
  hypothesis: readonly NgramCounts[],
  reference: readonly NgramCounts[],
  references: number,
): ChrfStatistics {
  return {
    hypothesis: hypothesis.map((counts, n) => reference[n].size === 0 ? 0 : total(counts)),
    reference: reference.map(total),
    matches: hypothesis.map((counts, n) => countMatches(counts, [reference[n]])),
    references,
  };
}

function total(counts: NgramCounts): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}

function fScore({ hypothesis, reference, matches }: ChrfStatistics, { beta }: ChrfSettings): number {
  const orders = matches.flatMap((_, n) => hypothesis[n] > 0 && reference[n] > 0 ? [n] : []);
  if (!orders.some((n) => matches[n] > 0)) return 0;
  const precision = orders.reduce((sum, n) => sum + matches[n] / hypothesis[n], 0) / orders.length;
  const recall = orders.reduce((sum, n) => sum + matches[n] / reference[n], 0) / orders.length;
  const weight = beta ** 2;
  return 100 * (1 + weight) * precision * recall / (weight * precision + recall);
}
