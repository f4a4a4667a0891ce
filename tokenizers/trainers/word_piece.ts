import { WordPiece as WordPieceModel } from "../models/word_piece.ts";
import { learnMerges } from "./bpe_merges.ts";
import { type BPESettings, bpeSettings, type BPETrainerOptions, PREFIX_KINDS } from "./bpe_settings.ts";
import { ProgressReporter } from "./progress_reporter.ts";
import type { Trainer, TrainingProgress } from "./trainer.ts";
import { checkOptions } from "../options.ts";

/** Options of the WordPiece trainer. Default `continuingSubwordPrefix`: `"##"`. */
export interface WordPieceTrainerOptions extends Omit<BPETrainerOptions, "endOfWordSuffix"> {
  /** The token for words that cannot be segmented; must be one of the special tokens. Default: `"[UNK]"`. */
  unknownToken?: string;
}

const ACTION = "train a WordPiece model";

/**
 * Trains a WordPiece vocabulary like Hugging Face's tokenizers: runs byte-pair encoding, keeps only its tokens, and
 * marks tokens that continue a word with a prefix. (Schuster and Nakajima 2012, "Japanese and Korean Voice Search",
 * choose merges by likelihood; that trainer was never published.)
 *
 * Order of the ids: special tokens, the alphabet by code point, the prefixed characters that occur by code point, then
 * the merged tokens in merge order. Ids break ties between pairs of equal counts. Hugging Face orders prefixed
 * characters by a randomly seeded hash map, so two of its runs differ from each other just as they differ from this
 * trainer.
 *
 * @example
 * ```ts
 * import { trainers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const counts = new Map([["hug", 10], ["pug", 5], ["pun", 12], ["bun", 4], ["hugs", 5]]);
 * const model = new trainers.WordPiece({ vocabSize: 15, specialTokens: ["[UNK]"] }).train(counts);
 * assertEquals([...model.vocabulary.keys()].slice(-6), ["##n", "##s", "##u", "##ug", "##un", "hug"]);
 * ```
 */
export class WordPiece implements Trainer {
  /** The vocabulary size that was asked for, or the usual one, which `train` exceeds if the alphabet is large. */
  readonly vocabSize: number;
  /** Special tokens, which get the first ids. */
  readonly specialTokens: readonly string[];
  /** The prefix of tokens that continue a word. */
  readonly continuingSubwordPrefix: string;
  /** The token for words that cannot be segmented. */
  readonly unknownToken: string;
  readonly #settings: BPESettings;

  /**
   * Creates a trainer with these options.
   *
   * @throws {RangeError} If an option is invalid.
   */
  constructor(options: WordPieceTrainerOptions = {}) {
    checkOptions(ACTION, options, PREFIX_KINDS);
    const { unknownToken = "[UNK]", continuingSubwordPrefix = "##" } = options;
    this.#settings = bpeSettings({ ...options, continuingSubwordPrefix }, ACTION);
    this.vocabSize = this.#settings.vocabSize ?? this.#settings.usualSize;
    this.specialTokens = this.#settings.specialTokens;
    this.continuingSubwordPrefix = continuingSubwordPrefix;
    this.unknownToken = unknownToken;
  }

  /**
   * Trains a model.
   *
   * @param counts How often each piece occurs, from {@linkcode countPieces}.
   * @param onProgress Called with the progress, at most ten times a second.
   * @throws {RangeError} If the counts are empty, or a `vocabSize` was asked for that is less than the number of
   * special tokens plus the alphabet.
   */
  train(counts: ReadonlyMap<string, number>, onProgress?: (progress: TrainingProgress) => void): WordPieceModel {
    const { continuingSubwordPrefix, unknownToken } = this;
    const { vocabulary } = learnMerges(counts, this.#settings, new ProgressReporter(onProgress), ACTION);
    return new WordPieceModel({ vocabulary, continuingSubwordPrefix, unknownToken });
  }
}
