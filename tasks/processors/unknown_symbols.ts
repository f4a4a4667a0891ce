import { InputRangeError } from "../../errors.ts";
import { abbreviate, count } from "../../src/schema/mod.ts";
import { PipelineTokenizer, type Tokenizer } from "../../tokenizers/mod.ts";

/** Most symbols to list. */
const MOST_SHOWN = 10;

/**
 * Says which symbols of a text a tokenizer cannot encode: `expected the 26 symbols in the vocabulary, found "é"`;
 * undefined if there are none. If the vocabulary has an unknown token, they count only if `isStrict` is true.
 */
export function describeUnknown(
  tokenizer: Tokenizer,
  text: string,
  { isStrict = false }: { readonly isStrict?: boolean } = {},
): string | undefined {
  const unknown = isStrict || tokenizer.unknownId === undefined ? tokenizer.unknownSymbols(text) : [];
  if (unknown.length === 0) return undefined;
  return `expected the ${count(tokenizer.size, "symbol")} in the vocabulary, found ${listSymbols(unknown)}`;
}

/**
 * Throws `RangeError` if a pipeline has no token for a part of a text, which a model of byte pairs without an unknown
 * token leaves out.
 */
export function refuseLeftOut(tokenizer: Tokenizer, text: string): void {
  if (tokenizer.unknownId !== undefined || !(tokenizer instanceof PipelineTokenizer)) return;
  const unknown = describeUnknown(tokenizer, text);
  if (unknown !== undefined) throw new InputRangeError(`encode: ${unknown}`);
}

/** Lists symbols for a message: the first ones, and how many others there are of `total`. */
export function listSymbols(symbols: readonly string[], total = symbols.length): string {
  const shown = symbols.slice(0, MOST_SHOWN).map((symbol) => JSON.stringify(abbreviate(symbol, 40))).join(", ");
  const others = total - MOST_SHOWN;
  return others > 0 ? `${shown} and ${others.toLocaleString("en")} more` : shown;
}
