import type { Values } from "./affine.ts";

/** Arguments of {@linkcode ctcLoss}: logits x [T, B, C], and each sequence's number of frames and labels. */
export interface CTCOptions {
  x: Values;
  T: number;
  B: number;
  C: number;
  lengths: Values;
  labels: readonly Values[];
  blank: number;
}

/** The losses [B]. */
export interface CTCRun {
  losses: Float64Array;
  backward(dLosses: Values): { dx: Float64Array };
}

/**
 * Connectionist temporal classification (Graves et al. 2006): -log of the probability of all alignments. Without any,
 * the loss is infinite and its gradient 0.
 */
export function ctcLoss({ x, T, B, C, lengths, labels, blank }: CTCOptions): CTCRun {
  const runs = labels.map((own, b) => {
    const frames = Array.from({ length: lengths[b] }, (_, t) => logProbabilities(x, (t * B + b) * C, C));
    return { frames, ...align(frames, [blank, ...Array.from(own).flatMap((label) => [label, blank])], blank) };
  });
  return {
    losses: Float64Array.from(runs, ({ total }) => -total),
    backward(dLosses) {
      const dx = new Float64Array(T * B * C);
      runs.forEach(({ frames, total, shares }, b) => {
        if (total === -Infinity) return;
        frames.forEach((p, t) =>
          p.forEach((own, c) => dx[(t * B + b) * C + c] = dLosses[b] * (Math.exp(own) - (shares[t].get(c) ?? 0)))
        );
      });
      return { dx };
    },
  };
}

/** The log-probability of all alignments, and the share of them that gives a class to each frame. */
interface Alignments {
  total: number;
  shares: Map<number, number>[];
}

/** Sums over the paths through `states`, the labels with blanks around them. */
function align(frames: number[][], states: readonly number[], blank: number): Alignments {
  const [T, N] = [frames.length, states.length];
  const skips = (s: number): boolean => states[s] !== blank && states[s] !== states[s - 2];
  const table = (): number[][] => Array.from({ length: T }, () => new Array(N).fill(-Infinity));
  const [begins, ends] = [table(), table()];
  for (let t = 0; t < T; t++) {
    for (let s = 0; s < N; s++) {
      const before = t === 0 ? (s < 2 ? [0] : []) : [s, s - 1, ...skips(s) ? [s - 2] : []].map((r) => begins[t - 1][r]);
      begins[t][s] = logSumExp(before) + frames[t][states[s]];
    }
  }
  for (let t = T - 1; t >= 0; t--) {
    for (let s = 0; s < N; s++) {
      const next = [s, s + 1, ...skips(s + 2) ? [s + 2] : []].filter((r) => r < N);
      const after = next.map((r) => t === T - 1 ? -Infinity : ends[t + 1][r] + frames[t + 1][states[r]]);
      ends[t][s] = t === T - 1 ? (s >= N - 2 ? 0 : -Infinity) : logSumExp(after);
    }
  }
  const total = T === 0 ? (N === 1 ? 0 : -Infinity) : logSumExp(begins[T - 1].slice(-2));
  const shares = frames.map((_, t) => {
    const own = new Map<number, number>();
    states.forEach((c, s) => own.set(c, (own.get(c) ?? 0) + Math.exp(begins[t][s] + ends[t][s] - total)));
    return own;
  });
  return { total, shares };
}

function logProbabilities(x: Values, from: number, C: number): number[] {
  const row = Array.from({ length: C }, (_, c) => x[from + c]);
  const sum = logSumExp(row);
  return row.map((value) => value - sum);
}

function logSumExp(values: readonly (number | undefined)[]): number {
  const known = values.filter((value) => value !== undefined);
  const most = known.reduce((most, value) => Math.max(most, value), -Infinity);
  if (most === -Infinity) return -Infinity;
  return most + Math.log(known.reduce((sum, value) => sum + Math.exp(value - most), 0));
}
