import type { Block } from "../../src/engine/mod.ts";
import { Engine } from "../../src/nn/mod.ts";
import { completeSampling, type SamplingSettings } from "./generation_options.ts";

/** The likeliest token; the first of equals. */
export function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

/** Probabilities below this one are none: the kernels' e^x ends at 1e-38. */
const NONE = 1e-30;

/**
 * Chooses tokens from logits: the repetition penalty, then the temperature, then the limits topK, topP and minP, each on
 * what the one before has left.
 */
export class Sampler {
  #settings: SamplingSettings;
  #engine: Engine;
  #seen = new Set<number>();
  #probabilities: Block;
  #size: number;
  #likeliest: Likeliest | undefined;

  /** `vocabulary`: number of tokens V; `engine`: what computes, `Engine.default()` where absent. */
  constructor(vocabulary: number, options: Partial<SamplingSettings> = {}, engine: Engine = Engine.default()) {
    this.#settings = completeSampling(options);
    this.#engine = engine;
    this.#size = vocabulary;
    this.#probabilities = engine.allocate(vocabulary * 4);
  }

  /** Takes note of a token that has occurred. */
  observe(token: number): void {
    if (this.#settings.repetitionPenalty !== 1) this.#seen.add(token);
  }

  /** Chooses by a uniform number `u` of [0, 1); the logits are changed in place. */
  choose(logits: Float32Array, u: number): number {
    this.#penalise(logits);
    const { temperature, topP, minP } = this.#settings;
    const topK = this.#settings.topK ?? this.#size;
    if (temperature < NONE) return argmax(logits);
    const at = this.#probabilities.address;
    this.#engine.change(at, this.#size, (own) => own.set(logits));
    if (temperature !== 1) this.#engine.run("affine", this.#size, at, 1 / temperature, 0, at);
    this.#engine.run("softmax", 1, this.#size, at, at);
    if (topK >= this.#size && topP === 1 && minP === 0) return this.#draw(u);
    this.#likeliest ??= new Likeliest(this.#size);
    return this.#likeliest.draw(this.#engine.floats(at, this.#size), 0, { topK, topP, minP }, u);
  }

  #penalise(logits: Float32Array): void {
    const { repetitionPenalty: penalty } = this.#settings;
    if (penalty === 1) return;
    for (const token of this.#seen) logits[token] *= logits[token] < 0 ? penalty : 1 / penalty;
  }

  #draw(u: number): number {
    const probabilities = this.#engine.floats(this.#probabilities.address, this.#size);
    let left = u;
    let last = 0;
    for (let i = 0; i < this.#size; i++) {
      const p = probabilities[i];
      if (p < NONE) continue;
      last = i;
      if ((left -= p) < 0) return i;
    }
    return last;
  }
}

/** Limits to the likeliest tokens. */
interface Limits {
  readonly topK: number;
  readonly topP: number;
  readonly minP: number;
}

/** Draws from the likeliest tokens, which a heap gives one by one: most of a vocabulary is never sorted. */
class Likeliest {
  #heap: Uint32Array;
  #kept: Uint32Array;
  #values!: Float32Array;
  #start = 0;
  #length = 0;
  #taken = 0;

  constructor(vocabulary: number) {
    this.#heap = new Uint32Array(vocabulary);
    this.#kept = new Uint32Array(vocabulary);
  }

  /** Draws by `u` from the probabilities that stand in `values` from `start` on. */
  draw(values: Float32Array, start: number, { topK, topP, minP }: Limits, u: number): number {
    this.#values = values;
    this.#start = start;
    this.#fill();
    this.#taken = 0;
    const count = Math.min(topK, this.#length);
    const least = minP * this.#of(this.#nth(0));
    const limit = topP * (count === this.#length ? 1 : this.#massOf(count));
    let end = 0;
    let mass = 0;
    while (end < count && (end === 0 || mass < limit) && this.#of(this.#nth(end)) >= least) {
      mass += this.#of(this.#nth(end++));
    }
    let left = u * mass;
    for (let i = 0; i < end; i++) if ((left -= this.#of(this.#kept[i])) < 0) return this.#kept[i];
    return this.#kept[Math.max(0, end - 1)];
  }

  /** The likeliest token but `rank`. */
  #nth(rank: number): number {
    while (this.#taken <= rank) this.#kept[this.#taken++] = this.#pop();
    return this.#kept[rank];
  }

  #massOf(count: number): number {
    let mass = 0;
    for (let rank = 0; rank < count; rank++) mass += this.#of(this.#nth(rank));
    return mass;
  }

  #of(token: number): number {
    return this.#values[this.#start + token];
  }

  /** Makes a heap of all tokens that have a probability. */
  #fill(): void {
    this.#length = 0;
    for (let token = 0; token < this.#heap.length; token++) {
      if (this.#of(token) >= NONE) this.#heap[this.#length++] = token;
    }
    for (let i = (this.#length >> 1) - 1; i >= 0; i--) this.#sink(i);
  }

  /** Whether one token comes before another: it is likelier, or the first of equals. */
  #isBefore(a: number, b: number): boolean {
    const difference = this.#of(a) - this.#of(b);
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
