import { count } from "../../src/schema/mod.ts";
import type { Tokenizer } from "../../tokenizers/mod.ts";
import { listSymbols } from "../processors/mod.ts";
import type { Utterance } from "./corpus.ts";
import { CharacterLabels } from "./search/character_labels.ts";
import { writableBy } from "./search/label_texts.ts";

/** Says, in one line, which symbols of the texts a recognizer cannot write; an empty list if it can write all. */
export function unwritableSymbols(tokenizer: Tokenizer, utterances: readonly Utterance[]): string[] {
  const found = utterances.map(({ text }) => tokenizer.unknownSymbols(text)).filter(({ length }) => length > 0);
  if (found.length === 0) return [];
  const symbols = [...new Set(found.flat())];
  const verb = found.length === 1 ? "has" : "have";
  return [`${count(found.length, "utterance")} ${verb} symbols that the tokenizer lacks: ${listSymbols(symbols)}`];
}

/** Says, in one line, which words of a lexicon a recognizer cannot write; an empty list if it can write all. */
export function unwritableWords(tokenizer: Tokenizer, lexicon: readonly string[] = []): string[] {
  const labels = new CharacterLabels(tokenizer);
  labels.add(lexicon);
  const isWritable = writableBy(labels.texts);
  const found = lexicon.filter((word) => !isWritable(word));
  if (found.length === 0) return [];
  const verb = found.length === 1 ? "has" : "have";
  return [
    `${count(found.length, "word")} of the lexicon ${verb} symbols that the tokenizer lacks: ${listSymbols(found)}`,
  ];
}
