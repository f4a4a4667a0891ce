import type { Tokenizer } from "../../tokenizers/mod.ts";

/** Encodes a text to be continued without the special tokens that some tokenizers put before it. */
export function ownIds(tokenizer: Tokenizer, text: string): Int32Array {
  return tokenizer.encodePrompt(text).slice(tokenizer.encodePrompt("").length);
}

/**
 * Returns the id of a line feed, which may precede any text; undefined if the vocabulary has none. It is the last one
 * if the tokenizer puts a space before every text.
 */
export function lineFeedId(tokenizer: Tokenizer): number | undefined {
  return tokenizer.unknownSymbols("\n").length === 0 ? ownIds(tokenizer, "\n").at(-1) : undefined;
}
