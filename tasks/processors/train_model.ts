import {
  CharTokenizer,
  PipelineTokenizer,
  presets,
  type Tokenizer,
  type TrainingProgress,
  WordTokenizer,
} from "../../tokenizers/mod.ts";

/** The models that can be trained. */
export const MODELS = ["bpe", "wordpiece", "unigram", "word", "char"] as const;

/** Options of {@linkcode trainModel}. */
export interface TrainModelOptions {
  /** Most tokens in the vocabulary; 8,000 where absent, of words and characters all. */
  readonly vocabSize?: number;
  /** Rarer words or characters, and rarer pairs in pieces of words, are left out; 1 where absent, for `bpe` and `wordpiece` 2. */
  readonly minCount?: number;
  /** For `bpe`: whether each digit is a token of its own. */
  readonly splitDigits?: boolean;
  /** Tokens with a part of their own. */
  readonly specialTokens?: readonly string[];
  /** Called now and then. */
  readonly onProgress?: (progress: TrainingProgress) => void;
}

/**
 * A tokenizer of one of the models, trained on texts.
 *
 * Throws a RangeError where the texts are empty, or the vocabulary is too small.
 */
export async function trainModel(
  model: (typeof MODELS)[number],
  texts: AsyncIterable<string>,
  options: TrainModelOptions,
): Promise<Tokenizer> {
  const { vocabSize, minCount, splitDigits, specialTokens, onProgress } = options;
  const limits = { vocabSize, minCount };
  if (model === "word") return await WordTokenizer.trainStream(texts, limits);
  if (model === "char") {
    return await CharTokenizer.trainStream(texts, { ...limits, unknown: (vocabSize ?? minCount) !== undefined });
  }
  const preset = presets[model]({ vocabSize, minCount, splitDigits, specialTokens });
  return await PipelineTokenizer.train(texts, { ...preset, onProgress });
}
