import { assertAlmostEquals, assertEquals } from "@std/assert";
import { seedPieces } from "../../../tokenizers/trainers/unigram_seeds.ts";

Deno.test("seeds are characters by count, then repeats by count times length", () => {
  const { tokens, scores } = seedPieces([["This is a", 1], ["こんにちは友達", 1]], 1000, 16, false);
  // The example from Hugging Face's own test.
  assertEquals(tokens, ["s", "i", " ", "達", "友", "ん", "は", "に", "ち", "こ", "h", "a", "T", "is ", "s "]);
  const weights = [2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 6, 4];
  scores.forEach((score, i) => assertAlmostEquals(score, Math.log(weights[i] / 26), 1e-12));
});

Deno.test("word endings become seeds on request", () => {
  const words = [["going", 5], ["doing", 2], ["sing", 1]] as const;
  const seeds = (endings: boolean): string[] => seedPieces(words, 1000, 16, endings).tokens.slice(6);
  assertEquals(seeds(false), []);
  assertEquals(seeds(true), ["ing", "oing", "ng"]);
});

Deno.test("seeds respect the maximum length and number", () => {
  const words = [["abcdx", 1], ["abcdy", 1], ["abz", 1]] as const;
  const seeds = (limit: number, length: number): string[] => seedPieces(words, limit, length, true).tokens.slice(7);
  assertEquals(seeds(1000, 16), ["abcd", "bcd", "ab", "cd"]);
  assertEquals(seeds(1000, 3), ["bcd", "ab", "cd"]);
  assertEquals(seeds(8, 16), ["abcd"]);
});

Deno.test("word counts weight characters, not longer substrings", () => {
  const { tokens, scores } = seedPieces([["😀ab", 100], ["😀ac", 1]], 1000, 16, true);
  assertEquals(tokens, ["😀", "a", "b", "c", "😀a"]);
  assertAlmostEquals(scores[0] - scores[4], Math.log(101 / 4), 1e-12);
});
