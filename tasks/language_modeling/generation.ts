import { InputRangeError } from "../../errors.ts";
import { Breather } from "../../src/train/mod.ts";
import { Continuation, type FinishReason, promptIds, readPrompt } from "./continuation.ts";
import type { GenerateOptions, GenerationState } from "./generation_options.ts";
import { planGeneration, type TextGenerator } from "./generation_plan.ts";
import type { LanguageNetwork } from "./network.ts";
import type { TokenLogProbability } from "./token_log_probabilities.ts";
import { TokenStep } from "./token_step.ts";

/** A generated text. */
export interface Completion {
  /** The text, without the prompt. */
  readonly text: string;
  /** Number of generated tokens. */
  readonly tokens: number;
  /**
   * Why the text ends: it has the maximum number of tokens (`length`), a stop text occurred (`stop`), or the model
   * ended it (`end`).
   */
  readonly finishReason: FinishReason;
  /** Seed of the sampling, with which `complete` gives the text again. */
  readonly seed: number;
  /** The log-probability of each generated token, if the option `logprobs` asks for them. */
  readonly logprobs?: readonly TokenLogProbability[];
  /** The mean log-probability of the generated tokens, with the option `logprobs` or with `bestOf` above 1. */
  readonly score?: number;
  /** The state from which another generation can continue this text. */
  readonly state: GenerationState;
}

/**
 * Generates a text. Iterate over it once to receive the pieces as they are generated; afterwards `tokens`,
 * `finishReason` and `state` say how it ended.
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
 * assertEquals([text.length, generation.tokens, generation.finishReason], [5, 5, "length"]);
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
  #isStarted = false;

  /** Throws `RangeError` if an option is invalid or the prompt has symbols outside the vocabulary. */
  constructor(generator: TextGenerator, prompt: string, options: GenerateOptions) {
    const { network } = generator;
    const plan = planGeneration(generator, options);
    const { settings: { bestOf }, state, seed } = plan;
    if (bestOf > 1) {
      throw new InputRangeError(`generate: expected bestOf 1 for a text in pieces, found ${bestOf}; use complete`);
    }
    this.seed = seed;
    this.#network = network;
    this.#options = options;
    this.#text = new Continuation(generator, plan, promptIds(generator.tokenizer, prompt, plan), seed);
    this.#step = new TokenStep(network, 1);
    if (state) this.#step.carried.restore(state.arrays);
  }

  /** Number of generated tokens. */
  get tokens(): number {
    return this.#text.tokens;
  }

  /**
   * Why the text ended: it has the maximum number of tokens (`length`), a stop text occurred (`stop`), or the model
   * ended it (`end`). Undefined if it has not ended.
   */
  get finishReason(): FinishReason | undefined {
    return this.#text.finishReason;
  }

  /** The log-probabilities of the tokens so far, if the option `logprobs` asks for them. */
  get logprobs(): readonly TokenLogProbability[] | undefined {
    return this.#text.logprobs;
  }

  /** The state from which another generation can continue this text. */
  get state(): GenerationState {
    return this.#text.stateAt(this.#step.carried.toArrays());
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
    this.#text[Symbol.dispose]();
    this.#step[Symbol.dispose]();
  }

  /**
   * Yields the pieces of text as they are generated; no piece splits a character. Throws `RangeError` on a second
   * iteration.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<string, void, void> {
    if (this.#isStarted) throw new InputRangeError("generate: expected a single iteration, found a second one");
    this.#isStarted = true;
    const { signal } = this.#options;
    const breather = new Breather();
    const [text, step] = [this.#text, this.#step];
    readPrompt(this.#network, text.prompt, step.carried, text.observe);
    while (!text.isFinished) {
      signal?.throwIfAborted();
      step.ids[0] = text.token;
      const piece = text.choose(step.run()[0], () => step.hidden(0));
      if (piece !== "") yield piece;
      await breather.breathe();
    }
    const rest = text.flush();
    if (rest !== "") yield rest;
  }
}
