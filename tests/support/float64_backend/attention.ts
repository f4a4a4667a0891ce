import type { Operands } from "./numbers.ts";

export function additive_scores(...[B, T, S, A, q, k, v, scores]: Operands<"additive_scores">): void {
  for (let i = 0; i < B * T * S; i++) {
    const [b, t, s] = [Math.floor(i / (T * S)), Math.floor(i / S) % T, i % S];
    scores[i] = 0;
    for (let a = 0; a < A; a++) scores[i] += v[a] * Math.tanh(q[(t * B + b) * A + a] + k[(s * B + b) * A + a]);
  }
}

export function additive_scores_backward(
  ...[B, T, S, A, q, k, v, dScores, dq, dk, dv]: Operands<"additive_scores_backward">
): void {
  for (let i = 0; i < B * T * S; i++) {
    // A pair beyond the end of a sequence has a zero gradient; its key may be anything.
    if (dScores[i] === 0) continue;
    const [b, t, s] = [Math.floor(i / (T * S)), Math.floor(i / S) % T, i % S];
    for (let a = 0; a < A; a++) {
      const [query, key] = [(t * B + b) * A + a, (s * B + b) * A + a];
      const u = Math.tanh(q[query] + k[key]);
      const d = dScores[i] * v[a] * (1 - u * u);
      dq[query] += d;
      dk[key] += d;
      dv[a] += dScores[i] * u;
    }
  }
}
