import { InputRangeError } from "../../errors.ts";
import { type CarriedState, type Engine, inference, Random, type StateArrays } from "../../src/nn/mod.ts";
import {
  decoderAfter,
  finishedTextAfter,
  lastCharacter,
  MOST_BEFORE,
  MOST_PARTS,
} from "../../tokenizers/decoder_after.ts";
import type { StreamDecoder, Tokenizer } from "../../tokenizers/mod.ts";
import { describeUnknown } from "../processors/mod.ts";
import { GenerationCache } from "./generation_cache.ts";
import type { GenerationState } from "./generation_options.ts";
import type { GenerationPlan, TextGenerator } from "./generation_plan.ts";
import { lineFeedId, ownIds } from "./own_ids.ts";
import type { LanguageNetwork } from "./network.ts";
import { Sampler, softmaxAt } from "./sampling.ts";
import { StopFilter } from "./stop_filter.ts";
import { TokenLogProbabilities, type TokenLogProbability } from "./token_log_probabilities.ts";
import type { TokenRules } from "./token_rules.ts";
import { UnknownSymbols } from "./unknown_rule.ts";

/** Random numbers drawn at a time, and prompt tokens read at a time. */
export const CHUNK = 256;

/**
 * Why a generation ended: it has the maximum number of tokens (`length`), a stop text occurred (`stop`), or the model
 * ended the text (`end`).
 */
export type FinishReason = "length" | "stop" | "end";

/** Receives the decoder's inputs [n, H] for a part of a prompt, and the ids that follow them. */
export type PromptObserver = (states: Float32Array, tokens: Int32Array) => void;

/** A text to continue, or its ids. */
export type Prompt = string | Ids;

/** The ids of tokens. */
export type Ids = Int32Array | readonly number[];

/** Continues one text: encodes the prompt, chooses each next token, and decodes the result. */
export class Continuation implements Disposable {
  /** Seed of the sampling. */
  readonly seed: number;
  /**
   * The ids of the prompt, or of what stands in for an empty one; the first step of generation feeds the last of them.
   */
  readonly prompt: Int32Array;
  /** Number of ids before those of the prompt itself: the end of the text before, or what stands in for a prompt. */
  readonly lead: number;
  /** The id of the last token. */
  token: number;
  /** Number of tokens generated so far. */
  tokens = 0;
  #engine: Engine;
  #maxTokens: number;
  #tokenizer: Tokenizer;
  /** The last tokens, which may be parts of one character. */
  #recent: number[];
  #decoder: StreamDecoder;
  /** Number of characters that the decoder has returned. */
  #decoded = 0;
  /** The ids before the text and its own, if a later text goes on from the state. */
  #ids: { readonly before: readonly number[]; readonly own: number[] } | undefined;
  #rules: TokenRules;
  #sampler: Sampler;
  #cache: GenerationCache | undefined;
  #logprobs: TokenLogProbabilities | undefined;
  #hasEntries: boolean;
  #stop: StopFilter;
  #random: Random;
  #end: number | undefined;
  /** Random numbers; drawn before they are needed, since drawing may move the memory that a view of logits shows. */
  #draws: Float32Array;

  /** `own` are the ids of the prompt, as `promptIds` returns them. */
  constructor(generator: TextGenerator, plan: GenerationPlan, own: Ids, seed: number) {
    const { network, tokenizer, end } = generator;
    const { settings, rules, state } = plan;
    const { maxTokens, stop, logprobs, bestOf } = settings;
    const { engine } = network.embedding.weight;
    this.seed = seed;
    this.#engine = engine;
    this.#maxTokens = maxTokens;
    this.#tokenizer = tokenizer;
    this.#rules = rules;
    this.#sampler = new Sampler(tokenizer.size, settings, engine);
    this.#cache = plan.cache && new GenerationCache(engine, plan.cache, network.rnn.projected, state?.cache);
    this.#hasEntries = logprobs !== null;
    if (this.#hasEntries || bestOf > 1) this.#logprobs = new TokenLogProbabilities(tokenizer, logprobs);
    this.#stop = new StopFilter(typeof stop === "string" ? [stop] : stop);
    this.#random = new Random(seed, { engine });
    this.#draws = this.#random.uniform(CHUNK);
    this.#end = end;
    const lead = state ? [state.token] : end === undefined ? [] : [end];
    // A line feed stands in for an empty prompt.
    const ids = own.length + lead.length > 0 ? [...lead, ...own] : [lineFeedId(tokenizer) ?? 0];
    for (const id of ids) if (id !== end) this.#sampler.observe(id);
    const before = [...state?.before ?? [], ...ids.slice(-MOST_BEFORE)].filter((id) => id !== end);
    this.#decoder = decoderAfter(tokenizer, before);
    if (plan.goesOn) this.#ids = { before, own: [] };
    this.#recent = before.slice(-MOST_PARTS);
    this.prompt = Int32Array.from(ids);
    this.lead = ids.length - own.length;
    this.token = ids[ids.length - 1];
  }

  /** Why generation has ended; undefined if it has not. */
  get finishReason(): FinishReason | undefined {
    if (this.tokens > 0 && this.token === this.#end) return "end";
    if (this.#stop.isStopped) return "stop";
    return this.tokens >= this.#maxTokens ? "length" : undefined;
  }

  /** Whether generation has ended. */
  get isFinished(): boolean {
    return this.finishReason !== undefined;
  }

  /** The log-probabilities of the tokens so far that have not been taken; undefined if they are not recorded. */
  get logprobs(): readonly TokenLogProbability[] | undefined {
    return this.#hasEntries ? this.#logprobs?.entries : undefined;
  }

  /** Returns the log-probabilities of the tokens since the last call, and keeps them no longer. */
  takeLogprobs(): readonly TokenLogProbability[] | undefined {
    return this.#hasEntries ? this.#logprobs?.take() : undefined;
  }

  /** The mean log-probability per token; undefined if it is not recorded. */
  get score(): number | undefined {
    return this.#logprobs?.mean;
  }

  /** The end of the text so far, at which the recurrent state has these values. */
  stateAt(arrays: StateArrays): GenerationState {
    const before = this.token === this.#end ? [] : lastCharacter(this.#tokenizer, this.#recent).slice(0, -1);
    return {
      arrays,
      token: this.token,
      ...before.length > 0 ? { before } : {},
      ...this.#cache ? { cache: this.#cache.entries } : {},
    };
  }

  /** Takes a part of the prompt as `readPrompt` has read it; undefined if no cache needs it. */
  get observe(): PromptObserver | undefined {
    return this.#cache && ((states, tokens) => this.#cache!.read(states, tokens));
  }

  /** Frees the memory of the cache. */
  [Symbol.dispose](): void {
    this.#cache?.[Symbol.dispose]();
  }

  /**
   * Chooses the next token from its logits, which it changes in place, and from the decoder's input, which only a cache
   * needs; returns the text that is now final.
   */
  choose(logits: Float32Array, hidden: () => Float32Array): string {
    this.adjust(logits, hidden);
    softmaxAt(this.#engine, logits, this.temperature);
    return this.draw(logits);
  }

  /** The sampling temperature. */
  get temperature(): number {
    return this.#sampler.temperature;
  }

  /** Whether `adjust` does anything. */
  get adjusts(): boolean {
    return !!this.#cache || !!this.#logprobs || !this.#rules.isEmpty || this.#sampler.adjusts;
  }

  /** Does what `choose` does before the softmax. */
  adjust(logits: Float32Array, hidden: () => Float32Array): void {
    // The model's own distribution: whatever is part of the model changes the logits here, before they are recorded.
    this.#cache?.mix(logits, hidden());
    this.#rules.excludeUnused(logits);
    this.#logprobs?.read(logits);
    // What the options make of it.
    this.#rules.apply(logits);
    this.#sampler.adjust(logits);
  }

  /** Chooses the next token from what `softmaxAt` makes of adjusted logits; returns the text that is now final. */
  draw(values: Float32Array): string {
    this.token = this.#sampler.draw(values, this.#draws[this.tokens++ % CHUNK]);
    if (this.tokens % CHUNK === 0) this.#draws = this.#random.uniform(CHUNK);
    this.#logprobs?.add(this.token);
    this.#cache?.remember(this.token);
    return this.token === this.#end ? "" : this.#stop.push(this.#observe(this.token));
  }

  /** Decodes a token and lets it count for the penalties. The token that ends a text does not: it is not part of it. */
  #observe(id: number): string {
    this.#sampler.observe(id);
    if (this.#recent.push(id) > MOST_PARTS) this.#recent.shift();
    this.#ids?.own.push(id);
    const text = this.#decoder.push(id);
    this.#decoded += text.length;
    return text;
  }

  /** Returns the rest of the text once generation has ended. */
  flush(): string {
    if (this.#stop.isStopped) return "";
    return this.#stop.push(this.#rest()) + this.#stop.flush();
  }

  /** Returns what the decoder holds back, without an unfinished character if a later text goes on from the state. */
  #rest(): string {
    if (this.#ids === undefined || this.token === this.#end) return this.#decoder.flush();
    const { before, own } = this.#ids;
    return finishedTextAfter(this.#tokenizer, before, own).slice(this.#decoded);
  }
}

/**
 * Updates a state with all ids of a prompt but the last. Works in chunks, so that a long prompt needs little memory.
 */
export function readPrompt(
  network: LanguageNetwork,
  ids: Int32Array,
  carried: CarriedState,
  observe?: PromptObserver,
): void {
  for (let start = 0; start < ids.length - 1;) start = readPromptChunk(network, ids, start, carried, observe);
}

/**
 * Updates a state with the chunk of a prompt that begins at `start`, below its last id; returns where the next begins.
 */
export function readPromptChunk(
  network: LanguageNetwork,
  ids: Int32Array,
  start: number,
  carried: CarriedState,
  observe?: PromptObserver,
): number {
  const { engine } = network.embedding.weight;
  const chunk = ids.subarray(start, Math.min(start + CHUNK, ids.length - 1));
  inference(() => {
    const { output, state } = network.read(chunk, chunk.length, 1, carried.state);
    carried.carry(state);
    observe?.(output.toArray(), ids.subarray(start + 1, start + 1 + chunk.length));
  }, { engine });
  return start + chunk.length;
}

/** Throws `RangeError` if a prompt has an id that no token has. */
function expectIds({ size, unusedIds = [] }: Tokenizer, ids: Ids): Ids {
  const isWrong = (id: number): boolean => !(Number.isInteger(id) && id >= 0 && id < size) || unusedIds.includes(id);
  const wrong = (ids as readonly number[]).find(isWrong);
  if (wrong === undefined) return ids;
  throw new InputRangeError(`generate: expected ids of tokens below ${size} in the prompt, found ${wrong}`);
}

/**
 * Returns the ids of a prompt. The special tokens that some tokenizers put before a text begin it, unless it continues
 * an earlier one. Throws `RangeError` that names the prompt's symbols outside the vocabulary if the option `unknown`
 * refuses them, or an id that no token has.
 */
export function promptIds(tokenizer: Tokenizer, prompt: Prompt, { settings, state }: GenerationPlan): Ids {
  if (typeof prompt !== "string") return expectIds(tokenizer, prompt);
  const { unknown: rule } = settings;
  const place = " in the prompt";
  const own = rule === null ? prompt : new UnknownSymbols(tokenizer, rule).rewrite("generate", prompt, place);
  const unknown = describeUnknown(tokenizer, own);
  if (unknown !== undefined) throw new InputRangeError(`generate: ${unknown}${place}`);
  return state === undefined ? tokenizer.encodePrompt(own) : ownIds(tokenizer, own);
}
