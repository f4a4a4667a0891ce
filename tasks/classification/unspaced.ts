/** The source of a character class of the scripts that put no spaces between words. */
export const UNSPACED = `[${
  ["Han", "Hiragana", "Katakana", "Thai", "Lao", "Khmer", "Myanmar"].map((script) => `\\p{Script=${script}}`).join("")
}]`;

/** Of texts that are single words, fewer than one in so many has several, and their mean length is at least so many. */
const [SEVERAL, LEAST_LENGTH] = [20, 4];

/** Whether hardly any text has white space within it, as with names, chemical formulas and peptides. */
export function areSingleWords(texts: readonly { readonly text: string }[]): boolean {
  const several = texts.filter(({ text }) => /\S\s+\S/.test(text)).length;
  const characters = texts.reduce((sum, { text }) => sum + text.trim().length, 0);
  return SEVERAL * several < texts.length && characters >= LEAST_LENGTH * texts.length;
}
