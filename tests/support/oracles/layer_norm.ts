import type { Values } from "./affine.ts";

/**
 * (x - mean) / sqrt(variance + eps) * weight + bias over each row of x [N, H] (Ba et al., 2016); weight and bias [H].
 */
export function layerNorm(
  { x, N, H, weight, bias, eps = 1e-5 }: {
    x: Values;
    N: number;
    H: number;
    weight: Values;
    bias: Values;
    eps?: number;
  },
): {
  output: Float64Array;
  backward(dOutput: Values): { dx: Float64Array; dWeight: Float64Array; dBias: Float64Array };
} {
  const normalised = new Float64Array(N * H), scales = new Float64Array(N), output = new Float64Array(N * H);
  for (let n = 0; n < N; n++) {
    let mean = 0, variance = 0;
    for (let i = 0; i < H; i++) mean += x[n * H + i] / H;
    for (let i = 0; i < H; i++) variance += (x[n * H + i] - mean) ** 2 / H;
    scales[n] = 1 / Math.sqrt(variance + eps);
    for (let i = 0; i < H; i++) {
      normalised[n * H + i] = (x[n * H + i] - mean) * scales[n];
      output[n * H + i] = normalised[n * H + i] * weight[i] + bias[i];
    }
  }
  return {
    output,
    backward(dOutput) {
      const dx = new Float64Array(N * H), dWeight = new Float64Array(H), dBias = new Float64Array(H);
      for (let n = 0; n < N; n++) {
        let sum = 0, dot = 0;
        for (let i = 0; i < H; i++) {
          const dNormalised = dOutput[n * H + i] * weight[i];
          sum += dNormalised;
          dot += dNormalised * normalised[n * H + i];
          dWeight[i] += dOutput[n * H + i] * normalised[n * H + i];
          dBias[i] += dOutput[n * H + i];
        }
        for (let i = 0; i < H; i++) {
          const dNormalised = dOutput[n * H + i] * weight[i];
          dx[n * H + i] = scales[n] * (dNormalised - sum / H - normalised[n * H + i] * dot / H);
        }
      }
      return { dx, dWeight, dBias };
    },
  };
}
