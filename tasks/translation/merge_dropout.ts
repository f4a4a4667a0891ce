import { InputRangeError } from "../../errors.ts";
import { asPipeline, models, type PipelineTokenizer, type Tokenizer } from "../../tokenizers/mod.ts";
import type { EncodedPairs, TokenizerPair } from "./pairs.ts";

/** Options of `dropMerges`. */
export interface MergeDropout {
  /** The pairs, tokenized without dropout. */
  readonly plain: EncodedPairs;
  /** The tokenizers of both sides. */
  readonly tokenizers: TokenizerPair;
  /** The probability that a merge is skipped. */
  readonly rate: number;
  /** The seed; together with the epoch, it determines which merges are skipped. */
  readonly seed: number;
  /** Maximum number of tokens per sentence; a sentence that gets longer keeps its tokens without dropout. */
  readonly maxTokens: number;
}

/**
 * Tokenizes the pairs for an epoch with BPE dropout (Provilkov et al. 2020). Both tokenizers must use byte-pair
 * encoding.
 */
export function dropMerges({ plain, tokenizers, rate, seed, maxTokens }: MergeDropout, epoch: number): EncodedPairs {
  const seedOf = (side: number): number => Math.imul(seed, 0x9e3779b1) + 2 * epoch + side;
  const [source, target] = [tokenizers.source, tokenizers.target].map((tokenizer, side) =>
    withDropout(tokenizer, rate, seedOf(side))
  );
  const sources = plain.sources.map((ids, i) => {
    const own = source.encodePrompt(plain.kept[i].source);
    return own.length > maxTokens ? ids : Int32Array.of(...own, ids.at(-1)!);
  });
  const targets = plain.targets.map((ids, i) => {
    const own = target.encodePrompt(plain.kept[i].target);
    return own.length > maxTokens ? ids : own;
  });
  return { ...plain, sources, targets };
}

/** Throws `RangeError` if a tokenizer does not use byte-pair encoding. */
export function refuseWithoutMerges({ source, target }: TokenizerPair): void {
  for (const [side, tokenizer] of Object.entries({ source, target })) {
    if (mergesOf(tokenizer)) continue;
    throw new InputRangeError(
      `fit: expected a ${side} tokenizer with byte-pair encoding for mergeDropout, found ${tokenizer.kind}`,
    );
  }
}

function mergesOf(tokenizer: Tokenizer): { pipeline: PipelineTokenizer; model: BytePairs } | undefined {
  const pipeline = asPipeline(tokenizer);
  const { model } = pipeline.parts;
  const isBytePairs = model instanceof models.BPE ||
    model instanceof models.SentencePiece && model.options.algorithm === "bpe";
  return isBytePairs ? { pipeline, model } : undefined;
}

/** The models with byte-pair encoding. */
type BytePairs = models.BPE | models.SentencePiece;

function withDropout(tokenizer: Tokenizer, dropout: number, seed: number): PipelineTokenizer {
  const { pipeline, model } = mergesOf(tokenizer)!;
  if (model instanceof models.SentencePiece) {
    return pipeline.with({ model: new models.SentencePiece({ ...model.options, dropout, seed }) });
  }
  const { vocabulary, merges, options } = model;
  return pipeline.with({ model: new models.BPE({ ...options, vocabulary, merges, dropout, seed }) });
}
