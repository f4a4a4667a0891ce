import { Ranking } from "./ranking.ts";
import type { SamplingSettings } from "./sampling_options.ts";
import { Typicality } from "./typicality.ts";

/** Smaller probabilities count as zero: the kernels' exponential bottoms out at 1e-38 instead of reaching 0. */
export const MIN_PROBABILITY = 1e-30;

/** Limits of sampling to some tokens. */
export type Limits = Pick<SamplingSettings, "topK" | "typicalP" | "topP" | "minP">;

/** Whether limits exclude any of V tokens. */
export function isLimiting({ topK, typicalP, topP, minP }: Limits, V: number): boolean {
  return (topK !== null && topK > 0 && topK < V) || typicalP < 1 || topP < 1 || minP > 0;
}

/** Draws from the tokens that `topK`, then `typicalP`, `topP` and `minP` leave. */
export class Truncation {
  #limits: Limits;
  #possible: Uint32Array;
  #ranking: Ranking;
  #typicality: Typicality | undefined;

  /** `V` is the vocabulary size. */
  constructor(limits: Limits, V: number) {
    this.#limits = limits;
    this.#possible = new Uint32Array(V);
    this.#ranking = new Ranking(V);
    if (limits.typicalP < 1) this.#typicality = new Typicality(V);
  }

  /** Draws a token from the probabilities [V] by `u` from [0, 1); -1 if no token has one. */
  draw(probabilities: Float32Array, u: number): number {
    const { topP, minP } = this.#limits;
    const ranking = this.#ranking;
    const { count, total } = this.#candidates(probabilities);
    if (count === 0) return -1;
    const least = minP * probabilities[ranking.nth(0)];
    const limit = topP * total;
    let end = 0;
    let mass = 0;
    while (end < count && (end === 0 || mass < limit) && probabilities[ranking.nth(end)] >= least) {
      mass += probabilities[ranking.nth(end++)];
    }
    let left = u * mass;
    for (let rank = 0; rank < end; rank++) {
      const token = ranking.nth(rank);
      if ((left -= probabilities[token]) < 0) return token;
    }
    return ranking.nth(end - 1);
  }

  /**
   * Ranks the tokens; those that `topK` and `typicalP` leave come first. Returns their number and total probability.
   */
  #candidates(probabilities: Float32Array): { count: number; total: number } {
    const { topK, typicalP } = this.#limits;
    const ranking = this.#ranking;
    const possible = this.#findPossible(probabilities);
    ranking.fill(possible, probabilities);
    const count = topK === null || topK === 0 ? possible.length : Math.min(topK, possible.length);
    const isAll = count === possible.length;
    if (!this.#typicality) return { count, total: isAll ? 1 : massOf(ranking.first(count), probabilities) };
    const typical = this.#typicality.find(isAll ? possible : ranking.first(count), probabilities, typicalP);
    ranking.fill(typical, probabilities);
    return { count: typical.length, total: massOf(ranking.first(typical.length), probabilities) };
  }

  /** The tokens whose probability is not zero. */
  #findPossible(probabilities: Float32Array): Uint32Array {
    let count = 0;
    for (let token = 0; token < probabilities.length; token++) {
      if (probabilities[token] >= MIN_PROBABILITY) this.#possible[count++] = token;
    }
    return this.#possible.subarray(0, count);
  }
}

function massOf(tokens: Uint32Array, probabilities: Float32Array): number {
  let mass = 0;
  for (const token of tokens) mass += probabilities[token];
  return mass;
}
