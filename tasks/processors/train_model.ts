import {
  CharTokenizer,
  PipelineTokenizer,
  presets,
  type Tokenizer,
  type TrainingProgress,
  WordTokenizer,
} from "../../tokenizers/mod.ts";

/** The tokenizer models that can be trained. */
export const MODELS = ["bpe", "wordpiece", "unigram", "word", "char", "kmer", "abc", "events", "steps"] as const;

/** Options of {@linkcode trainModel}. */
export interface TrainModelOptions {
  /**
   * Maximum vocabulary size; not for `steps`, which has a token for each pitch. Default: see `usualSize`; for
   * `kmer`, 65,537; for `abc` and `events`, 30,000; for `word` and `char`, no limit.
   */
  readonly vocabSize?: number;
  /**
   * Vocabulary size of `bpe`, `wordpiece` and `unigram` if `vocabSize` is not given; it grows if special tokens and
   * characters, such as those of Chinese, take more than half of it. Default: 8,000.
   */
  readonly usualSize?: number;
  /**
   * Minimum number of occurrences of a word, a character, a k-mer or a merged pair. Default: 1; for `bpe` and
   * `wordpiece`, 2.
   */
  readonly minCount?: number;
  /**
   * Number of distinct words that are counted exactly; if there are more, the rarest are dropped while counting. Not
   * for `char`. Default: 33,554,432.
   */
  readonly maxDistinct?: number;
  /** Whether each digit is a token of its own; for `bpe` only. */
  readonly splitDigits?: boolean;
  /** Letters of a k-mer; for `kmer` only. Default: 3. */
  readonly k?: number;
  /** Letters from the start of a k-mer to the start of the next; for `kmer` only. Default: 1. */
  readonly stride?: number;
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
  const { vocabSize, usualSize, minCount, maxDistinct, splitDigits, specialTokens, onProgress } = options;
  const limits = { vocabSize, minCount };
  if (model === "word") {
    return await WordTokenizer.trainStream(texts, { ...limits, maxDistinct, specials: specialTokens });
  }
  if (model === "char") {
    const unknown = (vocabSize ?? minCount) !== undefined;
    return await CharTokenizer.trainStream(texts, { ...limits, unknown, specials: specialTokens });
  }
  if (model === "kmer") {
    const preset = presets.kmer({ ...limits, k: options.k, stride: options.stride, specialTokens });
    return await PipelineTokenizer.train(texts, { ...preset, maxDistinct, onProgress });
  }
  if (model === "abc" || model === "events") {
    const preset = presets[model]({ ...limits, specialTokens });
    return await PipelineTokenizer.train(texts, { ...preset, maxDistinct, onProgress });
  }
  if (model === "steps") {
    return await PipelineTokenizer.train(texts, { ...presets.steps({ specialTokens }), onProgress });
  }
  const preset = presets[model]({ vocabSize, usualSize, minCount, splitDigits, specialTokens });
  return await PipelineTokenizer.train(texts, { ...preset, maxDistinct, onProgress });
}
