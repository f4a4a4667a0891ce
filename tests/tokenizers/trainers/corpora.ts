/** How often each word occurs, with words between spaces: `"a b a"`. */
export function countsOf(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of text.match(/\S+/g) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** Small texts, cut as the Whitespace pre-tokenizer does. */
export const PIECES =
  "the cat sat on the mat that hat is the fat cat ' s siehst du die Katze auf der Matte ? élan 😀😀 naïve";

/** Repetitions, of which merges overlap. */
export const REPEATS = "aaaaa aaaa aaa abababab abab aab aaab";

/** The example of Hugging Face's course on tokenizers. */
export const HUGS = new Map([["hug", 10], ["pug", 5], ["pun", 12], ["bun", 4], ["hugs", 5]]);
