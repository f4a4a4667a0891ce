import { Breather } from "../../src/train/mod.ts";
import type { Tokenizer } from "../../tokenizers/mod.ts";
import { Continuation, randomSeed, readPrompt } from "./continuation.ts";
import type { GenerateOptions, GenerationState } from "./generation_options.ts";
import type { LanguageNetwork } from "./network.ts";
import { TokenStep } from "./token_step.ts";

/** A generated text. */
export interface Completion {
  /** The text, without the prompt. */
  readonly text: string;
  /** Tokens that were generated. */
  readonly tokens: number;
  /** What the next text can continue from. */
  readonly state: GenerationState;
}

/**
 * A text that is being generated: iterate over it for the pieces as they come. Afterwards `tokens` and `state` say how it
 * ended. It can be iterated once.
 */
export class Generation implements AsyncIterable<string> {
  /** Seed of the choices. */
  readonly seed: number;
  #network: LanguageNetwork;
  #options: GenerateOptions;
  #text: Continuation;
  #step: TokenStep;

  /** Throws a RangeError for an impossible option, or a prompt with symbols that the vocabulary lacks. */
  constructor(network: LanguageNetwork, tokenizer: Tokenizer, prompt: string, options: GenerateOptions) {
    this.seed = options.seed ?? randomSeed();
    this.#network = network;
    this.#options = options;
    this.#text = new Continuation(network, tokenizer, prompt, options, this.seed);
    this.#step = new TokenStep(network, 1);
    if (options.state) this.#step.carried.restore(options.state.arrays);
  }

  /** Tokens that were generated. */
  get tokens(): number {
    return this.#text.tokens;
  }

  /** What the next text can continue from. */
  get state(): GenerationState {
    return { arrays: this.#step.carried.toArrays(), token: this.#text.token };
  }

  /** The pieces of text as they come; none of them splits a character. */
  async *[Symbol.asyncIterator](): AsyncGenerator<string, void, void> {
    const { signal } = this.#options;
    const breather = new Breather();
    const [text, step] = [this.#text, this.#step];
    readPrompt(this.#network, text.prompt, step.carried);
    try {
      while (!text.isFinished) {
        signal?.throwIfAborted();
        step.ids[0] = text.token;
        const piece = text.choose(step.run()[0]);
        if (piece !== "") yield piece;
        await breather.breathe();
      }
    } finally {
      step.rest();
    }
    const rest = text.flush();
    if (rest !== "") yield rest;
  }
}
