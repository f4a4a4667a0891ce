import {
  boolean,
  choice,
  custom,
  type Field,
  integer,
  nullable,
  number,
  type Schema,
  string,
} from "../../src/schema/mod.ts";
import { SAMPLING } from "../language_modeling/sampling_options.ts";
import { UNKNOWN_RULES, type UnknownRule } from "../language_modeling/unknown_rule.ts";

/** A text, or the ids of its tokens. */
export type Prompt = string | readonly number[];

/** The fields of a request for completions: OpenAI's, `session`, and what else Elman's sampling has. */
export interface CompletionFields {
  /** Name of the model; null for the only one. */
  readonly model: string | null;
  /** The text to continue, or the ids of its tokens, or several texts or lists of ids; null begins a text. */
  readonly prompt: Prompt | readonly Prompt[] | null;
  /** Maximum number of tokens to generate. */
  readonly max_tokens: number;
  /** The sampling temperature. */
  readonly temperature: number;
  /** Probability that the candidates must reach. */
  readonly top_p: number;
  /** Number of texts for each prompt. */
  readonly n: number;
  /** Number of texts of which the `n` likeliest are returned; null for `n`. */
  readonly best_of: number | null;
  /** Texts to stop before. */
  readonly stop: string | readonly string[];
  /** Seed of the first text. */
  readonly seed: number | null;
  /** Whether the answer comes in pieces. */
  readonly stream: boolean;
  /** Whether the last piece has the usage. */
  readonly stream_options: { readonly include_usage?: boolean } | null;
  /** Number of likeliest tokens in the place of each. */
  readonly logprobs: number | null;
  /** Whether the answer begins with the prompt. */
  readonly echo: boolean;
  /** Added to logits, by the tokens' ids. */
  readonly logit_bias: Readonly<Record<string, number>>;
  /** The presence penalty. */
  readonly presence_penalty: number;
  /** The frequency penalty. */
  readonly frequency_penalty: number;
  /** Not used. */
  readonly user: string | null;
  /** Name of the session that the text continues. */
  readonly session: string | null;
  /** Number of likeliest tokens to draw from. */
  readonly top_k: number | null;
  /** Minimum share of the likeliest token's probability. */
  readonly min_p: number;
  /** Probability that typical candidates must reach. */
  readonly typical_p: number;
  /** The repetition penalty. */
  readonly repetition_penalty: number;
  /** The treatment of symbols of the prompt outside the vocabulary. */
  readonly unknown: UnknownRule | null;
}

/** Maximum number of prompts or texts in a request. */
const MOST_TEXTS = 256;

const isText = (value: unknown): value is string => typeof value === "string";
const isRecord = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isBias = ([id, bias]: readonly [string, unknown]): boolean =>
  /^(?:0|[1-9]\d{0,8})$/.test(id) && typeof bias === "number" && Math.abs(bias) <= 100;

/** Declares a text or a list of texts. */
export function texts(help: string): Field<string | readonly string[]> {
  return custom<string | readonly string[]>({ check: unmetTexts, help });
}

function unmetTexts(value: unknown): string | undefined {
  const isList = Array.isArray(value) && value.length > 0 && value.length <= MOST_TEXTS && value.every(isText);
  return isText(value) || isList ? undefined : `a text, or 1 to ${MOST_TEXTS} texts`;
}

function unmetPrompt(value: unknown): string | undefined {
  const isList = (value: unknown, is: (one: unknown) => boolean): boolean =>
    Array.isArray(value) && value.length > 0 && value.every(is);
  const isId = (one: unknown): boolean => Number.isInteger(one);
  const isGood = isText(value) || isList(value, isId) ||
    (isList(value, isText) || isList(value, (one) => isList(one, isId))) && (value as unknown[]).length <= MOST_TEXTS;
  return isGood ? undefined : `a text or a list of token ids, or 1 to ${MOST_TEXTS} of them`;
}

function unmetStops(value: unknown): string | undefined {
  const isList = Array.isArray(value) && value.length <= 16 && value.every((one) => isText(one) && one !== "");
  return (isText(value) && value !== "") || isList ? undefined : "a text that is not empty, or at most 16 of them";
}

function unmetBias(value: unknown): string | undefined {
  const isGood = isRecord(value) && Object.keys(value).length <= 1000 && Object.entries(value).every(isBias);
  return isGood ? undefined : "an object of at most 1000 numbers from -100 to 100 by the ids of tokens";
}

function unmetStreamOptions(value: unknown): string | undefined {
  const isGood = isRecord(value) &&
    Object.entries(value).every(([name, is]) =>
      (name === "include_usage" || name === "include_obfuscation") && typeof is === "boolean"
    );
  return isGood ? undefined : "an object with include_usage";
}

/** Declares the name of a model. */
export const MODEL_FIELD: Field<string | null> = nullable(
  string({ help: "Name of the model. Default: the only one for the task." }),
);

/** Schema of a request for completions. */
export const COMPLETION_FIELDS: Schema<CompletionFields> = {
  model: MODEL_FIELD,
  prompt: nullable(custom<Prompt | readonly Prompt[]>({
    check: unmetPrompt,
    help: "The text to continue or its token ids, or several. Default: the beginning of a text.",
  })),
  max_tokens: integer({ min: 0, default: 16, help: "Maximum number of tokens to generate." }),
  temperature: number({ min: 0, max: 100, default: 1, help: "Divides the logits; 0 takes the likeliest token." }),
  top_p: number({ min: 0, max: 1, default: 1, help: "Draws from the likeliest tokens that reach this probability." }),
  n: integer({ min: 1, max: MOST_TEXTS, default: 1, help: "Number of texts for each prompt." }),
  best_of: nullable(integer({ min: 1, max: MOST_TEXTS, help: "Generates this many texts, returns the n likeliest." })),
  stop: custom<string | readonly string[]>({ default: [], check: unmetStops, help: "Texts to stop before." }),
  seed: nullable(integer({ min: 0, help: "Seed of the first text; those of the others follow. Default: random." })),
  stream: boolean({ default: false, help: "Sends the text in pieces, as server-sent events." }),
  stream_options: nullable(custom<{ readonly include_usage?: boolean }>({
    check: unmetStreamOptions,
    help: "Of a stream: with include_usage, the last event has the numbers of tokens; the others have null.",
  })),
  logprobs: nullable(
    integer({ min: 0, max: 20, help: "Adds the log-probabilities of each token and of this many of the likeliest." }),
  ),
  echo: boolean({ default: false, help: "Begins the answer with the prompt." }),
  logit_bias: custom<CompletionFields["logit_bias"]>({
    default: {},
    check: unmetBias,
    help: "Added to the logits of tokens, by their ids.",
  }),
  presence_penalty: number({ min: -2, max: 2, default: 0, help: "Subtracted once from a token that has occurred." }),
  frequency_penalty: number({
    min: -2,
    max: 2,
    default: 0,
    help: "Subtracted from a token's logit each time it has occurred.",
  }),
  user: nullable(string({ help: "Not used." })),
  session: nullable(
    custom<string>({
      check: (value) => isText(value) && /^[\w.-]{1,64}$/.test(value) ? undefined : "1 to 64 letters, digits, _ . -",
      help: "Name of a session: the text goes on where the session's last text ended.",
    }),
  ),
  top_k: nullable(integer({ min: 0, help: "Draws from this many of the likeliest tokens. Default: all." })),
  min_p: number({
    min: 0,
    max: 1,
    default: 0,
    help: "Draws from tokens at least this share as likely as the likeliest.",
  }),
  typical_p: number({ above: 0, max: 1, default: 1, help: "Draws from the most typical tokens that reach this." }),
  repetition_penalty: number({
    min: SAMPLING.repetitionPenalty.min,
    max: 100,
    default: 1,
    help: "Above 1, tokens that occurred are less likely.",
  }),
  unknown: nullable(choice(UNKNOWN_RULES, {
    help: "Symbols of the prompt outside the vocabulary. Default: the unknown token, or else an error.",
  })),
};

/** Returns the prompts of a request as a list. */
export function promptsOf(prompt: CompletionFields["prompt"]): readonly Prompt[] {
  // What begins a text is also what stands in for an empty prompt.
  if (prompt === null) return [""];
  const isOne = typeof prompt === "string" || typeof prompt[0] === "number";
  return isOne ? [prompt as Prompt] : prompt as readonly Prompt[];
}
