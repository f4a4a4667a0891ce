import { InputRangeError } from "../../errors.ts";
import { WordLevel as WordLevelModel } from "../models/word_level.ts";
import { checkCounts, checkInteger, checkSpecialTokens } from "./checks.ts";
import { ProgressReporter } from "./progress_reporter.ts";
import type { Trainer, TrainingProgress } from "./trainer.ts";
import { firstOf } from "../first_of.ts";
import { checkOptions, type Kinds, LIST, NUMBER, TEXT } from "../options.ts";

/** Options of the WordLevel trainer. */
export interface WordLevelTrainerOptions {
  /** Maximum vocabulary size, including special tokens. Default: 30,000. */
  vocabSize?: number;
  /** Drop words that occur less often than this. Default: 0. */
  minCount?: number;
  /** Special tokens, which get the first ids. Default: none. */
  specialTokens?: readonly string[];
  /** The token for words outside the vocabulary; must be one of the special tokens. Default: `"<unk>"`. */
  unknownToken?: string;
  /** Words that the vocabulary has even if the corpus lacks them; they follow the special tokens. Default: none. */
  words?: readonly string[];
}

const KINDS: Kinds<WordLevelTrainerOptions> = {
  vocabSize: NUMBER,
  minCount: NUMBER,
  specialTokens: LIST,
  unknownToken: TEXT,
  words: LIST,
};

const ACTION = "train a WordLevel model";

/**
 * Builds a vocabulary of whole pieces: the special tokens and the required words, then the most frequent pieces, ties
 * by code point.
 *
 * @example
 * ```ts
 * import { trainers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const trainer = new trainers.WordLevel({ vocabSize: 3, specialTokens: ["<unk>"] });
 * const { vocabulary } = trainer.train(new Map([["a", 1], ["the", 2], ["cat", 2]]));
 * assertEquals([...vocabulary], [["<unk>", 0], ["cat", 1], ["the", 2]]);
 * ```
 */
export class WordLevel implements Trainer {
  /** Maximum vocabulary size. */
  readonly vocabSize: number;
  /** Drop words that occur less often than this. */
  readonly minCount: number;
  /** Special tokens, which get the first ids. */
  readonly specialTokens: readonly string[];
  /** The token for words outside the vocabulary. */
  readonly unknownToken: string;
  /** Words that the vocabulary has even if the corpus lacks them. */
  readonly words: readonly string[];

  /**
   * Creates a trainer with these options.
   *
   * @throws {RangeError} If an option is invalid.
   */
  constructor(options: WordLevelTrainerOptions = {}) {
    const { vocabSize = 30_000, minCount = 0, specialTokens = [], unknownToken = "<unk>", words = [] } = checkOptions(
      ACTION,
      options,
      KINDS,
    );
    checkInteger(ACTION, "vocabSize", vocabSize, 1);
    checkInteger(ACTION, "minCount", minCount, 0);
    checkSpecialTokens(ACTION, specialTokens);
    this.vocabSize = vocabSize;
    this.minCount = minCount;
    this.specialTokens = [...new Set(specialTokens)];
    this.unknownToken = unknownToken;
    checkSpecialTokens(ACTION, words);
    this.words = words;
  }

  /**
   * Trains a model.
   *
   * @param counts How often each piece occurs, from {@linkcode countPieces}.
   * @param onProgress Called with the progress, at most ten times a second.
   * @throws {RangeError} If the counts are empty, or `vocabSize` is less than the number of special tokens and words.
   */
  train(counts: ReadonlyMap<string, number>, onProgress?: (progress: TrainingProgress) => void): WordLevelModel {
    const { vocabSize, minCount, specialTokens, unknownToken } = this;
    checkCounts(ACTION, counts);
    const required = [...new Set([...specialTokens, ...this.words])];
    const least = required.length;
    if (least > vocabSize) {
      const what = this.words.length > 0 ? "required" : "special";
      throw new InputRangeError(
        `${ACTION}: expected a vocabSize of at least ${least} ${what} tokens, found ${vocabSize}`,
      );
    }
    const reporter = new ProgressReporter(onProgress);
    reporter.report("sort words", 0, counts.size);
    const words = firstOf(
      candidates(counts, minCount, required),
      vocabSize - least,
      ([a, m], [b, n]) => n - m || compareCodePoints(a, b),
    );
    const tokens = [...required, ...words.map(([word]) => word)];
    reporter.report("sort words", counts.size, counts.size);
    return new WordLevelModel({ vocabulary: new Map(tokens.map((token, id) => [token, id])), unknownToken });
  }
}

function* candidates(
  counts: ReadonlyMap<string, number>,
  minCount: number,
  required: readonly string[],
): Generator<readonly [word: string, count: number]> {
  const known = new Set(required);
  for (const entry of counts) if (entry[1] >= minCount && !known.has(entry[0])) yield entry;
}

/** Compares strings by code point: surrogates encode code points above the rest of the basic plane. */
function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const difference = rank(a.charCodeAt(at)) - rank(b.charCodeAt(at));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x2800 : unit;
}
