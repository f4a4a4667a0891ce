import { Engine } from "../../src/nn/mod.ts";
import { completeSampling, type SamplingSettings } from "./generation_options.ts";

/** Returns the index of the largest value; the first one if several are equal. */
export function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

/** Smaller probabilities count as zero: the kernels' exponential bottoms out at 1e-38 instead of reaching 0. */
const MIN_PROBABILITY = 1e-30;

/**
 * Chooses tokens from logits: applies the repetition penalty, then the temperature, then `topK`, `topP` and `minP`,
 * each to what the one before has left.
 */
export class Sampler {
  #settings: SamplingSettings;
  #engine: Engine;
  #seen = new Set<number>();
  #size: number;
  #likeliest: Likeliest | undefined;

  /** `vocabulary` is the vocabulary size V; `engine` computes the probabilities. */
  constructor(vocabulary: number, options: Partial<SamplingSettings> = {}, engine: Engine = Engine.default()) {
    this.#settings = completeSampling(options);
    this.#engine = engine;
    this.#size = vocabulary;
  }

  /** Records that a token has occurred, for the repetition penalty. */
  observe(token: number): void {
    if (this.#settings.repetitionPenalty !== 1) this.#seen.add(token);
  }

  /** Chooses a token from the logits [V] by a uniform random number `u` from [0, 1). Changes the logits in place. */
  choose(logits: Float32Array, u: number): number {
    this.#penalise(logits);
    const { temperature, topP, minP } = this.#settings;
    const topK = this.#settings.topK ?? this.#size;
    if (temperature < MIN_PROBABILITY) return argmax(logits);
    const probabilities = this.#softmax(logits, temperature);
    if (topK >= this.#size && topP === 1 && minP === 0) return this.#draw(probabilities, u);
    this.#likeliest ??= new Likeliest(this.#size);
    return this.#likeliest.draw(probabilities, 0, { topK, topP, minP }, u);
  }

  /** Returns a view of the probabilities [V], valid until the next allocation. */
  #softmax(logits: Float32Array, temperature: number): Float32Array {
    const engine = this.#engine;
    return engine.arena.lend(() => {
      const at = engine.arena.allocate(this.#size * 4);
      engine.change(at, this.#size, (own) => own.set(logits));
      if (temperature !== 1) engine.run("affine", this.#size, at, 1 / temperature, 0, at);
      engine.run("softmax", 1, this.#size, at, at);
      return engine.floats(at, this.#size);
    });
  }

  #penalise(logits: Float32Array): void {
    const { repetitionPenalty: penalty } = this.#settings;
    if (penalty === 1) return;
    for (const token of this.#seen) logits[token] *= logits[token] < 0 ? penalty : 1 / penalty;
  }

  #draw(probabilities: Float32Array, u: number): number {
    let left = u;
    let last = 0;
    for (let i = 0; i < this.#size; i++) {
      const p = probabilities[i];
      if (p < MIN_PROBABILITY) continue;
      last = i;
      if ((left -= p) < 0) return i;
    }
    return last;
  }
}

/** Limits of sampling to the likeliest tokens. */
interface Limits {
  readonly topK: number;
  readonly topP: number;
  readonly minP: number;
}

/** Draws from the likeliest tokens. A heap yields them one by one, so that most of the vocabulary is never sorted. */
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

  /** Draws a token by `u` from the probabilities in `values` from index `start` on. */
  draw(values: Float32Array, start: number, { topK, topP, minP }: Limits, u: number): number {
    this.#values = values;
    this.#start = start;
    this.#fill();
    this.#taken = 0;
    const count = Math.min(topK, this.#length);
    const least = minP * this.#probabilityOf(this.#nth(0));
    const limit = topP * (count === this.#length ? 1 : this.#massOf(count));
    let end = 0;
    let mass = 0;
    while (end < count && (end === 0 || mass < limit) && this.#probabilityOf(this.#nth(end)) >= least) {
      mass += this.#probabilityOf(this.#nth(end++));
    }
    let left = u * mass;
    for (let i = 0; i < end; i++) if ((left -= this.#probabilityOf(this.#kept[i])) < 0) return this.#kept[i];
    return this.#kept[Math.max(0, end - 1)];
  }

  /** The token of a rank by probability; rank 0 is the likeliest. */
  #nth(rank: number): number {
    while (this.#taken <= rank) this.#kept[this.#taken++] = this.#pop();
    return this.#kept[rank];
  }

  /** The total probability of the `count` likeliest tokens. */
  #massOf(count: number): number {
    let mass = 0;
    for (let rank = 0; rank < count; rank++) mass += this.#probabilityOf(this.#nth(rank));
    return mass;
  }

  #probabilityOf(token: number): number {
    return this.#values[this.#start + token];
  }

  /** Builds a heap of all tokens whose probability is not zero. */
  #fill(): void {
    this.#length = 0;
    for (let token = 0; token < this.#heap.length; token++) {
      if (this.#probabilityOf(token) >= MIN_PROBABILITY) this.#heap[this.#length++] = token;
    }
    for (let i = (this.#length >> 1) - 1; i >= 0; i--) this.#sink(i);
  }

  /** Whether token `a` ranks before `b`: it is likelier, or equally likely with a smaller id. */
  #isBefore(a: number, b: number): boolean {
    const difference = this.#probabilityOf(a) - this.#probabilityOf(b);
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
