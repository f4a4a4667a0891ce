/** The source of a character class of the scripts that put no spaces between words. */
export const UNSPACED = `[${
  ["Han", "Hiragana", "Katakana", "Thai", "Lao", "Khmer", "Myanmar"].map((script) => `\\p{Script=${script}}`).join("")
}]`;
