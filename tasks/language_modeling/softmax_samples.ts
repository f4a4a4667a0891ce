import { type ClassSample, ClassSampler, type Engine, Random } from "../../src/nn/mod.ts";
import { refuse } from "../../src/schema/mod.ts";
import { countIds } from "./count_ids.ts";
import type { LanguageModelConfig, LanguageModelSettings } from "./hyperparameters.ts";
import type { TokenIds } from "./token_ids.ts";

/** The first random stream of the samples, away from those of initial weights, dropout and windows. */
const STREAM = 3 * 2 ** 30;

/** Draws the words for the loss of each step of a training run. */
export class SoftmaxSamples {
  #sampler: ClassSampler;
  #seed: number;

  constructor(sampler: ClassSampler, seed: number) {
    this.#sampler = sampler;
    this.#seed = seed;
  }

  /** Draws the words for the targets of a step, which is counted from the beginning of the run. */
  draw(targets: Int32Array, step: number, engine: Engine): ClassSample {
    return this.#sampler.draw(targets, new Random(this.#seed, { engine, stream: STREAM + step }));
  }
}

/**
 * Prepares the samples of a training run on a text, or returns undefined if losses are computed over all words, as they
 * are if there are no more words than samples. Throws `RangeError` if the model has an adaptive softmax.
 */
export async function softmaxSamples(
  ids: TokenIds,
  { softmax, vocabSize }: Pick<LanguageModelConfig, "softmax" | "vocabSize">,
  { softmaxSamples: samples, seed }: Pick<LanguageModelSettings, "softmaxSamples" | "seed">,
): Promise<SoftmaxSamples | undefined> {
  if (samples === null) return undefined;
  if (softmax === "adaptive") refuse("fit", "softmaxSamples", "null with an adaptive softmax", samples);
  if (samples >= vocabSize) return undefined;
  return new SoftmaxSamples(new ClassSampler({ counts: await countIds(ids, vocabSize), samples }), seed);
}
