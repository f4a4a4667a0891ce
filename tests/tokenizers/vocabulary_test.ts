import { assertEquals, assertThrows } from "@std/assert";
import { Vocabulary } from "@elman/elman/tokenizers";

const counts = new Map([["b", 2], ["a", 2], ["c", 5], ["<pad>", 4], ["d", 1]]);

Deno.test("Vocabulary: symbols and ids map to each other", () => {
  const vocabulary = new Vocabulary(["x", "__proto__", "constructor", "7", ""]);
  assertEquals(vocabulary.size, 5);
  for (let id = 0; id < vocabulary.size; id++) assertEquals(vocabulary.id(vocabulary.symbol(id)), id);
  assertEquals(vocabulary.id("toString"), undefined);
  assertEquals(vocabulary.unknownId, undefined);
  assertEquals(vocabulary.count(0), undefined);
  assertEquals(Object.entries(vocabulary.toJSON()), [["7", 3], ["x", 0], ["__proto__", 1], ["constructor", 2], [
    "",
    4,
  ]]);
  for (const id of [-1, 5, 0.5, NaN]) {
    assertThrows(() => vocabulary.symbol(id), RangeError, `expected 0 to 4, found ${id}`);
  }
});

Deno.test("Vocabulary.fromCounts: puts the most frequent symbol first, ties in the given order", () => {
  const vocabulary = Vocabulary.fromCounts(counts);
  assertEquals(vocabulary.symbols, ["c", "<pad>", "b", "a", "d"]);
  assertEquals(vocabulary.symbols.map((_, id) => vocabulary.count(id)), [5, 4, 2, 2, 1]);
  assertEquals(Vocabulary.fromCounts(counts, { order: "given" }).symbols, ["b", "a", "c", "<pad>", "d"]);
});

Deno.test("Vocabulary.fromCounts: keeps special symbols, first, whatever their counts", () => {
  const vocabulary = Vocabulary.fromCounts(counts, { unknown: "?", specials: ["<pad>", "?", "<s>"], minCount: 5 });
  assertEquals(vocabulary.symbols, ["?", "<pad>", "<s>", "c"]);
  assertEquals(vocabulary.specials, ["?", "<pad>", "<s>"]);
  assertEquals(vocabulary.unknownId, 0);
  assertEquals([0, 1, 2, 3].map((id) => vocabulary.count(id)), [5, 4, 0, 5]);
});

Deno.test("Vocabulary.fromCounts: counts special symbols toward vocabSize and breaks ties by order", () => {
  const options = { unknown: "?", vocabSize: 4, order: "given" } as const;
  const vocabulary = Vocabulary.fromCounts(counts, options);
  assertEquals(vocabulary.symbols, ["?", "b", "c", "<pad>"]);
  assertEquals(vocabulary.count(0), 3);
  assertEquals(Vocabulary.fromCounts(counts, { vocabSize: 5 }).size, 5);
});

Deno.test("Vocabulary: rejects invalid symbols, counts and limits", () => {
  assertThrows(() => new Vocabulary([]), RangeError, "expected at least one symbol");
  assertThrows(() => new Vocabulary(["a", "b", "a"]), RangeError, '"a" occurs twice');
  assertThrows(() => new Vocabulary(["a"], { specials: ["<s>"] }), RangeError, 'the special "<s>" is not among');
  assertThrows(() => new Vocabulary(["a"], { unknown: "<unk>" }), RangeError, 'the special "<unk>" is not among');
  assertThrows(() => new Vocabulary(["a"], {}, [1, 2]), RangeError, "expected 1 counts, found 2");
  for (const minCount of [0, -1, 1.5, NaN, Infinity]) {
    assertThrows(
      () => Vocabulary.fromCounts(counts, { minCount }),
      RangeError,
      `minCount to be an integer of at least 1`,
    );
  }
  for (const vocabSize of [1, 0, -1, 2.5, NaN]) {
    assertThrows(
      () => Vocabulary.fromCounts(counts, { vocabSize, unknown: "?" }),
      RangeError,
      `vocabSize to be an integer of at least 2`,
    );
  }
  assertThrows(() => Vocabulary.fromCounts(counts, { minCount: 2 }), RangeError, "would drop 1 of 5 symbols");
});

Deno.test("Vocabulary: outOfVocabulary counts occurrences and types, most frequent first", () => {
  const vocabulary = new Vocabulary(["<unk>", "a", "b"], { unknown: "<unk>" });
  const expected = { symbols: 9, unknown: 6, rate: 6 / 9, types: 5, unknownTypes: 3 };
  const symbols = "a x y b y z y x a".split(" ");
  assertEquals(vocabulary.outOfVocabulary(symbols), { ...expected, mostFrequent: [["y", 3], ["x", 2], ["z", 1]] });
  const counts = new Map([["a", 2], ["x", 2], ["y", 3], ["b", 1], ["z", 1]]);
  assertEquals(vocabulary.outOfVocabulary(counts, 1), { ...expected, mostFrequent: [["y", 3]] });
  assertEquals(vocabulary.outOfVocabulary([]).rate, 0);
});

Deno.test("Vocabulary.fromCounts: rejects more symbols than a Map holds, before it collects them", () => {
  const size = 2 ** 24 + 1;
  const counts = new (class extends Map<string, number> {
    override get size(): number {
      return size;
    }
    override *values(): MapIterator<number> {
      for (let i = 0; i < size; i++) yield 1 + (i & 1);
    }
  })();
  const message = `expected at most ${size - 1} symbols, found ${size}; minCount and vocabSize limit them`;
  assertThrows(() => Vocabulary.fromCounts(counts), RangeError, message);
  assertEquals(Vocabulary.fromCounts(counts, { minCount: 2, unknown: "?" }).size, 1);
  assertEquals(Vocabulary.fromCounts(counts, { vocabSize: 9, unknown: "?" }).size, 1);
});
