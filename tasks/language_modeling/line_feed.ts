import type { Tokenizer } from "../../tokenizers/mod.ts";

/** Returns the id of a line feed, which may precede any text; undefined if the vocabulary has none. */
export function lineFeedId(tokenizer: Tokenizer): number | undefined {
  return tokenizer.unknownSymbols("\n").length === 0 ? tokenizer.encode("\n")[0] : undefined;
}
