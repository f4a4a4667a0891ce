import type { FinishReason } from "../language_modeling/mod.ts";
import type { AnsweredToken } from "./completion_echo.ts";
import type { CompletionPlan } from "./completion_plan.ts";

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

/** Makes a choice; `offset` is the number of characters before its first token. */
export function choiceOf(
  { text, index, logprobs, finishReason, offset = 0 }: {
    readonly text: string;
    readonly index: number;
    readonly logprobs: readonly AnsweredToken[] | undefined;
    readonly finishReason: FinishReason | undefined;
    readonly offset?: number;
  },
): Choice {
  const reason = finishReason === undefined ? null : finishReason === "length" ? "length" : "stop";
  return { text, index, logprobs: logprobs ? logprobsOf(logprobs, offset) : null, finish_reason: reason };
}

function logprobsOf(entries: readonly AnsweredToken[], offset: number): Logprobs {
  let end = offset;
  return {
    tokens: entries.map(({ token }) => token),
    token_logprobs: entries.map(({ logprob }) => logprob),
    top_logprobs: entries.map((entry) =>
      entry.logprob === null ? null : Object.fromEntries(entry.top.map(({ token, logprob }) => [token, logprob]))
    ),
    text_offset: entries.map(({ token }) => (end += token.length) - token.length),
  };
}

/** The fields that an answer and all pieces of it have in common. */
export function envelopeOf({ hosted }: CompletionPlan): object {
  const id = `cmpl-${crypto.randomUUID().replaceAll("-", "")}`;
  return { id, object: "text_completion", created: Math.floor(Date.now() / 1000), model: hosted.name };
}

/** The numbers of tokens so far, each prompt counted once. */
export function usageOf({ texts, bestOf }: CompletionPlan): {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
} {
  const prompt_tokens = texts.reduce((sum, { prompt }, i) => sum + (i % bestOf === 0 ? prompt.length : 0), 0);
  const completion_tokens = texts.reduce((sum, { tokens }) => sum + tokens, 0);
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}
