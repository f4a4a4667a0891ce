import { boolean, choice, complete, custom, integer, nullable, type Schema } from "../../src/schema/mod.ts";
import type { StateArrays } from "../../src/nn/mod.ts";
import type { CacheEntries, NeuralCacheSettings } from "./neural_cache.ts";
import { LARGEST_CHANGE, SAMPLING, type SamplingSettings } from "./sampling_options.ts";
import { UNKNOWN_RULES, type UnknownRule } from "./unknown_rule.ts";

/** A token, named by its text, by its spelling in the vocabulary, or by its id. */
export type TokenName = string | number;

/** Settings for generating a text. */
export interface GenerationSettings extends SamplingSettings {
  /** Maximum number of tokens to generate. Default: 200. */
  readonly maxTokens: number;
  /** Seed of the sampling; null for a random one. Default: null. */
  readonly seed: number | null;
  /** Generation ends before any of these texts. Default: none. */
  readonly stop: string | readonly string[];
  /**
   * Added to the logits of tokens: a record by the tokens' texts, or a map that may name tokens by their ids. Default:
   * none.
   */
  readonly logitBias: Readonly<Record<string, number>> | ReadonlyMap<TokenName, number>;
  /** Tokens that are never generated. Default: none. */
  readonly ban: TokenName | readonly TokenName[];
  /** Whether the token for unknown symbols, such as `<unk>`, may be generated. Default: false. */
  readonly allowUnknown: boolean;
  /**
   * Whether to generate `maxTokens` tokens even if the model would end the text: bans the token that does. Default:
   * false.
   */
  readonly ignoreEnd: boolean;
  /**
   * Records the log-probability of each generated token and of this many of the likeliest tokens in its place; null for
   * no record. Default: null.
   */
  readonly logprobs: number | null;
  /**
   * The treatment of symbols of the prompt outside the vocabulary; null lets the unknown token stand for them, or
   * refuses the prompt if the vocabulary has none. Default: null.
   */
  readonly unknown: UnknownRule | null;
  /** Number of texts to generate, of which the one with the highest mean log-probability is returned. Default: 1. */
  readonly bestOf: number;
}

/** The end of a generated text, from which another generation can continue. */
export interface GenerationState {
  /** The recurrent state. */
  readonly arrays: StateArrays;
  /** The id of the last token, which the recurrent state does not yet include. */
  readonly token: number;
  /** The ids before it that are parts of the same character, at most 3. Default: none. */
  readonly before?: readonly number[];
  /** The entries of the text's neural cache, if it has one. A generation with the option `cache` goes on with it. */
  readonly cache?: CacheEntries;
}

/** Returns the state of a text whose last token, which its model has drawn, is another one. */
export function withLastToken({ arrays, cache }: GenerationState, token: number): GenerationState {
  return { arrays, token, ...cache ? { cache: { ...cache, tokens: cache.tokens.with(-1, token) } } : {} };
}

/** Options of `generate`. */
export interface GenerateOptions extends Partial<GenerationSettings> {
  /**
   * The end of an earlier text, which the prompt continues. Of that text, only the last token counts for the penalties.
   * If it ends within a character, U+FFFD stands there, and this text begins with the whole character unless there is a
   * prompt. Default: a zero state.
   */
  readonly state?: GenerationState;
  /**
   * Lets the model draw on what has occurred in the prompt and in the text so far (Grave et al. 2017). Default: no
   * cache.
   */
  readonly cache?: Partial<NeuralCacheSettings>;
  /** Aborts the generation. */
  readonly signal?: AbortSignal;
}

const isText = (value: unknown): boolean => typeof value === "string" && value !== "";
const isToken = (value: unknown): boolean => typeof value === "number" || isText(value);
const isAny = (value: unknown, is: (one: unknown) => boolean): boolean =>
  Array.isArray(value) ? value.every(is) : is(value);
const isFields = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether a number can be added to a logit. */
export const isBias = (bias: number): boolean => Number.isFinite(bias) && Math.abs(bias) <= LARGEST_CHANGE;

/** The entries of a logit bias. */
export function biasEntries(bias: GenerationSettings["logitBias"]): (readonly [TokenName, number])[] {
  return bias instanceof Map ? [...bias] : Object.entries(bias);
}

/** Returns what is expected if `value` is not a logit bias. */
function unmetBias(value: unknown): string | undefined {
  const isMet = isFields(value) &&
    biasEntries(value as GenerationSettings["logitBias"]).every(([name, bias]) => isToken(name) && isBias(bias));
  return isMet ? undefined : "a record or a map of numbers from -1e9 to 1e9 by token";
}

/**
 * Schema of the generation settings.
 *
 * @example
 * ```ts
 * import { complete, GENERATION } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const { temperature, topK, maxTokens } = complete(GENERATION, { topK: 40 }, "generate");
 * assertEquals([temperature, topK, maxTokens], [0.8, 40, 200]);
 * ```
 */
export const GENERATION: Schema<GenerationSettings> = {
  maxTokens: integer({ group: "sampling", min: 0, default: 200, help: "Maximum number of tokens to generate." }),
  ...SAMPLING,
  seed: nullable(integer({ group: "sampling", min: 0, defaultText: "random", help: "Seed of the sampling." })),
  stop: custom<string | readonly string[]>({
    group: "sampling",
    default: [],
    value: "TEXT",
    isRepeatable: true,
    check: (value) => isAny(value, isText) ? undefined : "a text, or texts",
    help: "Text to stop before; may be given more than once.",
  }),
  logitBias: custom<GenerationSettings["logitBias"]>({
    default: {},
    option: false,
    check: unmetBias,
    help: "Added to the logits of tokens.",
  }),
  ban: custom<TokenName | readonly TokenName[]>({
    group: "sampling",
    default: [],
    value: "TEXT",
    isRepeatable: true,
    check: (value) => isAny(value, isToken) ? undefined : "a token, or tokens",
    help: "Token that is never generated; may be given more than once.",
  }),
  allowUnknown: boolean({
    group: "sampling",
    default: false,
    help: "Let the model generate the token for unknown symbols, such as <unk>.",
  }),
  ignoreEnd: boolean({
    group: "sampling",
    default: false,
    help: "Do not let the model end the text before it has the maximum number of tokens.",
  }),
  logprobs: nullable(
    integer({
      group: "sampling",
      min: 0,
      help: "Show each token's log-probability and the N likeliest tokens in its place.",
    }),
  ),
  unknown: nullable(choice(UNKNOWN_RULES, {
    group: "data",
    defaultText: "the unknown token, or else an error",
    help: "What to do with symbols of the prompt outside the vocabulary.",
  })),
  bestOf: integer({
    group: "sampling",
    min: 1,
    max: 1000,
    default: 1,
    help: "Number of texts to generate, of which the likeliest is shown.",
  }),
};

/** The names of the options of `generate`. */
export const GENERATE_OPTIONS: readonly string[] = [...Object.keys(GENERATION), "state", "cache", "signal"];

/**
 * Fills in the defaults of a generation. Throws `TypeError` or `RangeError` if an option is invalid; `action` begins
 * the message.
 */
export function completeGeneration(action: string, options: GenerateOptions): GenerationSettings {
  const { state: _state, cache: _cache, signal: _signal, ...given } = options;
  return complete(GENERATION, given, action);
}
