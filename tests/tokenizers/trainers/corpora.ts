/** Counts words separated by spaces, as in `"a b a"`. */
export function countsOf(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of text.match(/\S+/g) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** Small texts, split like the Whitespace pre-tokenizer. */
export const PIECES =
  "the cat sat on the mat that hat is the fat cat ' s siehst du die Katze auf der Matte ? élan 😀😀 naïve";

/** Repetitions with overlapping merges. */
export const REPEATS = "aaaaa aaaa aaa abababab abab aab aaab";

/** The example from Hugging Face's course on tokenizers. */
export const HUGS = new Map([["hug", 10], ["pug", 5], ["pun", 12], ["bun", 4], ["hugs", 5]]);
