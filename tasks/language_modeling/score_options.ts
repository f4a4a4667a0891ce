import { InputRangeError } from "../../errors.ts";
import { checkValue, expectKinds, integer, type OptionKinds } from "../../src/schema/mod.ts";
import { describeUnknown } from "../processors/mod.ts";
import type { TextReader } from "./corpus.ts";
import { endOfTextId } from "./end_of_text.ts";
import { lineFeedId, ownIds } from "./own_ids.ts";
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
  /**
   * Returns the score of each token, with so many of the likeliest tokens in its place. Default: no scores of tokens.
   */
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

/**
 * Encodes texts to be scored: the first id of each is only read. Throws `RangeError` that names the symbols and the
 * text if one cannot be encoded.
 */
export function textsIds(texts: readonly string[], reader: TextReader, unknown?: UnknownRule): Int32Array[] {
  const { tokenizer } = reader;
  return texts.map((text, i) => {
    const place = ` in text ${i + 1}`;
    const own = unknown === undefined ? text : new UnknownSymbols(tokenizer, unknown).rewrite("score", text, place);
    const found = describeUnknown(tokenizer, own);
    if (found !== undefined) throw new InputRangeError(`score: ${found}${place}`);
    return textIds(own, reader);
  });
}

function textIds(text: string, { tokenizer, endOfText }: TextReader): Int32Array {
  if (endOfText !== null) {
    const end = endOfTextId("score", tokenizer, endOfText);
    return Int32Array.from([end, ...tokenizer.encodePrompt(text), end]);
  }
  // Words close every line, an empty one too.
  const isOpen = tokenizer.kind === "word" && !text.endsWith("\n");
  const ids = ownIds(tokenizer, isOpen ? text + "\n" : text);
  const first = tokenizer.encodePrompt("").at(-1) ?? lineFeedId(tokenizer);
  return first === undefined ? ids : Int32Array.from([first, ...ids]);
}
