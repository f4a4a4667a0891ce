import { TokenTexts } from "../../tokenizers/token_texts.ts";
import type { TokenLogProbability } from "../language_modeling/mod.ts";
import { scoreTexts } from "../language_modeling/score_texts.ts";
import type { CompletionPlan } from "./completion_plan.ts";
import { TextOffsets } from "./text_offsets.ts";

/** A token of an answer; the first one of a prompt has no log-probability if nothing comes before it. */
export type AnsweredToken =
  | TokenLogProbability
  | { readonly token: string; readonly id: number; readonly logprob: null };

/** The beginning of the answers to a prompt. */
export interface Echo {
  /** The prompt, or nothing if the request does not ask for it. */
  readonly text: string;
  /** Its tokens, if the request asks for log-probabilities. */
  readonly tokens: readonly AnsweredToken[];
  /** Where they begin. */
  readonly offsets: readonly number[];
}

/** Returns the beginning of the answers to each prompt, with log-probabilities in the model's own distribution. */
export async function echoPrompts(plan: CompletionPlan, signal: AbortSignal): Promise<Echo[]> {
  const { fields: { echo, logprobs }, prompts, texts, bestOf, hosted: { model: { network, tokenizer } } } = plan;
  if (!echo) return prompts.map(() => ({ text: "", tokens: [], offsets: [] }));
  if (logprobs === null) return prompts.map((text) => ({ text, tokens: [], offsets: [] }));
  const own = texts.filter((_, i) => i % bestOf === 0);
  const scores = await scoreTexts(network, tokenizer, own.map(({ prompt }) => prompt), { top: logprobs, signal });
  const names = new TokenTexts(tokenizer);
  return prompts.map((text, p) => {
    const { prompt, lead } = own[p];
    const first = lead === 0 ? [{ token: names.of(prompt[0]), id: prompt[0], logprob: null }] : [];
    const tokens = [...first, ...scores[p].logprobs!];
    return { text, tokens, offsets: new TextOffsets(tokenizer, 0).of(tokens) };
  });
}
