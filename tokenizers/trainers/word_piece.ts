import { WordPiece as WordPieceModel } from "../models/word_piece.ts";
import { learnMerges } from "./bpe_merges.ts";
import { type BPESettings, bpeSettings, type BPETrainerOptions, PREFIX_KINDS } from "./bpe_settings.ts";
import { ProgressReporter } from "./progress_reporter.ts";
import type { Trainer, TrainingProgress } from "./trainer.ts";
import { checkOptions } from "../options.ts";

/** What a WordPiece vocabulary is made of. `continuingSubwordPrefix` is `"##"` by default. */
export interface WordPieceTrainerOptions extends Omit<BPETrainerOptions, "endOfWordSuffix"> {
  /** What stands for words that cannot be put together; it is to be one of the special tokens. `"[UNK]"` by default. */
  unknownToken?: string;
}

const ACTION = "train a WordPiece model";

/**
 * Makes a WordPiece vocabulary as Hugging Face's tokenizers do: with byte-pair encoding's merges, of which only the
 * tokens are kept, and with tokens that go on within a word marked by a prefix. (Schuster and Nakajima 2012, "Japanese
 * and Korean Voice Search", choose merges by likelihood; that trainer was never published.)
 *
 * The ids: special tokens, then the alphabet by code point, then the marked characters that occur, by code point, then
 * the merged tokens in order. The ids decide between pairs of equal counts; Hugging Face's marked characters come in
 * the chance order of a hash map, so that two runs of it differ from each other as they do from this.
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
  /** How many tokens the vocabulary has at most. */
  readonly vocabSize: number;
  /** Tokens that get the first ids. */
  readonly specialTokens: readonly string[];
  /** The prefix of tokens that continue a word. */
  readonly continuingSubwordPrefix: string;
  /** What stands for words that cannot be put together. */
  readonly unknownToken: string;
  readonly #settings: BPESettings;

  /**
   * A trainer with these options.
   *
   * @throws {RangeError} If one of them is not possible.
   */
  constructor(options: WordPieceTrainerOptions = {}) {
    checkOptions(ACTION, options, PREFIX_KINDS);
    const { unknownToken = "[UNK]", continuingSubwordPrefix = "##" } = options;
    this.#settings = bpeSettings({ ...options, continuingSubwordPrefix }, ACTION);
    this.vocabSize = this.#settings.vocabSize;
    this.specialTokens = this.#settings.specialTokens;
    this.continuingSubwordPrefix = continuingSubwordPrefix;
    this.unknownToken = unknownToken;
  }

  /**
   * The model of a corpus.
   *
   * @param counts How often each piece occurs, as {@linkcode countPieces} gives it.
   * @param onProgress Called now and then, at most ten times a second.
   * @throws {RangeError} If the counts are empty, or `vocabSize` is less than the special tokens and the alphabet.
   */
  train(counts: ReadonlyMap<string, number>, onProgress?: (progress: TrainingProgress) => void): WordPieceModel {
    const { continuingSubwordPrefix, unknownToken } = this;
    const { vocabulary } = learnMerges(counts, this.#settings, new ProgressReporter(onProgress), ACTION);
    return new WordPieceModel({ vocabulary, continuingSubwordPrefix, unknownToken });
  }
}
