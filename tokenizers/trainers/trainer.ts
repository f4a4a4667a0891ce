import type { Model } from "../models/model.ts";

/** The progress of a training run. */
export interface TrainingProgress {
  /** The current stage, such as `"count words"` or `"merge"`. */
  readonly stage: string;
  /** The amount done. */
  readonly done: number;
  /** The total amount; `undefined` if unknown. */
  readonly total: number | undefined;
}

/** Trains a model on the pieces of a corpus. */
export interface Trainer {
  /** Special tokens, which get the first ids; they become added tokens of the tokenizer. */
  readonly specialTokens: readonly string[];

  /**
   * Trains a model. Deterministic: the result depends only on the counts and the trainer's options.
   *
   * @param counts How often each piece occurs, in order of first occurrence.
   * @param onProgress Called periodically.
   * @throws {RangeError} If the counts are empty, or the vocabulary is too small for its required tokens.
   */
  train(counts: ReadonlyMap<string, number>, onProgress?: (progress: TrainingProgress) => void): Model;
}
