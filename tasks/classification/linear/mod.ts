/**
 * A linear classifier on hashed n-grams of words and letters, which trains in seconds, and its sum with a network. This
 * folder knows texts and labels; it must not know networks, tokenizers or files.
 * @module
 */
export {
  type BaselineAccuracies,
  Baselines,
  type BaselinesOptions,
  type TrainedLinear,
  trainedLinear,
} from "./baselines.ts";
export { type Blend, blendLogits, fitBlend, SUM } from "./blend.ts";
export { checkLinear, type LinearConfig } from "./config.ts";
export type { LinearFeatures } from "./features.ts";
export { logitsInBlocks } from "./in_blocks.ts";
export { describeLimit } from "./limit.ts";
export { LinearPart, linearPart } from "./linear_part.ts";
export { trainLinear } from "./training.ts";
