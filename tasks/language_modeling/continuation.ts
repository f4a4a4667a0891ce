import { InputRangeError } from "../../errors.ts";
import { type CarriedState, inference, Random } from "../../src/nn/mod.ts";
import type { StreamDecoder, Tokenizer } from "../../tokenizers/mod.ts";
import { describeUnknown } from "../processors/mod.ts";
import { completeGeneration, type GenerateOptions, type GenerationState } from "./generation_options.ts";
import type { LanguageNetwork } from "./network.ts";
import { Sampler } from "./sampling.ts";
import { StopFilter } from "./stop_filter.ts";

/** Random numbers drawn at a time, and prompt tokens read at a time. */
const CHUNK = 256;

/** The parts of a model that generate text. */
export interface TextGenerator {
  /** Computes the logits of the next token. */
  readonly network: LanguageNetwork;
  /** Converts text to ids and back. */
  readonly tokenizer: Tokenizer;
  /** The id of the token before and after each document; undefined for a model of running text. */
  readonly end: number | undefined;
}

/** Returns the state to start from: none if the text of the given state has ended, since documents begin with zeros. */
export function stateToContinue({ end }: TextGenerator, { state }: GenerateOptions): GenerationState | undefined {
  return state?.token === end ? undefined : state;
}

/** Continues one text: encodes the prompt, chooses each next token, and decodes the result. */
export class Continuation {
  /**
   * The ids of the prompt, or of what stands in for an empty one; the first step of generation feeds the last of them.
   */
  readonly prompt: Int32Array;
  /** The id of the last token. */
  token: number;
  /** Number of tokens generated so far. */
  tokens = 0;
  #maxTokens: number;
  #decoder: StreamDecoder;
  #sampler: Sampler;
  #unused: readonly number[];
  #stop: StopFilter;
  #random: Random;
  #end: number | undefined;
  #draws: Float32Array = new Float32Array(0);

  /** Throws `RangeError` if an option is invalid or the prompt has symbols outside the vocabulary. */
  constructor(generator: TextGenerator, prompt: string, options: GenerateOptions, seed: number) {
    const { network, tokenizer, end } = generator;
    const state = stateToContinue(generator, options);
    const { maxTokens, stop, seed: _seed, ...sampling } = completeGeneration("generate", options);
    const { engine } = network.embedding.weight;
    this.#maxTokens = maxTokens;
    this.#decoder = tokenizer.decoder();
    this.#sampler = new Sampler(tokenizer.size, sampling, engine);
    this.#unused = tokenizer.unusedIds ?? [];
    this.#stop = new StopFilter(typeof stop === "string" ? [stop] : stop);
    this.#random = new Random(seed, { engine });
    this.#end = end;
    const lead = state ? [state.token] : end === undefined ? [] : [end];
    const own = promptIds(tokenizer, prompt);
    const ids = own.length + lead.length > 0 ? [...lead, ...own] : [beginning(tokenizer)];
    for (const id of ids) if (id !== end) this.#observe(id);
    this.prompt = Int32Array.from(ids);
    this.token = ids[ids.length - 1];
  }

  /** Whether generation has ended. */
  get isFinished(): boolean {
    return this.tokens >= this.#maxTokens || this.#stop.isStopped || (this.tokens > 0 && this.token === this.#end);
  }

  /** Chooses the next token from its logits, which it changes in place; returns the text that is now final. */
  choose(logits: Float32Array): string {
    const index = this.tokens++ % CHUNK;
    if (index === 0) this.#draws = this.#random.uniform(CHUNK);
    for (const id of this.#unused) logits[id] = -Infinity;
    this.token = this.#sampler.choose(logits, this.#draws[index]);
    return this.token === this.#end ? "" : this.#stop.push(this.#observe(this.token));
  }

  /** Decodes a token and lets it count for the penalties. The token that ends a text does not: it is not part of it. */
  #observe(id: number): string {
    this.#sampler.observe(id);
    return this.#decoder.push(id);
  }

  /** Returns the rest of the text once generation has ended. */
  flush(): string {
    return this.#stop.isStopped ? "" : this.#stop.push(this.#decoder.flush()) + this.#stop.flush();
  }
}

/**
 * Updates a state with all ids of a prompt but the last. Works in chunks, so that a long prompt needs little memory.
 */
export function readPrompt(network: LanguageNetwork, ids: Int32Array, carried: CarriedState): void {
  const { engine } = network.embedding.weight;
  for (let start = 0; start < ids.length - 1; start += CHUNK) {
    const chunk = ids.subarray(start, Math.min(start + CHUNK, ids.length - 1));
    inference(() => carried.carry(network.forward(chunk, chunk.length, 1, carried.state).state), { engine });
  }
}

/** Draws the seed to use if none is given. */
export function randomSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0];
}

/** Encodes a prompt. Throws `RangeError` that names the symbols outside the vocabulary. */
function promptIds(tokenizer: Tokenizer, prompt: string): Int32Array {
  const unknown = describeUnknown(tokenizer, prompt);
  if (unknown !== undefined) throw new InputRangeError(`generate: ${unknown} in the prompt`);
  return tokenizer.encodePrompt(prompt);
}

/** The id that stands in for an empty prompt: a line feed if the vocabulary has one, else id 0. */
function beginning(tokenizer: Tokenizer): number {
  const ids = tokenizer.unknownSymbols("\n").length === 0 ? tokenizer.encode("\n") : [];
  return ids[0] ?? 0;
}
