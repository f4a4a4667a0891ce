// The scores of additive attention, v . tanh(q + k) for every pair of a query and a key. The sums q + k are not stored:
// computing them again costs less than writing and reading them.

import { Count, Reads, Updates, Writes } from "./operands";
import { fma, loadPart, shareStart, splat, storePart, sumLanes, tanh } from "./vector";

/** v . tanh(q + k) over A numbers. */
@inline
function score(A: u32, q: usize, k: usize, v: usize): f32 {
  let sum = splat(0);
  for (let a: u32 = 0; a < A; a += 4) {
    const at = a << 2;
    const count = min<u32>(4, A - a);
    const u = tanh(f32x4.add(loadPart(q + at, count), loadPart(k + at, count)));
    sum = fma(loadPart(v + at, count), u, sum);
  }
  return sumLanes(sum);
}

/**
 * scores[b, t, s] = v . tanh(q[t, b] + k[s, b]) for q[T, B, A], k[S, B, A], v[A]. Workers share the sequences.
 *
 * @extent q: T * B * A
 * @extent k: S * B * A
 * @extent v: A
 * @extent scores: B * T * S
 * @work 16 * B * T * S * A
 */
export function additive_scores(
  B: Count,
  T: Count,
  S: Count,
  A: Count,
  q: Reads<f32>,
  k: Reads<f32>,
  v: Reads<f32>,
  scores: Writes<f32>,
  worker: u32,
  workers: u32,
): void {
  for (let b = worker; b < B; b += workers) {
    let to = scores + (b * T * S << 2);
    for (let t: u32 = 0; t < T; t++) {
      const query = q + ((t * B + b) * A << 2);
      for (let s: u32 = 0; s < S; s++, to += 4) store<f32>(to, score(A, query, k + ((s * B + b) * A << 2), v));
    }
  }
}

/**
 * Adds to dq, dk and dv the gradients that follow from dScores[b, t, s]. Pairs with a zero gradient are skipped, such
 * as those beyond a sequence's end. Workers share the columns of A.
 *
 * @extent q dq: T * B * A
 * @extent k dk: S * B * A
 * @extent v dv: A
 * @extent dScores: B * T * S
 * @work 24 * B * T * S * A
 */
export function additive_scores_backward(
  B: Count,
  T: Count,
  S: Count,
  A: Count,
  q: Reads<f32>,
  k: Reads<f32>,
  v: Reads<f32>,
  dScores: Reads<f32>,
  dq: Updates<f32>,
  dk: Updates<f32>,
  dv: Updates<f32>,
  worker: u32,
  workers: u32,
): void {
  const first = shareStart(A, 4, worker, workers);
  const last = shareStart(A, 4, worker + 1, workers);
  const one = splat(1);
  for (let b: u32 = 0; b < B; b++) {
    for (let t: u32 = 0; t < T; t++) {
      const query = (t * B + b) * A << 2;
      for (let s: u32 = 0; s < S; s++) {
        const gradient = load<f32>(dScores + ((b * T + t) * S + s << 2));
        if (gradient == 0) continue;
        const g = splat(gradient);
        const key = (s * B + b) * A << 2;
        for (let a = first; a < last; a += 4) {
          const at = a << 2;
          const count = min<u32>(4, last - a);
          const u = tanh(f32x4.add(loadPart(q + query + at, count), loadPart(k + key + at, count)));
          const slope = f32x4.sub(one, f32x4.mul(u, u));
          const d = f32x4.mul(f32x4.mul(g, loadPart(v + at, count)), slope);
          storePart(dq + query + at, f32x4.add(loadPart(dq + query + at, count), d), count);
          storePart(dk + key + at, f32x4.add(loadPart(dk + key + at, count), d), count);
          storePart(dv + at, fma(g, u, loadPart(dv + at, count)), count);
        }
      }
    }
  }
}
