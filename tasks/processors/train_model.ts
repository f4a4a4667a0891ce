import {
  CharTokenizer,
  PipelineTokenizer,
  presets,
  type Tokenizer,
  type TrainingProgress,
  WordTokenizer,
} from "../../tokenizers/mod.ts";

/** The tokenizer models that can be trained. */
export const MODELS = ["bpe", "wordpiece", "unigram", "word", "char"] as const;

/** Options of {@linkcode trainModel}. */
export interface TrainModelOptions {
  /** Maximum vocabulary size. Default: 8,000; for `word` and `char`, no limit. */
  readonly vocabSize?: number;
  /**
   * Minimum number of occurrences of a word, a character or a merged pair. Default: 1; for `bpe` and `wordpiece`, 2.
   */
  readonly minCount?: number;
  /**
   * Number of distinct words that are counted exactly; if there are more, the rarest are dropped while counting. Not
   * for
   * `char`. Default: 33,554,432.
   */
  readonly maxDistinct?: number;
  /** Whether each digit is a token of its own; for `bpe` only. */
  readonly splitDigits?: boolean;
  /** Special tokens, such as `[CLS]`, which are never split. */
  readonly specialTokens?: readonly string[];
  /** Called from time to time with the progress of training. */
  readonly onProgress?: (progress: TrainingProgress) => void;
}

/**
 * Trains a tokenizer of a model on texts.
 *
 * Throws `RangeError` if the texts are empty or the vocabulary is too small.
 */
export async function trainModel(
  model: (typeof MODELS)[number],
  texts: AsyncIterable<string>,
  options: TrainModelOptions,
): Promise<Tokenizer> {
  const { vocabSize, minCount, maxDistinct, splitDigits, specialTokens, onProgress } = options;
  const limits = { vocabSize, minCount };
  if (model === "word") {
    return await WordTokenizer.trainStream(texts, { ...limits, maxDistinct, specials: specialTokens });
  }
  if (model === "char") {
    const unknown = (vocabSize ?? minCount) !== undefined;
    return await CharTokenizer.trainStream(texts, { ...limits, unknown, specials: specialTokens });
  }
  const preset = presets[model]({ vocabSize, minCount, splitDigits, specialTokens });
  return await PipelineTokenizer.train(texts, { ...preset, maxDistinct, onProgress });
}
