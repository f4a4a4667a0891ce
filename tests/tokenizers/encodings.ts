import { Encoding } from "../../tokenizers/encoding.ts";

/** Encodes a text with its words as tokens; a token's id is the code of its first letter. */
export function wordsOf(text: string, sequence: number = 0): Encoding {
  const words = [...text.matchAll(/\S+/g)];
  return new Encoding({
    ids: words.map(([word]) => word.charCodeAt(0)),
    typeIds: words.map(() => sequence),
    tokens: words.map(([word]) => word),
    offsets: words.map(({ 0: word, index }) => [index, index + word.length]),
    attentionMask: words.map(() => 1),
    specialTokensMask: words.map(() => 0),
    wordIds: words.map((_, i) => i),
    sequenceIds: words.map(() => sequence),
  });
}

/** The tokens of an encoding and of each overflowing part, joined with spaces. */
export function partsOf(encoding: Encoding): string[] {
  return [encoding, ...encoding.overflowing].map(({ tokens }) => tokens.join(" "));
}
