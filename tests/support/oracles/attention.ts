import { linear, type Values } from "./affine.ts";
import { softmax } from "./softmax.ts";

/**
 * Arguments of {@linkcode attention}: queries [T, B, Q], states [S, B, M], a length for each of B sequences, and the
 * parameters by name.
 */
export interface AttentionCase {
  kind: "dot" | "general" | "additive" | "multihead";
  queries: Values;
  states: Values;
  lengths: readonly number[];
  parameters: Readonly<Record<string, Float64Array>>;
  T: number;
  S: number;
  Q: number;
  M: number;
  heads: number;
}

type Projected = { output: Values; backward(d: Values): { dx: Values; dWeight: Values; dBias: Values } };

/**
 * Computes attention pair by pair: the context, and the weights averaged over the heads [B, T, S]. `backward` returns
 * the gradients of all inputs.
 */
export function attention(given: AttentionCase): {
  context: Float64Array;
  weights: Float64Array;
  backward(dContext: Values, dWeights: Values): Record<string, Float64Array>;
} {
  const { kind, queries, states, lengths, parameters, T, S, Q, M } = given;
  const B = lengths.length;
  const heads = kind === "multihead" ? given.heads : 1;
  const project = (name: string, x: Values, N: number, I: number): Projected =>
    parameters[`${name}.weight`]
      ? linear({ x, N, I, O: Q, weight: parameters[`${name}.weight`], bias: parameters[`${name}.bias`] })
      : { output: x, backward: (d) => ({ dx: d, dWeight: [], dBias: [] }) };
  const [q, k, v] = [
    project("queries", queries, T * B, Q),
    project("keys", states, S * B, M),
    project("values", states, S * B, M),
  ];
  const width = kind === "multihead" ? Q : M;
  const [D, W] = [Q / heads, width / heads];
  const scale = kind === "multihead" ? 1 / Math.sqrt(D) : 1;
  const mixed = new Float64Array(T * B * width);
  const weights = new Float64Array(B * T * S);
  const rows: { b: number; t: number; h: number; run: ReturnType<typeof softmax> }[] = [];
  for (let b = 0; b < B; b++) {
    for (let t = 0; t < T; t++) {
      for (let h = 0; h < heads; h++) {
        const scores = Float64Array.from({ length: lengths[b] }, (_, s) => {
          let score = 0;
          for (let d = h * D; d < (h + 1) * D; d++) {
            const [x, y] = [q.output[(t * B + b) * Q + d], k.output[(s * B + b) * Q + d]];
            score += kind === "additive" ? parameters.score[d] * Math.tanh(x + y) : x * y * scale;
          }
          return score;
        });
        const run = softmax({ x: scores, N: 1, V: lengths[b] });
        rows.push({ b, t, h, run });
        run.output.forEach((a, s) => {
          weights[(b * T + t) * S + s] += a / heads;
          for (let w = h * W; w < (h + 1) * W; w++) {
            mixed[(t * B + b) * width + w] += a * v.output[(s * B + b) * width + w];
          }
        });
      }
    }
  }
  const joined = project("output", mixed, T * B, width);
  return {
    context: Float64Array.from(joined.output),
    weights,
    backward(dContext, dWeights) {
      const output = joined.backward(dContext);
      const [dq, dk, dv] = [T * B * Q, S * B * Q, S * B * width].map((size) => new Float64Array(size));
      const dScore = new Float64Array(Q);
      for (const { b, t, h, run } of rows) {
        const dOwn = Float64Array.from({ length: lengths[b] }, (_, s) => {
          let d = dWeights[(b * T + t) * S + s] / heads;
          for (let w = h * W; w < (h + 1) * W; w++) {
            d += output.dx[(t * B + b) * width + w] * v.output[(s * B + b) * width + w];
          }
          return d;
        });
        run.backward(dOwn).dx.forEach((g, s) => {
          for (let w = h * W; w < (h + 1) * W; w++) {
            dv[(s * B + b) * width + w] += run.output[s] * output.dx[(t * B + b) * width + w];
          }
          for (let d = h * D; d < (h + 1) * D; d++) {
            const [i, j] = [(t * B + b) * Q + d, (s * B + b) * Q + d];
            if (kind === "additive") {
              const u = Math.tanh(q.output[i] + k.output[j]);
              dScore[d] += g * u;
              dq[i] += g * parameters.score[d] * (1 - u * u);
              dk[j] += g * parameters.score[d] * (1 - u * u);
            } else {
              dq[i] += g * k.output[j] * scale;
              dk[j] += g * q.output[i] * scale;
            }
          }
        });
      }
      const found: Record<string, Float64Array> = kind === "additive" ? { score: dScore } : {};
      const [fromQ, fromK, fromV] = [q.backward(dq), k.backward(dk), v.backward(dv)];
      found.queries = Float64Array.from(fromQ.dx);
      found.states = Float64Array.from(fromK.dx, (d, i) => d + fromV.dx[i]);
      Object.entries({ queries: fromQ, keys: fromK, values: fromV, output }).forEach(([name, { dWeight, dBias }]) => {
        if (parameters[`${name}.weight`]) found[`${name}.weight`] = Float64Array.from(dWeight);
        if (parameters[`${name}.bias`]) found[`${name}.bias`] = Float64Array.from(dBias);
      });
      return found;
    },
  };
}
