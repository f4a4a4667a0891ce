import { MOST_BEFORE } from "../../tokenizers/decoder_after.ts";
import type { FinishReason } from "../language_modeling/mod.ts";
import type { AnsweredToken } from "./completion_echo.ts";
import { generatorOf } from "../language_modeling/generation_plan.ts";
import type { CompletionPlan } from "./completion_plan.ts";
import { TextOffsets } from "./text_offsets.ts";

/** OpenAI's form of log-probabilities. */
interface Logprobs {
  readonly tokens: readonly string[];
  readonly token_logprobs: readonly (number | null)[];
  readonly top_logprobs: readonly (Readonly<Record<string, number>> | null)[];
  readonly text_offset: readonly number[];
}

/** A text of an answer, or a piece of it. */
export interface Choice {
  readonly text: string;
  readonly index: number;
  readonly logprobs: Logprobs | null;
  readonly finish_reason: "stop" | "length" | null;
}

/** Makes a choice; `offsets` are where its tokens begin. */
export function choiceOf(
  { text, index, logprobs, finishReason, offsets = [] }: {
    readonly text: string;
    readonly index: number;
    readonly logprobs: readonly AnsweredToken[] | undefined;
    readonly finishReason: FinishReason | undefined;
    readonly offsets?: readonly number[];
  },
): Choice {
  const reason = finishReason === undefined ? null : finishReason === "length" ? "length" : "stop";
  return { text, index, logprobs: logprobs ? logprobsOf(logprobs, offsets) : null, finish_reason: reason };
}

function logprobsOf(entries: readonly AnsweredToken[], offsets: readonly number[]): Logprobs {
  return {
    tokens: entries.map(({ token }) => token),
    token_logprobs: entries.map(({ logprob }) => logprob),
    // The token itself stands among the likeliest ones, as in OpenAI's answers.
    top_logprobs: entries.map((entry) =>
      entry.logprob === null
        ? null
        : Object.fromEntries([...entry.top, entry].map(({ token, logprob }) => [token, logprob]))
    ),
    text_offset: offsets,
  };
}

/** The fields that an answer and all pieces of it have in common. */
export function envelopeOf({ hosted }: CompletionPlan): object {
  const id = `cmpl-${crypto.randomUUID().replaceAll("-", "")}`;
  return { id, object: "text_completion", created: Math.floor(Date.now() / 1000), model: hosted.name };
}

/** Finds where the tokens of a text begin that follow those of its prompt, which end at `start`. */
export function offsetsAfter(
  { texts, bestOf, options: { state }, hosted: { model } }: CompletionPlan,
  prompt: number,
  start: number,
): TextOffsets {
  const { end } = generatorOf(model);
  const before = [...state?.before ?? [], ...texts[prompt * bestOf].prompt.slice(-MOST_BEFORE)].filter((id) =>
    id !== end
  );
  return new TextOffsets(model.tokenizer, { start, before });
}

/** The numbers of tokens so far, each prompt counted once. */
export function usageOf({ texts, bestOf }: CompletionPlan): {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
} {
  const prompt_tokens = texts.reduce(
    (sum, { prompt, lead }, i) => sum + (i % bestOf === 0 ? prompt.length - lead : 0),
    0,
  );
  const completion_tokens = texts.reduce((sum, { tokens }) => sum + tokens, 0);
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}
