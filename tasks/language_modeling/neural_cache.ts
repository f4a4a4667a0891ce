import { InputRangeError } from "../../errors.ts";
import { type Block, type Engine, offset } from "../../src/engine/mod.ts";
import { integer, number, type Schema, share } from "../../src/schema/mod.ts";

/** Settings of a neural cache. */
export interface NeuralCacheSettings {
  /** Number of past tokens that the cache holds. Default: 2000. */
  readonly size: number;
  /** Factor on the products of hidden states; higher values favor the most similar of them. Default: 1. */
  readonly theta: number;
  /** The cache's share of every prediction, from 0 to below 1. Default: 0.1. */
  readonly lambda: number;
}

/** Maximum number of tokens in a cache. */
export const MOST_ENTRIES = 2 ** 24;

/** Schema of the settings of a neural cache. */
export const NEURAL_CACHE: Schema<NeuralCacheSettings> = {
  size: integer({ min: 1, max: MOST_ENTRIES, default: 2000, help: "Number of past tokens in the cache." }),
  theta: number({ min: 0, max: 1e9, default: 1, help: "Factor on the products of hidden states in the cache." }),
  lambda: share({ default: 0.1, help: "Share of the cache in every prediction." }),
};

/** The entries of a neural cache: n hidden states and the token that followed each, the oldest first. */
export interface CacheEntries {
  /** The hidden states [n, H]. */
  readonly states: Float32Array;
  /** The tokens [n]. */
  readonly tokens: Int32Array;
}

/** Steps whose products with the cache are computed at a time. */
const BLOCK = 64;

/**
 * Receives the tokens in the cache before step `index`, and the probability that the cache gives to each of them, for
 * the factor theta with the index `which`. Both are views that end with the call.
 */
export type CacheVisitor = (index: number, tokens: Int32Array, shares: Float32Array, which: number) => void;

/**
 * Remembers the last hidden states of a text, each with the token that followed it, and predicts that tokens recur
 * where hidden states are similar (Grave et al. 2017): the token after state h is that of entry i with a probability
 * proportional to exp(theta h . h_i). Dispose of it to free its memory at once.
 */
export class NeuralCache implements Disposable {
  #engine: Engine;
  #size: number;
  #width: number;
  #states: Block;
  #tokens: Int32Array;
  #used = 0;

  /** Starts empty. `width` is the number of floats of a hidden state. */
  constructor(engine: Engine, { size }: Pick<NeuralCacheSettings, "size">, width: number) {
    this.#engine = engine;
    this.#size = size;
    this.#width = width;
    // Twice the size, so that entries move to the front only now and then.
    this.#tokens = new Int32Array(2 * size + BLOCK);
    this.#states = engine.allocate(this.#tokens.length * width * 4);
  }

  /** Removes all entries. */
  clear(): void {
    this.#used = 0;
  }

  /** Copies the entries. */
  entries(): CacheEntries {
    const [width, first] = [this.#width, Math.max(0, this.#used - this.#size)];
    const own = this.#engine.floats(this.#states.address, this.#used * width);
    return { states: own.slice(first * width), tokens: this.#tokens.slice(first, this.#used) };
  }

  /** Adds entries, of which the last remain if they are too many. Throws `RangeError` if their sizes do not match. */
  restore({ states, tokens }: CacheEntries): void {
    if (states.length !== tokens.length * this.#width) {
      const expected = `${tokens.length} hidden states of ${this.#width} numbers`;
      throw new InputRangeError(`restore a cache: expected ${expected}, found ${states.length} numbers`);
    }
    const first = Math.max(0, tokens.length - this.#size);
    this.#add(states.subarray(first * this.#width), tokens.subarray(first));
  }

  /**
   * Adds n steps of a text: the hidden states [n, H] and the tokens that follow them. For each step and each theta,
   * calls `visit` with what was in the cache before it, unless that is nothing.
   */
  read(states: Float32Array, tokens: Int32Array, thetas: readonly number[], visit: CacheVisitor): void {
    for (let first = 0; first < tokens.length; first += BLOCK) {
      const count = Math.min(BLOCK, tokens.length - first);
      this.#add(
        states.subarray(first * this.#width, (first + count) * this.#width),
        tokens.subarray(first, first + count),
      );
      this.#weigh(count, thetas, (index, ...entries) => visit(first + index, ...entries));
    }
  }

  /** Calls `visit` with what is in the cache, as seen from a hidden state [H], unless that is nothing. */
  recall(state: Float32Array, theta: number, visit: (tokens: Int32Array, shares: Float32Array) => void): void {
    this.#add(state, Int32Array.of(-1));
    this.#weigh(1, [theta], (_, tokens, shares) => visit(tokens, shares));
    this.#used--;
  }

  /** Adds a hidden state [H] and the token that follows it. */
  remember(state: Float32Array, token: number): void {
    this.#add(state, Int32Array.of(token));
  }

  /** Frees the memory. */
  [Symbol.dispose](): void {
    if (!this.#states.isFreed) this.#engine.release(this.#states);
  }

  #add(states: Float32Array, tokens: Int32Array): void {
    const width = this.#width;
    this.#engine.change(this.#states.address, this.#tokens.length * width, (own) => {
      if (this.#used + tokens.length > this.#tokens.length) {
        own.copyWithin(0, (this.#used - this.#size) * width, this.#used * width);
        this.#tokens.copyWithin(0, this.#used - this.#size, this.#used);
        this.#used = this.#size;
      }
      own.set(states, this.#used * width);
    });
    this.#tokens.set(tokens, this.#used);
    this.#used += tokens.length;
  }

  /** Weighs, for each of the last `count` entries, the entries before it. */
  #weigh(count: number, thetas: readonly number[], visit: CacheVisitor): void {
    const [engine, width] = [this.#engine, this.#width];
    const queries = this.#used - count;
    const first = Math.max(0, queries - this.#size);
    const n = this.#used - first;
    const row = (entry: number) => offset(this.#states.address, entry * width);
    engine.arena.lend(() => {
      const products = engine.arena.allocate(count * n * 4);
      const shares = engine.arena.allocate(n * 4);
      engine.run("matmul", 0, 1, count, n, width, row(queries), width, row(first), width, products, n, 0);
      for (let index = 0; index < count; index++) {
        const end = queries + index;
        const start = Math.max(0, end - this.#size);
        if (start === end) continue;
        const own = offset(products, index * n + start - first);
        for (const [which, theta] of thetas.entries()) {
          engine.run("affine", end - start, own, theta, 0, shares);
          engine.run("softmax", 1, end - start, shares, shares);
          visit(index, this.#tokens.subarray(start, end), engine.floats(shares, end - start), which);
        }
      }
    });
  }
}

/** Returns the sum of the cache's probabilities of a token. */
export function shareOf(token: number, tokens: Int32Array, shares: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < tokens.length; i++) if (tokens[i] === token) sum += shares[i];
  return sum;
}

/** Above this loss, e^loss would overflow. */
const MOST_LOSS = 700;

/** Returns -log((1 - lambda) p + lambda share) for p = e^-loss; the loss itself, to the last bit, if lambda is 0. */
export function mixedLoss(loss: number, share: number, lambda: number): number {
  return loss - Math.log1p(lambda * (share * Math.exp(Math.min(loss, MOST_LOSS)) - 1));
}
