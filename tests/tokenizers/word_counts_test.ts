import { assert, assertEquals, assertThrows } from "@std/assert";
import { preTokenizers, trainers, WordTokenizer } from "@elman/elman/tokenizers";
import { WordCounts } from "../../tokenizers/word_counts.ts";
import { seededRandom } from "../support/random.ts";

/** Characters of one to three bytes, pairs of surrogates and halves of them. */
const CHARACTERS = ["a", "b", "\0", "\x7f", "\x80", "é", "\u07ff", "\u0800", "界", "\uffff", "😀", "\ud800", "\udfff"];

function randomWord(random: () => number): string {
  const length = Math.floor(random() ** 3 * 12);
  return Array.from({ length }, () => CHARACTERS[Math.floor(random() * CHARACTERS.length)]).join("");
}

/** Numbers as words, small ones far more often than large ones. */
function naturalWords(length: number, seed: number): string[] {
  const random = seededRandom(seed);
  return Array.from({ length }, () => `w${Math.floor(2 / random() ** 1.5)}`);
}

function exactCounts(words: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

function total(counts: Iterable<number>): number {
  return [...counts].reduce((sum, count) => sum + count, 0);
}

Deno.test("WordCounts counts any strings like a Map, in order of first occurrence", () => {
  const random = seededRandom(1);
  const words = Array.from({ length: 60_000 }, () => randomWord(random));
  const counts = new WordCounts("count");
  for (const word of words) counts.add(word);
  const expected = exactCounts(words);
  assert(expected.size > 10_000, `${expected.size} words do not make the table grow often`);
  assertEquals([...counts], [...expected]);
  assertEquals([...counts.keys()], [...expected.keys()]);
  assertEquals([...counts.values()], [...expected.values()]);
  assertEquals([counts.size, counts.maxError, counts.dropped], [expected.size, 0, 0]);
  for (const [word, count] of expected) assertEquals(counts.get(word), count);
  for (let i = 0; i < 10_000; i++) {
    const word = randomWord(random);
    assertEquals(counts.has(word), expected.has(word));
  }
  const visited: [string, number][] = [];
  counts.forEach((count, word) => visited.push([word, count]));
  assertEquals(visited, [...expected]);
});

Deno.test("WordCounts adds any number of occurrences, of a word within a text", () => {
  const counts = new WordCounts("count");
  counts.add("a bc d", 2 ** 40, 2, 4);
  counts.add("bc");
  counts.add("d", 0);
  assertEquals([...counts], [["bc", 2 ** 40 + 1], ["d", 0]]);
  assertEquals(counts.get("a"), undefined);
});

Deno.test("WordCounts keeps words of any length", () => {
  const long = "xé界".repeat(100_000);
  const counts = new WordCounts("count");
  for (const word of ["", long, `${long}y`, "", long]) counts.add(word);
  assertEquals([...counts], [["", 2], [long, 2], [`${long}y`, 1]]);
});

Deno.test("beyond maxDistinct, counts are too low by at most maxError, and the rest is in dropped", () => {
  for (const maxDistinct of [1, 2, 7, 100, 300, 1000]) {
    const words = naturalWords(30_000, maxDistinct);
    const counts = new WordCounts("count", maxDistinct);
    for (const word of words) {
      counts.add(word);
      assert(counts.size <= maxDistinct);
    }
    const expected = exactCounts(words);
    assert(counts.maxError > 0, `${expected.size} words are not more than ${maxDistinct}`);
    for (const [word, count] of expected) {
      const counted = counts.get(word) ?? 0;
      assert(counted <= count && counted >= count - counts.maxError, `${word}: ${counted} of ${count}`);
    }
    assertEquals(total(counts.values()) + counts.dropped, words.length);
    assertEquals([...counts].map(([word]) => counts.get(word)), [...counts.values()]);
  }
});

Deno.test("up to maxDistinct words, all counts are exact; with one more, the rarest are dropped", () => {
  const counts = new WordCounts("count", 4);
  for (const word of "a b c d a b c a b b".split(" ")) counts.add(word);
  assertEquals([...counts], [["a", 3], ["b", 4], ["c", 2], ["d", 1]]);
  counts.add("e");
  assertEquals([...counts], [["a", 3], ["b", 4], ["c", 2]]);
  assertEquals([counts.maxError, counts.dropped], [1, 2]);
  counts.add("d");
  assertEquals([...counts], [["a", 3], ["b", 4], ["c", 2], ["d", 1]]);
});

Deno.test("countPieces drops rare pieces within the bound, also while counts wait in its cache", async () => {
  const words = naturalWords(30_000, 5);
  const texts = Array.from({ length: 300 }, (_, i) => words.slice(100 * i, 100 * i + 100).join(" "));
  const preTokenizer = new preTokenizers.WhitespaceSplit();
  const counts = await trainers.countPieces(texts, { preTokenizer, maxDistinct: 500 });
  assert(counts.size <= 500 && counts.maxError > 0);
  for (const [word, count] of exactCounts(words)) {
    const counted = counts.get(word) ?? 0;
    assert(counted <= count && counted >= count - counts.maxError, `${word}: ${counted} of ${count}`);
  }
  assertEquals(total(counts.values()) + counts.dropped, words.length);
});

Deno.test("a word tokenizer counts dropped words as unknown, and needs <unk> for them", () => {
  const words = naturalWords(30_000, 6);
  const text = words.join(" ") + "\n";
  const { vocabulary } = WordTokenizer.train(text, { maxDistinct: 500, vocabSize: 50 });
  const exact = WordTokenizer.train(text, { vocabSize: 50 }).vocabulary;
  assertEquals(vocabulary.symbols.slice(0, 12), exact.symbols.slice(0, 12));
  const counts = (its: typeof vocabulary): number[] => its.symbols.map((_, id) => its.count(id)!);
  assertEquals(total(counts(vocabulary)), total(counts(exact)));
  assertThrows(
    () => WordTokenizer.train("a b c", { maxDistinct: 2, unknown: false }),
    RangeError,
    "counting dropped 3 occurrences of symbols beyond maxDistinct, which requires an unknown symbol",
  );
});

Deno.test("maxDistinct must be a positive integer", () => {
  for (const maxDistinct of [0, -1, 1.5, NaN, Infinity]) {
    assertThrows(
      () => new WordCounts("count", maxDistinct),
      RangeError,
      `count: maxDistinct: expected an integer of at least 1, found ${maxDistinct}`,
    );
  }
});
