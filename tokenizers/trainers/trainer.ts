import type { Model } from "../models/model.ts";

/** How far a training is. */
export interface TrainingProgress {
  /** What is being done, such as `"count words"` or `"merge"`. */
  readonly stage: string;
  /** How much of it is done. */
  readonly done: number;
  /** How much there is to do; `undefined` where that is not known. */
  readonly total: number | undefined;
}

/** Makes a model of the pieces of a corpus. */
export interface Trainer {
  /** Tokens with a part of their own, whose ids come first: they become added tokens of the tokenizer. */
  readonly specialTokens: readonly string[];

  /**
   * The model of a corpus. It depends on nothing but the counts and the trainer's options, and gives the same at every time.
   *
   * @param counts How often each piece occurs, in the order in which they first do.
   * @param onProgress Called now and then.
   * @throws {RangeError} If the counts are empty, or the vocabulary is too small for what must be in it.
   */
  train(counts: ReadonlyMap<string, number>, onProgress?: (progress: TrainingProgress) => void): Model;
}
