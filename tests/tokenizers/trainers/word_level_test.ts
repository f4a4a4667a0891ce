import { assertEquals, assertThrows } from "@std/assert";
import { WordLevel, type WordLevelTrainerOptions } from "../../../tokenizers/trainers/word_level.ts";
import { countsOf, PIECES } from "./corpora.ts";

Deno.test("the vocabulary of a small text equals that of npm:tokenizers", () => {
  const { vocabulary } = new WordLevel().train(countsOf(PIECES));
  const expected = "the cat ' ? Katze Matte auf der die du fat hat is mat naïve on s sat siehst that élan 😀😀";
  assertEquals([...vocabulary.keys()], expected.split(" "));
  assertEquals([...vocabulary.values()], expected.split(" ").map((_, id) => id));
});

Deno.test("words of equal counts are in code point order, not UTF-16 order", () => {
  const words = ["😀", "\uffee", "a", "ab", "\u{10ffff}", "\ud7ff"];
  const { vocabulary } = new WordLevel().train(new Map(words.map((word) => [word, 1])));
  assertEquals([...vocabulary.keys()], ["a", "ab", "\ud7ff", "\uffee", "😀", "\u{10ffff}"]);
});

Deno.test("specialTokens, minCount and vocabSize are respected", () => {
  const counts = countsOf("b b b c c a <unk> <unk>");
  const tokens = (options: WordLevelTrainerOptions): string[] => {
    return [...new WordLevel({ specialTokens: ["<unk>"], ...options }).train(counts).vocabulary.keys()];
  };
  assertEquals(tokens({}), ["<unk>", "b", "c", "a"]);
  assertEquals(tokens({ minCount: 2 }), ["<unk>", "b", "c"]);
  assertEquals(tokens({ vocabSize: 2 }), ["<unk>", "b"]);
  assertEquals(new WordLevel({ specialTokens: ["<unk>"] }).train(counts).unknownId, 0);
});

Deno.test("WordLevel training rejects invalid options and counts", () => {
  const train = (options: WordLevelTrainerOptions): unknown => {
    return new WordLevel(options).train(countsOf("a b"));
  };
  assertThrows(
    () => train({ vocabSize: 1, specialTokens: ["x", "y"] }),
    RangeError,
    "at least 2 special tokens, found 1",
  );
  assertThrows(() => train({ vocabSize: 0 }), RangeError, "vocabSize: expected an integer of at least 1, found 0");
  assertThrows(() => train({ minCount: -1 }), RangeError, "minCount: expected an integer of at least 0, found -1");
  assertThrows(
    () => new WordLevel().train(new Map()),
    RangeError,
    "train a WordLevel model: expected text",
  );
});

Deno.test("required words follow the special tokens, whatever the corpus", () => {
  const options = { specialTokens: ["<unk>"], words: ["z", "cat", "<unk>"] };
  const { vocabulary } = new WordLevel(options).train(new Map([["the", 1], ["cat", 2]]));
  assertEquals([...vocabulary.keys()], ["<unk>", "z", "cat", "the"]);
  const small = new WordLevel({ ...options, vocabSize: 2 });
  assertThrows(() => small.train(new Map([["the", 1]])), RangeError, "at least 3 required tokens, found 2");
});
