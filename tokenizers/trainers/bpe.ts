import { BPE as BPEModel } from "../models/bpe.ts";
import { learnMerges } from "./bpe_merges.ts";
import { type BPESettings, bpeSettings, type BPETrainerOptions } from "./bpe_settings.ts";
import { ProgressReporter } from "./progress_reporter.ts";
import type { Trainer, TrainingProgress } from "./trainer.ts";

const ACTION = "train a BPE model";

/**
 * Trains byte-pair encoding (Sennrich, Haddow and Birch 2016, "Neural Machine Translation of Rare Words with Subword
 * Units"). Starts from single characters and repeatedly merges the most frequent adjacent pair within pieces into a new
 * token, until the vocabulary is full. Ties go to the pair with the smallest ids, as in Hugging Face's tokenizers.
 *
 * Order of the ids: special tokens, the alphabet by code point, characters with the prefix or the suffix by code point,
 * then the merged tokens in merge order.
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
  /** The vocabulary size that was asked for, or the usual one, which `train` exceeds if the alphabet is large. */
  readonly vocabSize: number;
  /** Special tokens, which get the first ids. */
  readonly specialTokens: readonly string[];
  /** The token for characters outside the alphabet. */
  readonly unknownToken: string | undefined;
  readonly #settings: BPESettings;

  /**
   * Creates a trainer with these options.
   *
   * @throws {RangeError} If an option is invalid.
   */
  constructor(options: BPETrainerOptions = {}) {
    this.#settings = bpeSettings(options, ACTION);
    this.unknownToken = options.unknownToken;
    this.vocabSize = this.#settings.vocabSize ?? this.#settings.usualSize;
    this.specialTokens = this.#settings.specialTokens;
  }

  /**
   * Trains a model.
   *
   * @param counts How often each piece occurs, from {@linkcode countPieces}.
   * @param onProgress Called with the progress, at most ten times a second.
   * @throws {RangeError} If the counts are empty, or a `vocabSize` was asked for that is less than the number of
   * special tokens plus the alphabet.
   */
  train(counts: ReadonlyMap<string, number>, onProgress?: (progress: TrainingProgress) => void): BPEModel {
    const { vocabulary, merges } = learnMerges(counts, this.#settings, new ProgressReporter(onProgress), ACTION);
    const { continuingSubwordPrefix, endOfWordSuffix } = this.#settings;
    const { unknownToken } = this;
    return new BPEModel({ vocabulary, merges, unknownToken, continuingSubwordPrefix, endOfWordSuffix });
  }
}
