import { checkValue, expectKinds, integer, type OptionKinds } from "../../src/schema/mod.ts";
import type { TextReader } from "./corpus.ts";
import { endOfTextId } from "./end_of_text.ts";
import { lineFeedId } from "./line_feed.ts";
import { UNKNOWN_RULES, type UnknownRule, UnknownSymbols } from "./unknown_rule.ts";

/**
 * Options of a language model's `score`.
 *
 * @example
 * ```ts
 * import { CharTokenizer, LanguageModel } from "@elman/elman";
 * import type { ScoreOptions, TextScore, TokenScore } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const lm = LanguageModel.create({ tokenizer: CharTokenizer.train("to be or not\n"), hidden: 8 });
 * const options: ScoreOptions = { logprobs: 2 };
 * const scores: TextScore[] = await lm.score(["to be", "or not"], options);
 * const [first]: readonly TokenScore[] = scores[0].logprobs!;
 * assertEquals([first.token, first.top.length], ["t", 2]);
 * ```
 */
export interface ScoreOptions {
  /** Returns the score of each token, with so many of the likeliest tokens in its place. Default: no scores of tokens. */
  readonly logprobs?: number;
  /**
   * The treatment of symbols outside the vocabulary. Default: the unknown token stands for them, or the text is refused
   * if the vocabulary has none.
   */
  readonly unknown?: UnknownRule;
  /** Aborts the scoring. */
  readonly signal?: AbortSignal;
}

const KINDS: OptionKinds<ScoreOptions> = {
  logprobs: "number",
  unknown: UNKNOWN_RULES,
  signal: AbortSignal,
};
const LOGPROBS = integer({ min: 0, help: "Number of likeliest tokens." });

/** Checks the options of `score`. Throws `TypeError` or `RangeError` if one is invalid. */
export function expectScoreOptions(action: string, options: ScoreOptions): ScoreOptions {
  const { logprobs } = expectKinds(action, options, KINDS);
  if (logprobs !== undefined) checkValue(LOGPROBS, logprobs, action, "logprobs");
  return options;
}

/** Encodes a text to be scored: the first id is only read. Throws `RangeError` if the text cannot be encoded. */
export function textIds(
  action: string,
  text: string,
  { tokenizer, endOfText }: TextReader,
  unknown?: UnknownRule,
): Int32Array {
  const own = unknown === undefined ? text : new UnknownSymbols(tokenizer, unknown).rewrite(action, text);
  const end = endOfText === null ? undefined : endOfTextId(action, tokenizer, endOfText);
  const [first, ids] = end === undefined
    ? [lineFeedId(tokenizer), tokenizer.encode(own)]
    : [end, tokenizer.encodePrompt(own)];
  const before = first === undefined ? 0 : 1;
  const all = new Int32Array(before + ids.length + (end === undefined ? 0 : 1));
  if (first !== undefined) all[0] = first;
  all.set(ids, before);
  if (end !== undefined) all[all.length - 1] = end;
  return all;
}
