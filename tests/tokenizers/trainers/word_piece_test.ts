import { assertEquals, assertThrows } from "@std/assert";
import { WordPiece } from "../../../tokenizers/trainers/word_piece.ts";
import { countsOf, REPEATS } from "./corpora.ts";

Deno.test("the vocabulary of repetitions equals that of npm:tokenizers", () => {
  const { vocabulary } = new WordPiece().train(countsOf(REPEATS));
  const expected = "##a ##aa ##ab ##abab ##b a aaa aaaa aaaaa aaab aab ab abab ababab abababab b";
  assertEquals([...vocabulary.keys()].sort(), expected.split(" "));
});

Deno.test("ids are special tokens, alphabet, prefixed characters, then merges", () => {
  const trainer = new WordPiece({ specialTokens: ["[UNK]", "[CLS]"], vocabSize: 9 });
  const model = trainer.train(countsOf("cab ab ab"));
  assertEquals([...model.vocabulary], [
    ["[UNK]", 0],
    ["[CLS]", 1],
    ["a", 2],
    ["b", 3],
    ["c", 4],
    ["##a", 5],
    ["##b", 6],
    ["ab", 7],
    ["ca", 8],
  ]);
  assertEquals(model.unknownId, 0);
  assertEquals(trainer.specialTokens, ["[UNK]", "[CLS]"]);
});

Deno.test("the vocabulary does not depend on the order of pieces or texts", () => {
  const counts = countsOf("dab cab bad dad add cad abba");
  const once = new WordPiece().train(counts).vocabulary;
  const again = new WordPiece().train(new Map([...counts].reverse())).vocabulary;
  assertEquals([...again], [...once]);
});

Deno.test("the prefix can be changed", () => {
  const { vocabulary } = new WordPiece({ continuingSubwordPrefix: "@@" }).train(countsOf("ab"));
  assertEquals([...vocabulary.keys()], ["a", "b", "@@b", "ab"]);
});

Deno.test("a size that was not asked for grows, so that half of it is left beside the alphabet", () => {
  const { vocabulary } = new WordPiece({ usualSize: 4 }).train(countsOf("abab abab abcabc"));
  assertEquals([...vocabulary.keys()], ["a", "b", "c", "##a", "##b", "##c", "ab", "##ab"]);
});

Deno.test("a vocabulary smaller than the alphabet with prefixes is rejected", () => {
  const trainer = new WordPiece({ vocabSize: 3, specialTokens: ["[UNK]"] });
  assertThrows(() => trainer.train(countsOf("ab")), RangeError, "a vocabSize of at least 4");
  assertThrows(() => trainer.train(new Map()), RangeError, "train a WordPiece model: expected text");
  assertThrows(() => new WordPiece({ minCount: NaN }), RangeError, "train a WordPiece model: minCount");
});
