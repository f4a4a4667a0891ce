import { linear, type Values } from "./affine.ts";
import { softmax } from "./softmax.ts";

/**
 * Arguments of {@linkcode attentionPooling}: x [T, B, K], projection [A, K] and [A], query [A], a length for each of B
 * sequences.
 */
export interface AttentionPoolingOptions {
  x: Values;
  lengths: Values;
  weight: Values;
  bias: Values;
  query: Values;
  T: number;
  B: number;
  K: number;
  A: number;
}

/**
 * u_t = tanh(W x_t + b), a = softmax over a sequence's own steps of q . u_t, pooled = sum_t a_t x_t; weights [B, T].
 */
export function attentionPooling({ x, lengths, weight, bias, query, T, B, K, A }: AttentionPoolingOptions): {
  pooled: Float64Array;
  weights: Float64Array;
  backward(dPooled: Values, dWeights: Values): Record<"x" | "weight" | "bias" | "query", Float64Array>;
} {
  const projected = linear({ x, N: T * B, I: K, O: A, weight, bias });
  const u = projected.output.map(Math.tanh);
  const [pooled, weights] = [new Float64Array(B * K), new Float64Array(B * T)];
  const scores = Array.from({ length: B }, (_, b) => {
    const own = Float64Array.from({ length: lengths[b] }, (_, t) => {
      let score = 0;
      for (let a = 0; a < A; a++) score += query[a] * u[(t * B + b) * A + a];
      return score;
    });
    const run = softmax({ x: own, N: 1, V: lengths[b] });
    weights.set(run.output, b * T);
    for (let t = 0; t < lengths[b]; t++) {
      for (let k = 0; k < K; k++) pooled[b * K + k] += run.output[t] * x[(t * B + b) * K + k];
    }
    return run;
  });
  return {
    pooled,
    weights,
    backward(dPooled, dWeights) {
      const dx = new Float64Array(T * B * K);
      const [du, dQuery] = [new Float64Array(T * B * A), new Float64Array(A)];
      for (let b = 0; b < B; b++) {
        const dOwn = Float64Array.from({ length: lengths[b] }, (_, t) => {
          let d = dWeights[b * T + t];
          for (let k = 0; k < K; k++) d += dPooled[b * K + k] * x[(t * B + b) * K + k];
          return d;
        });
        const { dx: dScores } = scores[b].backward(dOwn);
        for (let t = 0; t < lengths[b]; t++) {
          const row = t * B + b;
          for (let k = 0; k < K; k++) dx[row * K + k] += weights[b * T + t] * dPooled[b * K + k];
          for (let a = 0; a < A; a++) {
            dQuery[a] += dScores[t] * u[row * A + a];
            du[row * A + a] = dScores[t] * query[a] * (1 - u[row * A + a] ** 2);
          }
        }
      }
      const { dx: dInput, dWeight, dBias } = projected.backward(du);
      return { x: dx.map((d, i) => d + dInput[i]), weight: dWeight, bias: dBias, query: dQuery };
    },
  };
}
