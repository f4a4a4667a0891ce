import { complete, custom, integer, nullable, number, type Schema } from "../../src/schema/mod.ts";
import type { StateArrays } from "../../src/nn/mod.ts";

/** Settings for sampling the next token. */
export interface SamplingSettings {
  /**
   * Divides the logits: below 1 text is more predictable, above 1 more varied; 0 always takes the likeliest token.
   * Default: 0.8.
   */
  readonly temperature: number;
  /** Draws from the k likeliest tokens only (Fan et al. 2018); null for all. Default: null. */
  readonly topK: number | null;
  /** Draws from the likeliest tokens that together reach this probability (Holtzman et al. 2020). Default: 1. */
  readonly topP: number;
  /** Draws only from tokens at least this share as likely as the likeliest one (Nguyen et al. 2024). Default: 0. */
  readonly minP: number;
  /** Values above 1 make tokens that have already occurred less likely (Keskar et al. 2019). Default: 1. */
  readonly repetitionPenalty: number;
}

/** Settings for generating a text. */
export interface GenerationSettings extends SamplingSettings {
  /** Maximum number of tokens to generate. Default: 200. */
  readonly maxTokens: number;
  /** Seed of the sampling; null for a random one. Default: null. */
  readonly seed: number | null;
  /** Generation ends before any of these texts. Default: none. */
  readonly stop: string | readonly string[];
}

/** The end of a generated text, from which another generation can continue. */
export interface GenerationState {
  /** The recurrent state. */
  readonly arrays: StateArrays;
  /** The id of the last token, which the recurrent state does not yet include. */
  readonly token: number;
}

/** Options of `generate`. */
export interface GenerateOptions extends Partial<GenerationSettings> {
  /** The end of an earlier text, which the prompt continues. Default: a zero state. */
  readonly state?: GenerationState;
  /** Aborts the generation. */
  readonly signal?: AbortSignal;
}

const isText = (value: unknown): boolean => typeof value === "string" && value !== "";

/** Schema of the sampling settings. */
export const SAMPLING: Schema<SamplingSettings> = {
  temperature: number({
    group: "sampling",
    min: 0,
    default: 0.8,
    help: "Sampling temperature: lower is more predictable, higher more varied; 0 takes the likeliest token.",
  }),
  topK: nullable(
    integer({
      group: "sampling",
      min: 1,
      value: "K",
      defaultText: "all",
      help: "Sample only from the K likeliest tokens.",
    }),
  ),
  topP: number({
    group: "sampling",
    above: 0,
    max: 1,
    default: 1,
    value: "P",
    help: "Sample only from the fewest tokens whose total probability reaches P.",
  }),
  minP: number({
    group: "sampling",
    min: 0,
    max: 1,
    default: 0,
    value: "P",
    help: "Sample only from tokens at least P times as likely as the likeliest one.",
  }),
  repetitionPenalty: number({
    group: "sampling",
    above: 0,
    default: 1,
    help: "Penalty on tokens that have already occurred; 1 is none, above 1 makes them less likely.",
  }),
};

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
    check: (value) => isText(value) || (Array.isArray(value) && value.every(isText)) ? undefined : "a text, or texts",
    help: "Text to stop before; may be given more than once.",
  }),
};

/** The names of the options of `generate`. */
export const GENERATE_OPTIONS: readonly string[] = [...Object.keys(GENERATION), "state", "signal"];

/**
 * Fills in the defaults of a generation. Throws `TypeError` or `RangeError` if an option is invalid; `action` begins
 * the message.
 */
export function completeGeneration(action: string, options: GenerateOptions): GenerationSettings {
  const { state: _state, signal: _signal, ...given } = options;
  return complete(GENERATION, given, action);
}

/** Fills in the defaults of a sampler and checks its options in the same way. */
export function completeSampling(options: Partial<SamplingSettings>): SamplingSettings {
  return complete(SAMPLING, options, "generate");
}
