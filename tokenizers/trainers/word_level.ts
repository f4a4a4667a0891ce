import { WordLevel as WordLevelModel } from "../models/word_level.ts";
import { checkCounts, checkInteger, checkSpecialTokens } from "./checks.ts";
import { ProgressReporter } from "./progress_reporter.ts";
import type { Trainer, TrainingProgress } from "./trainer.ts";
import { checkOptions, type Kinds, LIST, NUMBER, TEXT } from "../options.ts";

/** What a vocabulary of whole words is made of. */
export interface WordLevelTrainerOptions {
  /** How many tokens the vocabulary has at most, special tokens included. 30,000 by default. */
  vocabSize?: number;
  /** Words that occur less often than this are left out. 0 by default. */
  minCount?: number;
  /** Tokens that get the first ids. None by default. */
  specialTokens?: readonly string[];
  /** What stands for all words outside; it is to be one of the special tokens. `"<unk>"` by default. */
  unknownToken?: string;
}

const KINDS: Kinds<WordLevelTrainerOptions> = {
  vocabSize: NUMBER,
  minCount: NUMBER,
  specialTokens: LIST,
  unknownToken: TEXT,
};

const ACTION = "train a WordLevel model";

/**
 * Makes a vocabulary of whole pieces: the special tokens, then the most frequent pieces; those of equal counts by code point.
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
  /** How many tokens the vocabulary has at most. */
  readonly vocabSize: number;
  /** Words that occur less often than this are left out. */
  readonly minCount: number;
  /** Tokens that get the first ids. */
  readonly specialTokens: readonly string[];
  /** What stands for all words outside. */
  readonly unknownToken: string;

  /**
   * A trainer with these options.
   *
   * @throws {RangeError} If one of them is not possible.
   */
  constructor(options: WordLevelTrainerOptions = {}) {
    const { vocabSize = 30_000, minCount = 0, specialTokens = [], unknownToken = "<unk>" } = checkOptions(
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
  }

  /**
   * The model of a corpus.
   *
   * @param counts How often each piece occurs, as {@linkcode countPieces} gives it.
   * @param onProgress Called now and then, at most ten times a second.
   * @throws {RangeError} If the counts are empty, or `vocabSize` is less than the special tokens.
   */
  train(counts: ReadonlyMap<string, number>, onProgress?: (progress: TrainingProgress) => void): WordLevelModel {
    const { vocabSize, minCount, specialTokens, unknownToken } = this;
    checkCounts(ACTION, counts);
    if (specialTokens.length > vocabSize) {
      const least = specialTokens.length;
      throw new RangeError(`${ACTION}: expected a vocabSize of at least ${least} special tokens, found ${vocabSize}`);
    }
    const reporter = new ProgressReporter(onProgress);
    reporter.report("sort words", 0, counts.size);
    const special = new Set(specialTokens);
    const words = [...counts].filter(([word, count]) => count >= minCount && !special.has(word));
    words.sort(([a, m], [b, n]) => n - m || compareCodePoints(a, b));
    const tokens = [...specialTokens, ...words.map(([word]) => word)].slice(0, vocabSize);
    reporter.report("sort words", counts.size, counts.size);
    return new WordLevelModel({ vocabulary: new Map(tokens.map((token, id) => [token, id])), unknownToken });
  }
}

/** Orders strings by their code points: a surrogate is the beginning of one above all others of the basic plane. */
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
