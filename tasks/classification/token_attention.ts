import { gather, mul, permute, type Tensor, tensor } from "../../src/nn/mod.ts";

/**
 * Spreads attention weights `[B, ceil(T / size)]` of windows of tokens evenly over the tokens of each window, `[B, T]`,
 * for texts of the given lengths.
 */
export function spreadAttention(weights: Tensor, lengths: Int32Array, size: number): Tensor {
  if (size === 1) return weights;
  const [B, T] = [lengths.length, Math.max(...lengths)];
  const windows = Int32Array.from({ length: T }, (_, t) => Math.floor(t / size));
  const shares = Float32Array.from({ length: T * B }, (_, i) => {
    const [t, length] = [Math.floor(i / B), lengths[i % B]];
    return t < length ? 1 / Math.min(size, length - windows[t] * size) : 0;
  });
  const byToken = gather(permute(weights, [1, 0]), windows);
  return permute(mul(byToken, tensor(shares, [T, B], { engine: weights.engine })), [1, 0]);
}
