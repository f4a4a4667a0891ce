import { Scope } from "../../src/tensor/mod.ts";
import { type Convolution, maxPool, relu, type Tensor } from "../../src/nn/mod.ts";

/** A batch of sequences `[T, B, I]`, padded to T. */
export interface PaddedSteps {
  /** The steps of all sequences. */
  readonly steps: Tensor;
  /** The lengths of the sequences. */
  readonly lengths: Int32Array;
}

/**
 * Applies a convolution, ReLU and max pooling over windows of `window` steps, which divides the lengths by it. Without
 * a convolution, returns the batch as it is.
 */
export function convolveAndPool(batch: PaddedSteps, convolution: Convolution | undefined, window: number): PaddedSteps {
  if (!convolution) return batch;
  const { lengths } = batch;
  const steps = relu(convolution.forward(batch.steps, lengths));
  if (window === 1) return { steps, lengths };
  const shorter = lengths.map((length) => Math.ceil(length / window));
  Scope.of(steps.engine, "pool").note("divideUp", [lengths], [shorter], { divisor: window });
  return { steps: maxPool(steps, lengths, window), lengths: shorter };
}
