import { Breather } from "../../src/train/mod.ts";
import { Continuation, randomSeed, readPrompt, stateToContinue, type TextGenerator } from "./continuation.ts";
import type { GenerateOptions, GenerationState } from "./generation_options.ts";
import type { LanguageNetwork } from "./network.ts";
import { TokenStep } from "./token_step.ts";

/** A generated text. */
export interface Completion {
  /** The text, without the prompt. */
  readonly text: string;
  /** Number of generated tokens. */
  readonly tokens: number;
  /** The state from which another generation can continue this text. */
  readonly state: GenerationState;
}

/**
 * Generates a text. Iterate over it once to receive the pieces as they are generated; afterwards `tokens` and `state`
 * say how it ended.
 *
 * @example
 * ```ts
 * import { CharTokenizer, type Generation, LanguageModel } from "@elman/elman";
 * import { assertEquals } from "@std/assert";
 *
 * const lm = LanguageModel.create({ tokenizer: CharTokenizer.train("to be or not"), hidden: 8 });
 * const generation: Generation = lm.generate("to", { maxTokens: 5, seed: 1 });
 * let text = "";
 * for await (const piece of generation) text += piece;
 * assertEquals([text.length, generation.tokens], [5, 5]);
 * const rest = await lm.complete("", { state: generation.state, maxTokens: 5 }); // Continues the text.
 * assertEquals(rest.tokens, 5);
 * ```
 */
export class Generation implements AsyncIterable<string>, Disposable {
  /** Seed of the sampling. */
  readonly seed: number;
  #network: LanguageNetwork;
  #options: GenerateOptions;
  #text: Continuation;
  #step: TokenStep;

  /** Throws `RangeError` if an option is invalid or the prompt has symbols outside the vocabulary. */
  constructor(generator: TextGenerator, prompt: string, options: GenerateOptions) {
    const { network } = generator;
    this.seed = options.seed ?? randomSeed();
    this.#network = network;
    this.#options = options;
    this.#text = new Continuation(generator, prompt, options, this.seed);
    this.#step = new TokenStep(network, 1);
    const state = stateToContinue(generator, options);
    if (state) this.#step.carried.restore(state.arrays);
  }

  /** Number of generated tokens. */
  get tokens(): number {
    return this.#text.tokens;
  }

  /** The state from which another generation can continue this text. */
  get state(): GenerationState {
    return { arrays: this.#step.carried.toArrays(), token: this.#text.token };
  }

  /**
   * Frees the memory of the state. Without this, it is freed some time after nothing refers to the generation any more.
   * Reading `state` or generating more throws `RangeError` later.
   *
   * @example
   * ```ts
   * import { CharTokenizer, LanguageModel } from "@elman/elman";
   * import { assertEquals } from "@std/assert";
   *
   * const lm = LanguageModel.create({ tokenizer: CharTokenizer.train("to be or not"), hidden: 8 });
   * const pieces: string[] = [];
   * {
   *   using generation = lm.generate("to", { maxTokens: 100, seed: 1 });
   *   for await (const piece of generation) if (pieces.push(piece) === 3) break;
   * }
   * assertEquals(pieces.length, 3);
   * ```
   */
  [Symbol.dispose](): void {
    this.#step[Symbol.dispose]();
  }

  /** Yields the pieces of text as they are generated; no piece splits a character. */
  async *[Symbol.asyncIterator](): AsyncGenerator<string, void, void> {
    const { signal } = this.#options;
    const breather = new Breather();
    const [text, step] = [this.#text, this.#step];
    readPrompt(this.#network, text.prompt, step.carried);
    while (!text.isFinished) {
      signal?.throwIfAborted();
      step.ids[0] = text.token;
      const piece = text.choose(step.run()[0]);
      if (piece !== "") yield piece;
      await breather.breathe();
    }
    const rest = text.flush();
    if (rest !== "") yield rest;
  }
}
