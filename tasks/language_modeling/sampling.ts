import { InputRangeError } from "../../errors.ts";
import { Engine } from "../../src/nn/mod.ts";
import { Penalties } from "./penalties.ts";
import type { SamplingSettings } from "./sampling_options.ts";
import { isLimiting, MIN_PROBABILITY, Truncation } from "./truncation.ts";

/**
 * Chooses tokens from logits: applies the penalties, then the temperature, then `topK`, `typicalP`, `topP` and `minP`,
 * each to what the one before has left.
 */
export class Sampler {
  /** The temperature. */
  readonly temperature: number;
  #engine: Engine;
  #penalties: Penalties;
  #truncation: Truncation | undefined;

  /** `vocabulary` is the vocabulary size V; `engine` computes the probabilities. */
  constructor(vocabulary: number, settings: SamplingSettings, engine: Engine = Engine.default()) {
    this.#engine = engine;
    this.temperature = settings.temperature;
    this.#penalties = new Penalties(settings);
    if (isLimiting(settings, vocabulary)) this.#truncation = new Truncation(settings, vocabulary);
  }

  /** Records that a token has occurred, for the penalties. */
  observe(token: number): void {
    this.#penalties.observe(token);
  }

  /**
   * Chooses a token from the logits [V] by a uniform random number `u` from [0, 1). Changes the logits in place. Throws
   * `RangeError` if no token has a probability.
   */
  choose(logits: Float32Array, u: number): number {
    this.adjust(logits);
    softmaxAt(this.#engine, logits, this.temperature);
    return this.draw(logits, u);
  }

  /** Whether `adjust` does anything. */
  get adjusts(): boolean {
    return this.#penalties.isActive;
  }

  /** Applies the penalties to the logits [V]. */
  adjust(logits: Float32Array): void {
    this.#penalties.apply(logits);
  }

  /** Chooses a token from what `softmaxAt` makes of the adjusted logits [V]. Throws as `choose` does. */
  draw(values: Float32Array, u: number): number {
    const token = this.temperature < MIN_PROBABILITY
      ? likeliest(values)
      : this.#truncation
      ? this.#truncation.draw(values, u)
      : drawFrom(values, u);
    if (token >= 0) return token;
    throw new InputRangeError(
      "generate: expected finite logits, found none; the training of the model may have diverged",
    );
  }
}

/** Turns logits [V], divided by a temperature, into probabilities in place; at temperature 0 they stay as they are. */
export function softmaxAt(engine: Engine, logits: Float32Array, temperature: number): void {
  if (temperature < MIN_PROBABILITY) return;
  const V = logits.length;
  engine.arena.lend(() => {
    const at = engine.arena.allocate(V * 4);
    engine.change(at, V, (own) => own.set(logits));
    if (temperature !== 1) engine.run("affine", V, at, 1 / temperature, 0, at);
    engine.run("softmax", 1, V, at, at);
    logits.set(engine.floats(at, V));
  });
}

/** Draws an index by `u` from probabilities; -1 if none is above zero. */
function drawFrom(probabilities: Float32Array, u: number): number {
  let left = u;
  let last = -1;
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i];
    if (!(p >= MIN_PROBABILITY)) continue;
    last = i;
    if ((left -= p) < 0) return i;
  }
  return last;
}

/** Returns the index of the largest logit, the first one if several are equal; -1 if none is finite. */
function likeliest(logits: Float32Array): number {
  let best = -1;
  let most = -Infinity;
  for (let i = 0; i < logits.length; i++) {
    if (logits[i] > most) [best, most] = [i, logits[i]];
  }
  return best;
}
