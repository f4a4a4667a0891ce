import { asPipeline, models, type PipelineTokenizer, type Tokenizer } from "../../tokenizers/mod.ts";
import type { EncodedPairs, TokenizerPair } from "./pairs.ts";

/** Pairs that are divided into tokens anew in every epoch. */
export interface MergeDropout {
  /** The pairs, and their tokens where no merge is passed over. */
  readonly plain: EncodedPairs;
  /** Both sides' tokenizers. */
  readonly tokenizers: TokenizerPair;
  /** The chance that a merge is passed over. */
  readonly rate: number;
  /** With the epoch it decides which merges are. */
  readonly seed: number;
  /** Most tokens of a sentence, beyond which its plain tokens stay. */
  readonly maxTokens: number;
}

/** The pairs as an epoch reads them. Throws a RangeError for tokens that no merges make. */
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

/** Throws a RangeError where a side's tokens are not made by merges. */
export function refuseWithoutMerges({ source, target }: TokenizerPair): void {
  for (const [side, tokenizer] of Object.entries({ source, target })) {
    if (mergesOf(tokenizer)) continue;
    throw new RangeError(
      `fit: expected ${side} tokens of byte-pair encoding for mergeDropout, found ${tokenizer.kind}`,
    );
  }
}

function mergesOf(tokenizer: Tokenizer): { pipeline: PipelineTokenizer; model: models.BPE } | undefined {
  const pipeline = asPipeline(tokenizer);
  const { model } = pipeline.parts;
  return model instanceof models.BPE ? { pipeline, model } : undefined;
}

function withDropout(tokenizer: Tokenizer, dropout: number, seed: number): PipelineTokenizer {
  const { pipeline, model } = mergesOf(tokenizer)!;
  const { vocabulary, merges, options } = model;
  return pipeline.with({ model: new models.BPE({ ...options, vocabulary, merges, dropout, seed }) });
}
