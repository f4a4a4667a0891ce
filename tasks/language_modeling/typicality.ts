import { Ranking } from "./ranking.ts";

/** Finds the most typical tokens (Meister et al. 2023, "Locally Typical Sampling"). */
export class Typicality {
  #ranking: Ranking;
  /** By token, the negative distance of its information from the entropy. */
  #typicality: Float64Array;

  /** `V` is the vocabulary size. */
  constructor(V: number) {
    this.#ranking = new Ranking(V);
    this.#typicality = new Float64Array(V);
  }

  /**
   * Returns the tokens whose information, -log p, is nearest to the entropy and that together reach the share
   * `typicalP` of the probability of all given ones, in a view that the next call overwrites.
   */
  find(tokens: Uint32Array, probabilities: Float32Array, typicalP: number): Uint32Array {
    const typicality = this.#typicality;
    let mass = 0;
    let sum = 0;
    for (const token of tokens) {
      const p = probabilities[token];
      typicality[token] = Math.log(p);
      mass += p;
      sum += p * typicality[token];
    }
    // The logarithm of the mass, by which probabilities and entropy would be normalized, cancels.
    for (const token of tokens) typicality[token] = -Math.abs(typicality[token] - sum / mass);
    const ranking = this.#ranking;
    ranking.fill(tokens, typicality);
    let count = 0;
    for (let reached = 0; count < tokens.length && (count === 0 || reached < typicalP * mass); count++) {
      reached += probabilities[ranking.nth(count)];
    }
    return ranking.first(count);
  }
}
