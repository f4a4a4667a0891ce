import { complete, custom, integer, nullable, number, type Schema } from "../../src/schema/mod.ts";
import type { StateArrays } from "../../src/nn/mod.ts";

/** How the next token is chosen. */
export interface SamplingSettings {
  /** Divides the logits: below 1 more predictable, above 1 more varied; 0 takes the likeliest token. Default: 0.8. */
  readonly temperature: number;
  /** Draws from the k likeliest tokens only (Fan et al. 2018); null for all. Default: null. */
  readonly topK: number | null;
  /** Draws from the likeliest tokens that together reach this probability (Holtzman et al. 2020). Default: 1. */
  readonly topP: number;
  /** Draws from tokens at least this share as likely as the likeliest (Nguyen et al. 2024). Default: 0. */
  readonly minP: number;
  /** Above 1, makes tokens that have occurred less likely (Keskar et al. 2019). Default: 1. */
  readonly repetitionPenalty: number;
}

/** How a text is generated. */
export interface GenerationSettings extends SamplingSettings {
  /** Most tokens that are generated. Default: 200. */
  readonly maxTokens: number;
  /** Seed of the choices; null for a random one. Default: null. */
  readonly seed: number | null;
  /** Texts before which generation ends. Default: none. */
  readonly stop: string | readonly string[];
}

/** Where a generated text ended: what the next one can continue from. */
export interface GenerationState {
  /** The recurrent state. */
  readonly arrays: StateArrays;
  /** The last token, which the recurrent state has not seen yet. */
  readonly token: number;
}

/** Options of `generate`. */
export interface GenerateOptions extends Partial<GenerationSettings> {
  /** Where an earlier text ended: the prompt follows it. */
  readonly state?: GenerationState;
  /** Ends the generation. */
  readonly signal?: AbortSignal;
}

const isText = (value: unknown): boolean => typeof value === "string" && value !== "";

/** The declarations of how tokens are chosen. */
export const SAMPLING: Schema<SamplingSettings> = {
  temperature: number({
    group: "sampling",
    min: 0,
    default: 0.8,
    help: "Below 1 more predictable, above 1 more varied; 0 takes the likeliest token.",
  }),
  topK: nullable(
    integer({ group: "sampling", min: 1, value: "K", defaultText: "all", help: "Draw from the K likeliest tokens." }),
  ),
  topP: number({
    group: "sampling",
    above: 0,
    max: 1,
    default: 1,
    value: "P",
    help: "Draw from the likeliest tokens that together reach P.",
  }),
  minP: number({
    group: "sampling",
    min: 0,
    max: 1,
    default: 0,
    value: "P",
    help: "Draw from tokens at least P times as likely as the likeliest.",
  }),
  repetitionPenalty: number({
    group: "sampling",
    above: 0,
    default: 1,
    help: "Above 1, makes tokens that have occurred less likely.",
  }),
};

/** The declarations of how a text is generated. */
export const GENERATION: Schema<GenerationSettings> = {
  maxTokens: integer({ group: "sampling", min: 0, default: 200, help: "Most tokens to generate." }),
  ...SAMPLING,
  seed: nullable(integer({ group: "sampling", min: 0, defaultText: "a random one", help: "Seed of the choices." })),
  stop: custom<string | readonly string[]>({
    group: "sampling",
    default: [],
    value: "TEXT",
    isRepeatable: true,
    check: (value) => isText(value) || (Array.isArray(value) && value.every(isText)) ? undefined : "a text, or texts",
    help: "End before this text; may be given more than once.",
  }),
};

/** The names of the options of `generate`. */
export const GENERATE_OPTIONS: readonly string[] = [...Object.keys(GENERATION), "state", "signal"];

/** The settings of a generation. Throws a `TypeError` or `RangeError` for an impossible option; `action` begins the message. */
export function completeGeneration(action: string, options: GenerateOptions): GenerationSettings {
  const { state: _state, signal: _signal, ...given } = options;
  return complete(GENERATION, given, action);
}

/** The settings of a sampler, likewise. */
export function completeSampling(options: Partial<SamplingSettings>): SamplingSettings {
  return complete(SAMPLING, options, "generate");
}
