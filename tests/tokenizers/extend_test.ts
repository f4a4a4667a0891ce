import { assertEquals, assertThrows } from "@std/assert";
import { isExtensionOf } from "../../tokenizers/extend.ts";
import {
  ByteTokenizer,
  CharTokenizer,
  extendTokenizer,
  PipelineTokenizer,
  presets,
  tokenizerFromJSON,
  WordTokenizer,
} from "../../tokenizers/mod.ts";

Deno.test("new characters follow the old ones, and survive a round trip through JSON", () => {
  const old = CharTokenizer.train("bacon", { unknown: true, specials: ["<eos>"] });
  const other = CharTokenizer.train("àb🙂àà", { unknown: true, specials: ["<eod>"] });
  const both = extendTokenizer(old, other) as CharTokenizer;
  assertEquals(both.vocabulary.symbols, ["<unk>", "<eos>", "a", "b", "c", "n", "o", "à", "🙂"]);
  assertEquals(both.unknownId, 0);
  assertEquals(both.vocabulary.specials, ["<unk>", "<eos>"]);
  const copy = tokenizerFromJSON(JSON.parse(JSON.stringify(both)));
  assertEquals([...copy.encode("b🙂àx")], [3, 8, 7, 0]);
  assertEquals([isExtensionOf(copy, old), isExtensionOf(old, copy), isExtensionOf(copy, other)], [true, false, false]);
});

Deno.test("new words follow the old ones, the most frequent first, as far as the size permits", () => {
  const old = WordTokenizer.train("the cat\nthe dog\n");
  const other = WordTokenizer.train("le chat le chat le chien\nthe the the the", { minCount: 1, specials: ["<eod>"] });
  const symbols = (vocabSize?: number): readonly string[] =>
    (extendTokenizer(old, other, { vocabSize }) as WordTokenizer).vocabulary.symbols;
  const own = ["<unk>", "<eos>", "the", "cat", "dog"];
  assertEquals(symbols(), [...own, "le", "chat", "chien"]);
  assertEquals(symbols(7), [...own, "le", "chat"]);
  assertEquals(symbols(5), own);
  assertThrows(() => symbols(4), RangeError, "expected vocabSize of at least 5, its size, found 4");
});

Deno.test("of the new characters, a size keeps the most frequent in code point order", () => {
  const [old, other] = [CharTokenizer.train("z"), CharTokenizer.train("abbbcc")];
  const { vocabulary } = extendTokenizer(old, other, { vocabSize: 3 }) as CharTokenizer;
  assertEquals(vocabulary.symbols, ["z", "b", "c"]);
});

Deno.test("only characters and words can be extended, and by their own kind", async () => {
  const [char, word] = [CharTokenizer.train("ab"), WordTokenizer.train("a b")];
  const bpe = await PipelineTokenizer.train(["a b"], presets.bpe({ vocabSize: 260 }));
  for (const [a, b] of [[char, word], [new ByteTokenizer(), char], [bpe, bpe]] as const) {
    assertThrows(() => extendTokenizer(a, b), RangeError, `two of words, found ${a.kind} and ${b.kind}`);
  }
  assertEquals([isExtensionOf(bpe, bpe), isExtensionOf(char, word), isExtensionOf(bpe, char)], [true, false, false]);
});
