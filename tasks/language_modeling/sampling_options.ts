import { complete, integer, nullable, number, type Schema } from "../../src/schema/mod.ts";

/** Settings for sampling the next token, in the order in which they take effect. */
export interface SamplingSettings {
  /** Values above 1 make tokens that have already occurred less likely (Keskar et al. 2019). Default: 1. */
  readonly repetitionPenalty: number;
  /**
   * Subtracted from the logit of a token that has already occurred, however often; as OpenAI defines it. Default: 0.
   */
  readonly presencePenalty: number;
  /** Subtracted from the logit of a token each time it has already occurred; as OpenAI defines it. Default: 0. */
  readonly frequencyPenalty: number;
  /** The three penalties count the last tokens only, this many; null for all. Default: null. */
  readonly repetitionWindow: number | null;
  /**
   * Divides the logits: below 1 text is more predictable, above 1 more varied; 0 always takes the likeliest token.
   * Default: 0.8.
   */
  readonly temperature: number;
  /** Draws from the k likeliest tokens only (Fan et al. 2018); null or 0 for all. Default: null. */
  readonly topK: number | null;
  /**
   * Draws from the tokens whose information is nearest to the entropy and that together reach this probability (locally
   * typical sampling, Meister et al. 2023). Default: 1.
   */
  readonly typicalP: number;
  /**
   * Draws from the fewest of the likeliest tokens that together reach this probability (Holtzman et al. 2020); 0 takes
   * the likeliest. Default: 1.
   */
  readonly topP: number;
  /** Draws only from tokens at least this share as likely as the likeliest one (Nguyen et al. 2024). Default: 0. */
  readonly minP: number;
}

/** Largest size of what is added to a logit or multiplies it, so that logits remain finite in 32 bits. */
export const LARGEST_CHANGE = 1e9;
const CHANGE = { group: "sampling", min: -LARGEST_CHANGE, max: LARGEST_CHANGE } as const;

/** Penalties, which change the logits. */
const PENALTIES = {
  repetitionPenalty: number({
    group: "sampling",
    min: 1 / LARGEST_CHANGE,
    max: LARGEST_CHANGE,
    default: 1,
    help: "Penalty on tokens that have already occurred; 1 is none, above 1 makes them less likely.",
  }),
  presencePenalty: number({
    ...CHANGE,
    default: 0,
    help: "Subtracted from the logit of each token that has already occurred.",
  }),
  frequencyPenalty: number({
    ...CHANGE,
    default: 0,
    help: "Subtracted from the logit of a token each time it has already occurred.",
  }),
  repetitionWindow: nullable(
    integer({
      group: "sampling",
      needs: [["repetitionPenalty", "presencePenalty", "frequencyPenalty"]],
      min: 1,
      defaultText: "all",
      help: "Number of last tokens that count for the penalties.",
    }),
  ),
};

/** Limits, which exclude improbable tokens. */
const LIMITS = {
  topK: nullable(
    integer({
      group: "sampling",
      min: 0,
      value: "K",
      defaultText: "all",
      help: "Sample only from the K likeliest tokens; 0 for all.",
    }),
  ),
  typicalP: number({
    group: "sampling",
    above: 0,
    max: 1,
    default: 1,
    value: "P",
    help: "Sample only from the most typical tokens whose total probability reaches P.",
  }),
  topP: number({
    group: "sampling",
    min: 0,
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
};

/** Schema of the sampling settings. */
export const SAMPLING: Schema<SamplingSettings> = {
  temperature: number({
    group: "sampling",
    min: 0,
    default: 0.8,
    help: "Sampling temperature: lower is more predictable, higher more varied; 0 takes the likeliest token.",
  }),
  ...LIMITS,
  ...PENALTIES,
};

/**
 * Fills in the defaults of a sampler. Throws `TypeError` if an option is unknown, `RangeError` if its value is invalid.
 */
export function completeSampling(options: Partial<SamplingSettings>): SamplingSettings {
  return complete(SAMPLING, options, "generate");
}
