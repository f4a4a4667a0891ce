import type { SamplingSettings } from "../../tasks/mod.ts";

/** The tokens that may be drawn, in the order in which `u` passes them, with their probabilities. */
export interface Candidates {
  readonly tokens: readonly number[];
  readonly probabilities: readonly number[];
  /** Whether rounding could decide which tokens may be drawn. */
  readonly isAmbiguous: boolean;
}

/** Smaller differences count as rounding. */
const ROUNDING = 1e-4;

/**
 * Returns what a sampler draws from, in plain double precision: every rule sorts and sums all tokens. `occurred` are
 * the tokens of the text so far.
 */
export function referenceCandidates(
  logits: readonly number[],
  settings: SamplingSettings,
  occurred: readonly number[],
): Candidates {
  const { temperature, topK, typicalP, topP, minP } = settings;
  const penalized = penalize(logits, settings, occurred);
  const ids = penalized.map((_, id) => id);
  const most = Math.max(...penalized);
  if (temperature === 0) return { tokens: [penalized.indexOf(most)], probabilities: [1], isAmbiguous: false };
  const p = normalize(penalized.map((logit) => Math.exp((logit - most) / temperature)));
  const byRank = (a: number, b: number): number => p[b] - p[a] || a - b;
  let tokens = ids.filter((id) => p[id] >= 1e-30);
  let isAmbiguous = false;
  const cut = (sorted: number[], share: number, isNear: (a: number, b: number) => boolean): number[] => {
    const limit = share * total(sorted, p);
    let [count, reached] = [0, 0];
    while (count < sorted.length && (count === 0 || reached < limit)) reached += p[sorted[count++]];
    const before = reached - p[sorted[count - 1]];
    isAmbiguous ||= share < 1 && (Math.abs(reached - limit) < ROUNDING || Math.abs(before - limit) < ROUNDING);
    isAmbiguous ||= count < sorted.length && isNear(sorted[count - 1], sorted[count]);
    return sorted.slice(0, count);
  };
  if (topK !== null && topK > 0) tokens = tokens.toSorted(byRank).slice(0, topK);
  if (typicalP < 1) {
    const own = normalize(tokens.map((id) => p[id]));
    const entropy = -own.reduce((sum, q) => sum + q * Math.log(q), 0);
    const distance = new Map(tokens.map((id, i) => [id, Math.abs(-Math.log(own[i]) - entropy)]));
    const gap = (a: number, b: number): number => distance.get(a)! - distance.get(b)!;
    // Equally likely tokens are equally typical, whatever the rounding.
    const order = (a: number, b: number): number => (p[a] === p[b] ? 0 : gap(a, b)) || a - b;
    tokens = cut(tokens.toSorted(order), typicalP, (a, b) => p[a] !== p[b] && Math.abs(gap(a, b)) < ROUNDING);
  }
  if (topP < 1) tokens = cut(tokens.toSorted(byRank), topP, () => false);
  if (minP > 0) {
    const top = Math.max(...tokens.map((id) => p[id]));
    isAmbiguous ||= tokens.some((id) => p[id] !== top && Math.abs(p[id] / top - minP) < ROUNDING);
    tokens = tokens.filter((id) => p[id] >= minP * top);
  }
  const isWhole = (topK === null || topK === 0 || topK >= logits.length) && typicalP === 1 && topP === 1 && minP === 0;
  const ordered = tokens.toSorted(isWhole ? (a, b) => a - b : byRank);
  return { tokens: ordered, probabilities: normalize(ordered.map((id) => p[id])), isAmbiguous };
}

/** The logits after the penalties, rounded as the sampler's are. */
function penalize(logits: readonly number[], settings: SamplingSettings, occurred: readonly number[]): number[] {
  const { repetitionPenalty, presencePenalty, frequencyPenalty, repetitionWindow } = settings;
  const counted = repetitionWindow === null ? occurred : occurred.slice(-repetitionWindow);
  return logits.map((logit, id) => {
    const count = counted.filter((token) => token === id).length;
    if (count === 0) return logit;
    const scaled = logit < 0 ? logit * repetitionPenalty : logit / repetitionPenalty;
    return Math.fround(scaled - presencePenalty - count * frequencyPenalty);
  });
}

function total(tokens: readonly number[], p: readonly number[]): number {
  return tokens.reduce((sum, id) => sum + p[id], 0);
}

function normalize(weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}
