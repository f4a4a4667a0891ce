import { InputRangeError } from "../../errors.ts";
import { asPipeline, type Tokenizer } from "../../tokenizers/mod.ts";

/** Usual names of the token that ends a text, the preferred one first. */
const USUAL_TOKENS = ["<eod>", "<|endoftext|>", "<|end_of_text|>", "<eos>", "</s>", "[EOS]", "<|eot|>"];

/**
 * The token that ends documents in a vocabulary that is trained for them. A word tokenizer already ends each line with
 * `<eos>`.
 */
export function newEndOfText(kind: string): string {
  return kind === "word" ? "<eod>" : "<eos>";
}

/** Finds the token that ends a text. Throws `RangeError` if the tokenizer has none with a usual name. */
export function findEndOfText(action: string, tokenizer: Tokenizer): string {
  const pipeline = asPipeline(tokenizer);
  const found = USUAL_TOKENS.find((token) => pipeline.id(token) !== undefined);
  if (found !== undefined) return found;
  throw new InputRangeError(
    `${action}: expected a tokenizer with one of ${USUAL_TOKENS.join(", ")} to end documents, found none`,
  );
}

/** Returns the id of the token that ends a text. Throws `RangeError` if the tokenizer lacks it. */
export function endOfTextId(action: string, tokenizer: Tokenizer, token: string): number {
  const id = asPipeline(tokenizer).id(token);
  if (id !== undefined) return id;
  throw new InputRangeError(
    `${action}: expected a tokenizer with the token ${JSON.stringify(token)} to end documents, found none`,
  );
}
