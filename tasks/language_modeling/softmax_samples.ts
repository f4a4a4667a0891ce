import { type ClassSample, ClassSampler, type Engine, Random } from "../../src/nn/mod.ts";
import { refuse } from "../../src/schema/mod.ts";
import { countIds } from "./count_ids.ts";
import type { LanguageModelConfig, LanguageModelSettings } from "./hyperparameters.ts";
import type { TokenIds } from "./token_ids.ts";

/** The first random stream of the samples, away from those of initial weights, dropout and windows. */
const STREAM = 3 * 2 ** 30;

/** Draws the words for the loss over the targets of a step, which is counted from the beginning of the run. */
export type DrawWords = (targets: Int32Array, step: number) => ClassSample;

/**
 * Returns what draws the words of a training run on a text, or undefined if losses are computed over all words, as they
 * are if there are no more words than samples. The engine computes random numbers, for the steps of other engines too:
 * one that tracks only shapes has none, and would draw all words. Throws `RangeError` if the model has an adaptive
 * softmax.
 */
export async function softmaxSamples(
  ids: TokenIds,
  { softmax, vocabSize }: Pick<LanguageModelConfig, "softmax" | "vocabSize">,
  { softmaxSamples: samples, seed }: Pick<LanguageModelSettings, "softmaxSamples" | "seed">,
  engine: Engine,
): Promise<DrawWords | undefined> {
  if (samples === null) return undefined;
  if (softmax === "adaptive") refuse("fit", "softmaxSamples", "null with an adaptive softmax", samples);
  if (samples >= vocabSize) return undefined;
  const sampler = new ClassSampler({ counts: await countIds(ids, vocabSize), samples });
  return (targets, step) => sampler.draw(targets, new Random(seed, { engine, stream: STREAM + step }));
}
