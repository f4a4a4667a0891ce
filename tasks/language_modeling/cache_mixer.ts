import { offset } from "../../src/engine/mod.ts";
import type { Engine, Tensor } from "../../src/nn/mod.ts";
import { type CacheVisitor, mixedLoss, NeuralCache, type NeuralCacheSettings, shareOf } from "./neural_cache.ts";
import type { Mixer, Predictions } from "./token_reader.ts";
import type { Window } from "./windows.ts";

/** Neural caches of streams that are read side by side, one for each. */
export class StreamCaches implements Disposable {
  #engine: Engine;
  #size: number;
  #caches: (NeuralCache | undefined)[];

  /** Starts empty. */
  constructor(engine: Engine, size: number, streams: number) {
    this.#engine = engine;
    this.#size = size;
    this.#caches = Array.from({ length: streams });
  }

  /** Reads the hidden states [T, B, H] of a window as `NeuralCache.read` does; `visit` receives the row t B + b. */
  read({ T, targets, begins }: Window, hidden: Tensor, thetas: readonly number[], visit: CacheVisitor): void {
    const B = this.#caches.length;
    const width = hidden.shape.at(-1)!;
    const states = hidden.toArray();
    for (const b of begins) this.#caches[b]?.clear();
    for (let b = 0; b < B; b++) {
      const steps = countSteps(targets, T, B, b);
      const own = new Float32Array(steps * width);
      const tokens = new Int32Array(steps);
      for (let t = 0; t < steps; t++) {
        const row = t * B + b;
        own.set(states.subarray(row * width, (row + 1) * width), t * width);
        tokens[t] = targets[row];
      }
      const cache = this.#caches[b] ??= new NeuralCache(this.#engine, { size: this.#size }, width);
      cache.read(own, tokens, thetas, (t, ...entries) => visit(t * B + b, ...entries));
    }
  }

  /** Frees the memory. */
  [Symbol.dispose](): void {
    for (const cache of this.#caches) cache?.[Symbol.dispose]();
  }
}

/** The number of targets of stream b, which precede those of -1. */
function countSteps(targets: Int32Array, T: number, B: number, b: number): number {
  let steps = 0;
  while (steps < T && targets[steps * B + b] >= 0) steps++;
  return steps;
}

/** Mixes what a neural cache predicts with what the network predicts: p = (1 - lambda) p_network + lambda p_cache. */
export class CacheMixer implements Mixer {
  #caches: StreamCaches;
  #settings: NeuralCacheSettings;

  constructor(engine: Engine, settings: NeuralCacheSettings, streams: number) {
    this.#caches = new StreamCaches(engine, settings.size, streams);
    this.#settings = settings;
  }

  /** Implements `Mixer.mix`. */
  mix(window: Window, hidden: Tensor, { losses, probabilities }: Predictions): void {
    const { theta, lambda } = this.#settings;
    this.#caches.read(window, hidden, [theta], (row, tokens, shares) => {
      losses[row] = mixedLoss(losses[row], shareOf(window.targets[row], tokens, shares), lambda);
      if (probabilities) mixRow(probabilities, row, tokens, shares, lambda);
    });
  }

  /** Frees the memory. */
  [Symbol.dispose](): void {
    this.#caches[Symbol.dispose]();
  }
}

function mixRow(probabilities: Tensor, row: number, tokens: Int32Array, shares: Float32Array, lambda: number): void {
  const { engine, address } = probabilities;
  const V = probabilities.shape.at(-1)!;
  engine.change(offset(address, row * V), V, (own) => mixInto(own, tokens, shares, lambda));
}

/** Changes probabilities [V] to (1 - lambda) p + lambda p_cache. */
export function mixInto(own: Float32Array, tokens: Int32Array, shares: Float32Array, lambda: number): void {
  for (let v = 0; v < own.length; v++) own[v] *= 1 - lambda;
  for (let i = 0; i < tokens.length; i++) own[tokens[i]] += lambda * shares[i];
}
