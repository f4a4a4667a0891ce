import { AlignedText, PipelineTokenizer, type Tokenizer } from "../../tokenizers/mod.ts";

/**
 * The distinct characters of texts as a tokenizer's normalizer leaves them, white space apart and in order: what a translator has seen. A
 * vocabulary cannot tell, as one of bytes has a token for everything.
 */
export function alphabetOf(texts: Iterable<string>, tokenizer: Tokenizer): string {
  const found = new Set<string>();
  for (const text of texts) for (const character of normalized(text, tokenizer)) found.add(character);
  return [...found].filter((character) => character.trim() !== "").sort().join("");
}

/** The distinct characters of a text that an alphabet lacks, as the normalizer leaves them. */
export function unseenCharacters(text: string, alphabet: ReadonlySet<string>, tokenizer: Tokenizer): string[] {
  const characters = new Set(normalized(text, tokenizer));
  return [...characters].filter((character) => !alphabet.has(character) && character.trim() !== "");
}

function normalized(text: string, tokenizer: Tokenizer): string {
  const normalizer = tokenizer instanceof PipelineTokenizer ? tokenizer.parts.normalizer : undefined;
  return normalizer ? normalizer.normalize(AlignedText.of(text)).text : text;
}
