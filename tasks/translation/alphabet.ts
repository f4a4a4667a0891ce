import { AlignedText, PipelineTokenizer, type Tokenizer } from "../../tokenizers/mod.ts";

/**
 * Returns the distinct characters of texts after the tokenizer's normalizer, sorted and without white space: the
 * characters that a translator has seen. The vocabulary does not show them, since a byte-level one has a token for
 * everything.
 */
export function alphabetOf(texts: Iterable<string>, tokenizer: Tokenizer): string {
  const found = new Set<string>();
  for (const text of texts) for (const character of normalized(text, tokenizer)) found.add(character);
  return [...found].filter((character) => character.trim() !== "").sort().join("");
}

/** Returns the distinct characters of a normalized text that are not in the alphabet. */
export function unseenCharacters(text: string, alphabet: ReadonlySet<string>, tokenizer: Tokenizer): string[] {
  const characters = new Set(normalized(text, tokenizer));
  return [...characters].filter((character) => !alphabet.has(character) && character.trim() !== "");
}

function normalized(text: string, tokenizer: Tokenizer): string {
  const normalizer = tokenizer instanceof PipelineTokenizer ? tokenizer.parts.normalizer : undefined;
  return normalizer ? normalizer.normalize(AlignedText.of(text)).text : text;
}
