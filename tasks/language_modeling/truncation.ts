import type { SamplingSettings } from "./sampling_options.ts";
import { typicalTokens } from "./typical.ts";

/** Smaller probabilities count as zero: the kernels' exponential bottoms out at 1e-38 instead of reaching 0. */
export const MIN_PROBABILITY = 1e-30;

/** Limits of sampling to some tokens. */
export type Limits = Pick<SamplingSettings, "topK" | "typicalP" | "topP" | "minP">;

/** Whether limits exclude any of V tokens. */
export function isLimiting({ topK, typicalP, topP, minP }: Limits, V: number): boolean {
  return (topK !== null && topK > 0 && topK < V) || typicalP < 1 || topP < 1 || minP > 0;
}

/**
 * Draws from the tokens that `topK`, then `typicalP`, `topP` and `minP` leave. A heap yields the likeliest tokens one by
 * one, so that most of the vocabulary is never sorted.
 */
export class Truncation {
  #limits: Limits;
  #heap: Uint32Array;
  #kept: Uint32Array;
  #values: Float32Array = new Float32Array(0);
  #length = 0;
  #taken = 0;

  /** `V` is the vocabulary size. */
  constructor(limits: Limits, V: number) {
    this.#limits = limits;
    this.#heap = new Uint32Array(V);
    this.#kept = new Uint32Array(V);
  }

  /** Draws a token from the probabilities [V] by `u` from [0, 1); -1 if no token has one. */
  draw(probabilities: Float32Array, u: number): number {
    const { topP, minP } = this.#limits;
    this.#values = probabilities;
    this.#fill();
    if (this.#length === 0) return -1;
    const { count, total } = this.#candidates();
    const least = minP * probabilities[this.#nth(0)];
    const limit = topP * total;
    let end = 0;
    let mass = 0;
    while (end < count && (end === 0 || mass < limit) && probabilities[this.#nth(end)] >= least) {
      mass += probabilities[this.#nth(end++)];
    }
    let left = u * mass;
    for (let i = 0; i < end; i++) if ((left -= probabilities[this.#kept[i]]) < 0) return this.#kept[i];
    return this.#kept[end - 1];
  }

  /** The number of tokens that `topK` and `typicalP` leave, the first of the ranks, and their total probability. */
  #candidates(): { count: number; total: number } {
    const { topK, typicalP } = this.#limits;
    const count = topK === null || topK === 0 ? this.#length : Math.min(topK, this.#length);
    if (typicalP === 1) return { count, total: count === this.#length ? 1 : this.#massOf(count) };
    const tokens = count === this.#length ? this.#heap.slice(0, count) : this.#likeliest(count);
    const typical = typicalTokens(tokens, this.#values, typicalP);
    this.#heap.set(typical);
    this.#order(typical.length);
    return { count: typical.length, total: this.#massOf(typical.length) };
  }

  /** The token of a rank by probability; rank 0 is the likeliest. */
  #nth(rank: number): number {
    while (this.#taken <= rank) this.#kept[this.#taken++] = this.#pop();
    return this.#kept[rank];
  }

  /** The `count` likeliest tokens. */
  #likeliest(count: number): Uint32Array {
    this.#nth(count - 1);
    return this.#kept.slice(0, count);
  }

  /** The total probability of the `count` likeliest tokens. */
  #massOf(count: number): number {
    let mass = 0;
    for (let rank = 0; rank < count; rank++) mass += this.#values[this.#nth(rank)];
    return mass;
  }

  /** Builds a heap of all tokens whose probability is not zero. */
  #fill(): void {
    let length = 0;
    for (let token = 0; token < this.#heap.length; token++) {
      if (this.#values[token] >= MIN_PROBABILITY) this.#heap[length++] = token;
    }
    this.#order(length);
  }

  /** Makes a heap of the first `length` entries. */
  #order(length: number): void {
    this.#length = length;
    this.#taken = 0;
    for (let i = (length >> 1) - 1; i >= 0; i--) this.#sink(i);
  }

  /** Whether token `a` ranks before `b`: it is likelier, or equally likely with a smaller id. */
  #isBefore(a: number, b: number): boolean {
    const difference = this.#values[a] - this.#values[b];
    return difference > 0 || (difference === 0 && a < b);
  }

  #pop(): number {
    const [first] = this.#heap;
    this.#heap[0] = this.#heap[--this.#length];
    this.#sink(0);
    return first;
  }

  #sink(index: number): void {
    const heap = this.#heap;
    const token = heap[index];
    for (let i = index;;) {
      let child = 2 * i + 1;
      if (child + 1 < this.#length && this.#isBefore(heap[child + 1], heap[child])) child++;
      if (child >= this.#length || !this.#isBefore(heap[child], token)) {
        heap[i] = token;
        return;
      }
      heap[i] = heap[child];
      i = child;
    }
  }
}
