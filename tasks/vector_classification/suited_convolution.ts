import type { FrameProcessor } from "./frame_processor.ts";
import type { VectorClassifierConfig } from "./hyperparameters.ts";

/** Number of steps that the recurrent layers should read, and the most frames that one of them stands for. */
const [STEPS, MOST_FRAMES] = [64, 16];

/**
 * Chooses the convolution of a classifier for its training sequences: recurrent layers learn little of hundreds of
 * values, one by one, so filters read long sequences first, and the maxima of successive frames become a step.
 * Skeletons and pictures have a form of their own, and a model that reads forward only may have to answer after each
 * frame: these have none.
 */
export function suitConvolution(
  { kind, usualFrames }: Pick<FrameProcessor, "kind" | "usualFrames">,
  { bidirectional = true }: Partial<Pick<VectorClassifierConfig, "bidirectional">>,
): Partial<Pick<VectorClassifierConfig, "conv" | "convPool">> {
  if (kind !== "values" || !bidirectional || usualFrames === null) return {};
  const convPool = Math.min(MOST_FRAMES, Math.round(usualFrames / STEPS));
  return convPool < 2 ? {} : { conv: 2 * convPool + 1, convPool };
}
