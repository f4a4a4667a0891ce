import { type CarriedState, inference, Random } from "../../src/nn/mod.ts";
import type { StreamDecoder, Tokenizer } from "../../tokenizers/mod.ts";
import { completeGeneration, type GenerateOptions } from "./generation_options.ts";
import type { LanguageNetwork } from "./network.ts";
import { Sampler } from "./sampling.ts";
import { StopFilter } from "./stop_filter.ts";

/** Random numbers that are drawn at a time, and tokens of a prompt that are read at a time. */
const PIECE = 256;

/** One text that is being continued: what is still to be read, how the next token is chosen, and the text so far. */
export class Continuation {
  /** The ids before the text's own, the last of which is fed first. */
  readonly prompt: Int32Array;
  /** The last token. */
  token: number;
  /** Tokens that were generated. */
  tokens = 0;
  #maxTokens: number;
  #decoder: StreamDecoder;
  #sampler: Sampler;
  #stop: StopFilter;
  #random: Random;
  #draws: Float32Array = new Float32Array(0);

  /** Throws a RangeError for an impossible option, or a prompt with symbols that the vocabulary lacks. */
  constructor(network: LanguageNetwork, tokenizer: Tokenizer, prompt: string, options: GenerateOptions, seed: number) {
    const { state } = options;
    const { maxTokens, stop, seed: _seed, ...sampling } = completeGeneration("generate", options);
    const { engine } = network.embedding.weight;
    this.#maxTokens = maxTokens;
    this.#decoder = tokenizer.decoder();
    this.#sampler = new Sampler(tokenizer.size, sampling, engine);
    this.#stop = new StopFilter(typeof stop === "string" ? [stop] : stop);
    this.#random = new Random(seed, { engine });
    const lead = state ? [state.token] : [];
    const own = promptIds(tokenizer, prompt);
    const ids = own.length + lead.length > 0 ? [...lead, ...own] : [beginning(tokenizer)];
    for (const id of ids) {
      this.#decoder.push(id);
      this.#sampler.observe(id);
    }
    this.prompt = Int32Array.from(ids);
    this.token = ids[ids.length - 1];
  }

  /** Whether nothing is left to generate. */
  get isFinished(): boolean {
    return this.tokens >= this.#maxTokens || this.#stop.isStopped;
  }

  /** Chooses the next token by its logits; gives the text that is certain with it. */
  choose(logits: Float32Array): string {
    const index = this.tokens++ % PIECE;
    if (index === 0) this.#draws = this.#random.uniform(PIECE);
    this.token = this.#sampler.choose(logits, this.#draws[index]);
    this.#sampler.observe(this.token);
    return this.#stop.push(this.#decoder.push(this.token));
  }

  /** What is left of the text when it has ended. */
  flush(): string {
    return this.#stop.isStopped ? "" : this.#stop.push(this.#decoder.flush()) + this.#stop.flush();
  }
}

/** Takes a text's ids into a state, all but the last, in pieces, so that a long prompt needs little memory. */
export function readPrompt(network: LanguageNetwork, ids: Int32Array, carried: CarriedState): void {
  const { engine } = network.embedding.weight;
  for (let start = 0; start < ids.length - 1; start += PIECE) {
    const piece = ids.subarray(start, Math.min(start + PIECE, ids.length - 1));
    inference(() => carried.carry(network.forward(piece, piece.length, 1, carried.state).state), { engine });
  }
}

/** A seed that is not given. */
export function randomSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0];
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
