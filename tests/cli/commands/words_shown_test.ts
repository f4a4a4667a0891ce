import { assertEquals } from "@std/assert";
import { colourWords, formatWords } from "../../../cli/commands/words_shown.ts";
import { spansOf, weighSpans, withoutSpan } from "../../../tasks/classification/explanation.ts";

const TEXT = "Not dull, at all";
const WORDS = [0.5, -1, 0, 0.05, 0.2].map((weight, i) => {
  const span = spansOf(TEXT)[i];
  return { ...span, word: TEXT.slice(span.start, span.end), weight };
});

Deno.test("words keep apostrophes and hyphens, and punctuation is separate", () => {
  const words = (text: string): string[] => spansOf(text).map(({ start, end }) => text.slice(start, end));
  assertEquals(words("It isn't well-made... 3.5 stars!? déjà vu 😀"), [
    "It",
    "isn't",
    "well-made",
    "...",
    "3.5",
    "stars",
    "!?",
    "déjà",
    "vu",
    "😀",
  ]);
  assertEquals(words(" \n "), []);
  assertEquals(withoutSpan(TEXT, spansOf(TEXT)[1]), "Not , at all");
});

Deno.test("a token's weight counts for the word that it is a part of", () => {
  // "Not", " du", "ll", ",", " at", " all": subwords, some with a leading space.
  const offsets = [[0, 3], [3, 6], [6, 8], [8, 9], [9, 12], [12, 16]] as const;
  const weighed = weighSpans(TEXT, spansOf(TEXT), offsets, [1, 2, 3, 4, 5, 6]);
  assertEquals(weighed.map(({ word, weight }) => [word, weight]), [["Not", 1], ["dull", 5], [",", 4], ["at", 5], [
    "all",
    6,
  ]]);
  // Only the beginning of a truncated text has weights.
  assertEquals(weighSpans(TEXT, spansOf(TEXT), offsets, [1, 2]).map(({ weight }) => weight), [1, 2, 0, 0, 0]);
});

Deno.test("words are listed by absolute weight, with their signs", () => {
  assertEquals(formatWords(WORDS), "  dull -1.000, Not +0.500, all +0.200, at +0.050, , 0.000");
  const many = Array.from({ length: 12 }, (_, i) => ({ ...WORDS[0], word: "so", weight: i === 0 ? 1 : -0.0001 }));
  assertEquals(formatWords(many), `  so +1.000${", so 0.000".repeat(7)} (8 of 12 words)`);
  assertEquals(formatWords([{ ...WORDS[0], word: "A", start: 11 }], true), "  A12 +0.500");
});

Deno.test("words are green for the label and red against it, brighter for larger weights", () => {
  const reset = "\x1b[0m";
  assertEquals(
    colourWords(TEXT, WORDS),
    `  \x1b[48;5;34m\x1b[38;5;231mNot${reset} \x1b[48;5;196m\x1b[38;5;16mdull${reset},${reset} at${reset} ` +
      `\x1b[48;5;22m\x1b[38;5;231mall${reset}`,
  );
  assertEquals(colourWords("a", [{ start: 0, end: 1, word: "a", weight: 0 }]), `  a${reset}`);
});
