import { BPE as BPEModel } from "../models/bpe.ts";
import { learnMerges } from "./bpe_merges.ts";
import { type BPESettings, bpeSettings, type BPETrainerOptions } from "./bpe_settings.ts";
import { ProgressReporter } from "./progress_reporter.ts";
import type { Trainer, TrainingProgress } from "./trainer.ts";

const ACTION = "train a BPE model";

/**
 * Learns byte-pair encoding (Sennrich, Haddow and Birch 2016, "Neural Machine Translation of Rare Words with Subword Units"): beginning
 * with single characters, the pair of neighbours within a piece that occurs most often becomes a token, again and again, until the
 * vocabulary is full. Of pairs of equal counts the one with the smallest ids is next, as in Hugging Face's tokenizers.
 *
 * The ids: special tokens, then the alphabet by code point, then characters marked with the prefix or the suffix by code point, then
 * the merged tokens in order.
 *
 * @example
 * ```ts
 * import { trainers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const counts = new Map([["hug", 10], ["pug", 5], ["pun", 12], ["bun", 4], ["hugs", 5]]);
 * const model = new trainers.BPE({ vocabSize: 10 }).train(counts);
 * assertEquals([...model.vocabulary.keys()], ["b", "g", "h", "n", "p", "s", "u", "ug", "un", "hug"]);
 * ```
 */
export class BPE implements Trainer {
  /** How many tokens the vocabulary has at most. */
  readonly vocabSize: number;
  /** Tokens that get the first ids. */
  readonly specialTokens: readonly string[];
  /** What stands for characters outside the alphabet. */
  readonly unknownToken: string | undefined;
  readonly #settings: BPESettings;

  /**
   * A trainer with these options.
   *
   * @throws {RangeError} If one of them is not possible.
   */
  constructor(options: BPETrainerOptions = {}) {
    this.#settings = bpeSettings(options, ACTION);
    this.unknownToken = options.unknownToken;
    this.vocabSize = this.#settings.vocabSize;
    this.specialTokens = this.#settings.specialTokens;
  }

  /**
   * The model of a corpus.
   *
   * @param counts How often each piece occurs, as {@linkcode countPieces} gives it.
   * @param onProgress Called now and then, at most ten times a second.
   * @throws {RangeError} If the counts are empty, or `vocabSize` is less than the special tokens and the alphabet.
   */
  train(counts: ReadonlyMap<string, number>, onProgress?: (progress: TrainingProgress) => void): BPEModel {
    const { vocabulary, merges } = learnMerges(counts, this.#settings, new ProgressReporter(onProgress), ACTION);
    const { continuingSubwordPrefix, endOfWordSuffix } = this.#settings;
    const { unknownToken } = this;
    return new BPEModel({ vocabulary, merges, unknownToken, continuingSubwordPrefix, endOfWordSuffix });
  }
}
