import type { Engine } from "../../src/nn/mod.ts";
import { mixInto } from "./cache_mixer.ts";
import { type CacheEntries, NeuralCache, type NeuralCacheSettings } from "./neural_cache.ts";

/** The neural cache of a text that is being generated: holds what has occurred in its prompt and in the text so far. */
export class GenerationCache implements Disposable {
  #engine: Engine;
  #settings: NeuralCacheSettings;
  #cache: NeuralCache;
  #state: Float32Array = new Float32Array(0);

  /** Starts with the entries of an earlier text, or empty. `width` is the number of floats of a hidden state. */
  constructor(engine: Engine, settings: NeuralCacheSettings, width: number, entries?: CacheEntries) {
    this.#engine = engine;
    this.#settings = settings;
    this.#cache = new NeuralCache(engine, settings, width);
    try {
      if (entries) this.#cache.restore(entries);
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** Copies what the cache holds. */
  get entries(): CacheEntries {
    return this.#cache.entries();
  }

  /** Adds a part of the prompt: hidden states [n, H] and the tokens that follow them. */
  read(states: Float32Array, tokens: Int32Array): void {
    this.#cache.read(states, tokens, [], () => {});
  }

  /** Changes the logits [V] after a hidden state [H] to the logarithms of the mixed probabilities. */
  mix(logits: Float32Array, state: Float32Array): void {
    const { theta, lambda } = this.#settings;
    this.#state = state;
    this.#cache.recall(state, theta, (tokens, shares) => {
      // In place, since every token of a text has as many numbers.
      const most = logits.reduce((most, logit) => Math.max(most, logit), -Infinity);
      let sum = 0;
      for (let v = 0; v < logits.length; v++) sum += logits[v] = Math.fround(Math.exp(logits[v] - most));
      for (let i = 0; i < shares.length; i++) shares[i] *= sum;
      mixInto(logits, tokens, shares, lambda);
      for (let v = 0; v < logits.length; v++) logits[v] = Math.log(logits[v] / sum);
    });
  }

  /** Adds the hidden state of `mix` with the token that was chosen after it. */
  remember(token: number): void {
    this.#cache.remember(this.#state, token);
  }

  /** Frees the memory. */
  [Symbol.dispose](): void {
    this.#cache[Symbol.dispose]();
  }
}
