import { finishedText } from "../../tokenizers/decoder_after.ts";
import { TokenTexts } from "../../tokenizers/token_texts.ts";
import type { TokenLogProbability } from "../language_modeling/mod.ts";
import { scoreTexts } from "../language_modeling/score_texts.ts";
import type { CompletionPlan } from "./completion_plan.ts";
import { TextOffsets } from "./text_offsets.ts";
import type { Turns } from "./turns.ts";

/** A token of an answer; the first one of a prompt has no log-probability if nothing comes before it. */
export type AnsweredToken =
  | TokenLogProbability
  | { readonly token: string; readonly id: number; readonly logprob: null };

/** The beginning of the answers to a prompt. */
export interface Echo {
  /**
   * The prompt, or nothing if the request does not ask for it. With log-probabilities it is what its tokens decode to,
   * in which they have places: a tokenizer may change spaces or put a token in the place of a symbol.
   */
  readonly text: string;
  /** Its tokens, if the request asks for log-probabilities. */
  readonly tokens: readonly AnsweredToken[];
  /** Where they begin. */
  readonly offsets: readonly number[];
  /** Where the tokens that follow begin: behind the prompt, even if that is not a part of the answer. */
  readonly end: number;
}

/** Prompts that are read side by side, a window of 32 tokens of each at a time. */
const SIDE_BY_SIDE = 16;

/** Returns the beginning of the answers to each prompt, with log-probabilities in the model's own distribution. */
export async function echoPrompts(plan: CompletionPlan, turns: Turns, signal: AbortSignal): Promise<Echo[]> {
  const { fields: { echo, logprobs }, prompts, texts, bestOf, hosted: { model: { network, tokenizer } } } = plan;
  if (!echo || logprobs === null) {
    return prompts.map((text) => ({ text: echo ? text : "", tokens: [], offsets: [], end: text.length }));
  }
  const own = texts.filter((_, i) => i % bestOf === 0);
  const ids = own.map(({ prompt }) => prompt);
  const options = { top: logprobs, signal, sideBySide: SIDE_BY_SIDE };
  const scores = await turns.run(signal, (pause) => scoreTexts(network, tokenizer, ids, { ...options, pause }));
  const names = new TokenTexts(tokenizer);
  return own.map(({ prompt, lead }, p) => {
    const first = lead === 0 ? [{ token: names.of(prompt[0]), id: prompt[0], logprob: null }] : [];
    const tokens = [...first, ...scores[p].logprobs!];
    // A character that the prompt leaves unfinished comes with the tokens that finish it.
    const text = finishedText(tokenizer, tokens.map(({ id }) => id));
    return { text, tokens, offsets: new TextOffsets(tokenizer).of(tokens), end: text.length };
  });
}
