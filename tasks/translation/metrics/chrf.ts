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

/** How chrF is computed. */
export interface ChrfOptions {
  /** Longest n-grams of characters; 6 by default. */
  readonly charOrder?: number;
  /** Longest n-grams of words: 0 by default, which is chrF; 2 is chrF++. */
  readonly wordOrder?: number;
  /** How many times as much recall counts as precision; 2 by default. */
  readonly beta?: number;
  /** Whether texts are lower-cased; not by default. */
  readonly lowercase?: boolean;
  /** Whether spaces are characters; not by default. */
  readonly whitespace?: boolean;
}

/** What chrF needs to know of one sentence, or of several in sum. Arrays go by order: of characters, then of words. */
export interface ChrfStatistics {
  /** n-grams of hypotheses, in orders that the reference has n-grams of. */
  readonly hypothesis: readonly number[];
  /** n-grams of references. */
  readonly reference: readonly number[];
  /** n-grams of hypotheses that are in the reference. */
  readonly matches: readonly number[];
  /** References of each sentence. */
  readonly references: ReferenceCount;
}

/** chrF and how it was computed. */
export interface ChrfScore {
  /** chrF, from 0 to 100. */
  readonly score: number;
  /** Its name with beta: `chrF2`, or `chrF2++` with two orders of words. */
  readonly name: string;
  /** How it was computed, as sacreBLEU writes it. */
  readonly signature: string;
}

/**
 * chrF of a corpus (Popović 2015), or chrF++ with a word order of 2 (Popović 2017), to the figures of sacreBLEU 2: the F-score of the precision and the
 * recall of n-grams, both averaged over the orders that hypotheses and references have n-grams of. `references` has one text or several for
 * each hypothesis; that which fits it best counts.
 *
 * Throws a RangeError where there are no sentences, not as many references as hypotheses, or a sentence without references, and for options
 * that make no sense.
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

/** chrF of one sentence. Throws a RangeError as `corpusChrf` does. */
export function sentenceChrf(hypothesis: string, references: References, options: ChrfOptions = {}): ChrfScore {
  return scoreChrf(chrfStatistics(hypothesis, references, options), options);
}

/** What chrF needs to know of a sentence, beside that reference which fits it best. Throws a RangeError without references. */
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

/** The statistics of sentences in sum: what they are for a corpus. Throws a RangeError where there are none. */
export function sumChrfStatistics(sentences: readonly ChrfStatistics[]): ChrfStatistics {
  if (sentences.length === 0) throw new RangeError("sum up chrF: expected at least one sentence, found none");
  return {
    hypothesis: sumRows(sentences.map(({ hypothesis }) => hypothesis)),
    reference: sumRows(sentences.map(({ reference }) => reference)),
    matches: sumRows(sentences.map(({ matches }) => matches)),
    references: commonCount(sentences.map(({ references }) => references)),
  };
}

/** chrF of statistics, which must have been made with the same options. Throws a RangeError for options that make no sense. */
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
    if (!isRight) throw new RangeError(`compute chrF: expected ${expected}, found ${found}`);
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

/** A word and the mark at its end; only where there is none there, the mark at its beginning and the word. */
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
