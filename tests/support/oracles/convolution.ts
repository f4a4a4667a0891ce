import type { Values } from "./affine.ts";

/** Arguments of {@linkcode convolution}: x [T, B, E], weight [F, E, W], bias [F], a length for each of B sequences. */
export interface ConvolutionOptions {
  x: Values;
  lengths: Values;
  weight: Values;
  bias?: Values | null;
  T: number;
  B: number;
  E: number;
  F: number;
  W: number;
}

/**
 * y[t, b, f] = bias[f] + sum over w and e of weight[f, e, w] x[t + w - floor((W - 1) / 2), b, e] over the steps of each
 * sequence, and zeros beyond them.
 */
export function convolution({ x, lengths, weight, bias, T, B, E, F, W }: ConvolutionOptions): {
  output: Float64Array;
  backward(dOutput: Values): { dx: Float64Array; dWeight: Float64Array; dBias: Float64Array };
} {
  const before = Math.floor((W - 1) / 2);
  /** Calls back with the indexes of every y, and of the weight and the x in each of its products. */
  function visit(product: (y: number, weight: number, x: number) => void): void {
    for (let b = 0; b < B; b++) {
      for (let t = 0; t < lengths[b]; t++) {
        for (let w = 0; w < W; w++) {
          const s = t + w - before;
          if (s < 0 || s >= lengths[b]) continue;
          for (let f = 0; f < F; f++) {
            for (let e = 0; e < E; e++) product((t * B + b) * F + f, (f * E + e) * W + w, (s * B + b) * E + e);
          }
        }
      }
    }
  }
  const isOwn = (i: number): boolean => Math.floor(i / (B * F)) < lengths[Math.floor(i / F) % B];
  const output = Float64Array.from({ length: T * B * F }, (_, i) => bias && isOwn(i) ? bias[i % F] : 0);
  visit((i, j, k) => output[i] += weight[j] * x[k]);
  return {
    output,
    backward(dOutput) {
      const [dx, dWeight] = [new Float64Array(T * B * E), new Float64Array(F * E * W)];
      const dBias = new Float64Array(bias ? F : 0);
      for (let i = 0; i < T * B * F; i++) if (bias && isOwn(i)) dBias[i % F] += dOutput[i];
      visit((i, j, k) => {
        dx[k] += dOutput[i] * weight[j];
        dWeight[j] += dOutput[i] * x[k];
      });
      return { dx, dWeight, dBias };
    },
  };
}
