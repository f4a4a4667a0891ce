import { inference, Random, type ScopeOptions } from "../../src/nn/mod.ts";
import { Breather } from "../../src/train/mod.ts";
import type { StreamDecoder, Tokenizer } from "../../tokenizers/mod.ts";
import { CarriedState, type StateArrays } from "./carried_state.ts";
import type { LanguageNetwork } from "./network.ts";
import { Sampler, type SamplingOptions } from "./sampling.ts";

/** Random numbers that are drawn at a time. */
const DRAWS = 256;

/** Where a generated text ended: what the next one can continue from. */
export interface GenerationState {
  /** The recurrent state. */
  readonly arrays: StateArrays;
  /** The last token, which the recurrent state has not seen yet. */
  readonly token: number;
}

/** Options of `generate`. */
export interface GenerateOptions extends SamplingOptions {
  /** Most tokens that are generated; 200 where absent. */
  readonly maxTokens?: number;
  /** Seed of the choices; a random one where absent. */
  readonly seed?: number;
  /** Texts at which generation ends; they are not part of the result. */
  readonly stop?: string | readonly string[];
  /** Where an earlier text ended: the prompt follows it. */
  readonly state?: GenerationState;
  /** Ends the generation. */
  readonly signal?: AbortSignal;
}

/** A generated text. */
export interface Completion {
  /** The text, without the prompt. */
  readonly text: string;
  /** Tokens that were generated. */
  readonly tokens: number;
  /** What the next text can continue from. */
  readonly state: GenerationState;
}

/** Gives out text except for an end that may yet become a stop text. */
class StopFilter {
  #stops: readonly string[];
  #held = "";
  #stopped = false;

  constructor(stops: readonly string[]) {
    if (stops.includes("")) throw new RangeError("generate: expected stop texts, found an empty one");
    this.#stops = stops;
  }

  get isStopped(): boolean {
    return this.#stopped;
  }

  push(piece: string): string {
    const text = this.#held + piece;
    const found = this.#stops.map((stop) => text.indexOf(stop)).filter((index) => index >= 0);
    if (found.length > 0) {
      this.#stopped = true;
      this.#held = "";
      return text.slice(0, Math.min(...found));
    }
    const kept = Math.max(0, ...this.#stops.map((stop) => overlap(text, stop)));
    this.#held = text.slice(text.length - kept);
    return text.slice(0, text.length - kept);
  }

  flush(): string {
    const text = this.#held;
    this.#held = "";
    return text;
  }
}

/** Length of the longest end of `text` with which `stop` begins. */
function overlap(text: string, stop: string): number {
  for (let length = Math.min(text.length, stop.length - 1); length > 0; length--) {
    if (text.endsWith(stop.slice(0, length))) return length;
  }
  return 0;
}

/**
 * A text that is being generated: iterate over it for the pieces as they come. Afterwards `tokens` and `state` say how it
 * ended. It can be iterated once.
 */
export class Generation implements AsyncIterable<string> {
  /** Seed of the choices. */
  readonly seed: number;
  #network: LanguageNetwork;
  #decoder: StreamDecoder;
  #options: GenerateOptions;
  #carried: CarriedState;
  #sampler: Sampler;
  #stop: StopFilter;
  #random: Random;
  #draws: Float32Array = new Float32Array(0);
  #prompt: Int32Array;
  #token: number;
  #tokens = 0;

  /** Throws a RangeError for an impossible option, or a prompt with symbols that the vocabulary lacks. */
  constructor(network: LanguageNetwork, tokenizer: Tokenizer, prompt: string, options: GenerateOptions) {
    const { maxTokens = 200, state, stop = [] } = options;
    if (!(Number.isSafeInteger(maxTokens) && maxTokens >= 0)) {
      throw new RangeError(`generate: expected maxTokens to be a whole number of at least 0, found ${maxTokens}`);
    }
    const { engine } = network.embedding.weight;
    this.seed = options.seed ?? crypto.getRandomValues(new Uint32Array(1))[0];
    this.#network = network;
    this.#options = options;
    this.#decoder = tokenizer.decoder();
    this.#carried = new CarriedState(engine, network.rnn, 1);
    this.#sampler = new Sampler(tokenizer.size, options);
    this.#stop = new StopFilter(typeof stop === "string" ? [stop] : stop);
    this.#random = new Random(this.seed, { engine });
    const lead = state ? [state.token] : [];
    const own = promptIds(tokenizer, prompt);
    const ids = own.length + lead.length > 0 ? [...lead, ...own] : [beginning(tokenizer)];
    if (state) this.#carried.restore(state.arrays);
    for (const id of ids) {
      this.#decoder.push(id);
      this.#sampler.observe(id);
    }
    this.#prompt = Int32Array.from(ids.slice(0, -1));
    this.#token = ids[ids.length - 1];
  }

  /** Tokens that were generated. */
  get tokens(): number {
    return this.#tokens;
  }

  /** What the next text can continue from. */
  get state(): GenerationState {
    return { arrays: this.#carried.toArrays(), token: this.#token };
  }

  /** The pieces of text as they come; none of them splits a character. */
  async *[Symbol.asyncIterator](): AsyncGenerator<string, void, void> {
    const { maxTokens = 200, signal } = this.#options;
    const breather = new Breather();
    this.#readPrompt();
    while (this.#tokens < maxTokens && !this.#stop.isStopped) {
      signal?.throwIfAborted();
      const piece = this.#stop.push(this.#decoder.push(this.#next()));
      if (piece !== "") yield piece;
      await breather.breathe();
    }
    if (this.#stop.isStopped) return;
    const rest = this.#stop.push(this.#decoder.flush()) + this.#stop.flush();
    if (rest !== "") yield rest;
  }

  /** Takes the prompt into the state, all but its last token. */
  #readPrompt(): void {
    const ids = this.#prompt;
    this.#prompt = new Int32Array(0);
    // In pieces, so that a long prompt needs little memory.
    for (let start = 0; start < ids.length; start += DRAWS) {
      const piece = ids.subarray(start, start + DRAWS);
      inference(
        () => this.#carried.carry(this.#network.forward(piece, piece.length, 1, this.#carried).state),
        this.#scope,
      );
    }
  }

  /** Feeds the last token and chooses the next. */
  #next(): number {
    const logits = inference(() => {
      const { logits, state } = this.#network.forward(Int32Array.of(this.#token), 1, 1, this.#carried);
      this.#carried.carry(state);
      return logits.toArray();
    }, this.#scope);
    if (this.#tokens % DRAWS === 0) this.#draws = this.#random.uniform(DRAWS);
    this.#token = this.#sampler.choose(logits, this.#draws[this.#tokens % DRAWS]);
    this.#sampler.observe(this.#token);
    this.#tokens++;
    return this.#token;
  }

  get #scope(): ScopeOptions {
    return { engine: this.#network.embedding.weight.engine };
  }
}

/** A prompt's ids. Throws a RangeError that names the symbols which the vocabulary lacks. */
function promptIds(tokenizer: Tokenizer, prompt: string): Int32Array {
  const unknown = tokenizer.unknownSymbols(prompt);
  if (unknown.length > 0 && tokenizer.unknownId === undefined) {
    const shown = unknown.slice(0, 10).map((symbol) => JSON.stringify(symbol)).join(", ");
    throw new RangeError(`generate: expected a prompt of the vocabulary's ${tokenizer.size} symbols, found ${shown}`);
  }
  return tokenizer.encodePrompt(prompt);
}

/** What a text without a prompt follows: the end of a line where the vocabulary has one. */
function beginning(tokenizer: Tokenizer): number {
  const ids = tokenizer.unknownSymbols("\n").length === 0 ? tokenizer.encode("\n") : [];
  return ids[0] ?? 0;
}
