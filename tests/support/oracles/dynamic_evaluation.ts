import type { Values } from "./affine.ts";

/** The data that an update of dynamic evaluation reads and writes. */
export interface DynamicStepOptions {
  values: Float64Array;
  gradients: Values;
  trained: Values;
  /** The mean squared gradients; without them, the update is that of SGD. */
  meanSquares?: Float64Array;
  lr: number;
  decay: number;
  eps: number;
}

/** One update of dynamic evaluation (Krause et al. 2018, equation 6), with decay rates of at most 1. */
export function dynamicStep({ values, gradients, trained, meanSquares, lr, decay, eps }: DynamicStepOptions): void {
  for (let i = 0; i < values.length; i++) {
    const root = meanSquares ? Math.sqrt(meanSquares[i]) : 1;
    const step = meanSquares ? gradients[i] / (root + eps) : gradients[i];
    values[i] += Math.min(1, decay * root) * (trained[i] - values[i]) - lr * step;
  }
}
