import { count } from "../../src/schema/mod.ts";
import type { Tokenizer } from "../../tokenizers/mod.ts";
import type { Utterance } from "./corpus.ts";

/** Most symbols that are shown. */
const SHOWN = 12;

/** Says, in one line, which symbols of the texts a recognizer cannot write; an empty list if it can write all. */
export function unwritableSymbols(tokenizer: Tokenizer, utterances: readonly Utterance[]): string[] {
  const found = utterances.map(({ text }) => tokenizer.unknownSymbols(text)).filter(({ length }) => length > 0);
  if (found.length === 0) return [];
  const symbols = [...new Set(found.flat())];
  const more = symbols.length > SHOWN ? ` and ${symbols.length - SHOWN} more` : "";
  const shown = symbols.slice(0, SHOWN).map((symbol) => JSON.stringify(symbol)).join(", ");
  const verb = found.length === 1 ? "has" : "have";
  return [`${count(found.length, "utterance")} ${verb} symbols that the tokenizer lacks: ${shown}${more}`];
}
