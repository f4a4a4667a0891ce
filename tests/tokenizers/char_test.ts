import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { CharTokenizer, Vocabulary } from "@elman/elman/tokenizers";
import { tokenizerContract } from "./contract.ts";

const unknown = { text: "to ŧe or ŋot ŧo be", symbols: ["ŧ", "ŋ"] };
await tokenizerContract("char", (corpus) => CharTokenizer.train(corpus), { unknown });
await tokenizerContract("char with <unk>", (corpus) => CharTokenizer.train(corpus, { unknown: true }), { unknown });

Deno.test("char: ids follow code point order, not UTF-16 order", () => {
  const { vocabulary } = CharTokenizer.train("b\u{1f600}a\uff5eB\n");
  assertEquals(vocabulary.symbols, ["\n", "B", "a", "b", "\uff5e", "\u{1f600}"]);
});

Deno.test("char: the tokenizer does not depend on how the corpus is split into chunks", () => {
  const text = "x😀y😀\ud83dz\ude00\ud83d";
  const whole = CharTokenizer.train(text).vocabulary;
  for (let size = 1; size <= text.length; size++) {
    const pieces = Array.from(
      { length: Math.ceil(text.length / size) },
      (_, i) => text.slice(i * size, (i + 1) * size),
    );
    const { vocabulary } = CharTokenizer.train(["", ...pieces, ""]);
    assertEquals(vocabulary.symbols, whole.symbols);
    assertEquals(
      vocabulary.symbols.map((_, id) => vocabulary.count(id)),
      whole.symbols.map((_, id) => whole.count(id)),
    );
  }
  assertEquals(whole.symbols, ["x", "y", "z", "\ud83d", "\ude00", "😀"]);
  assertEquals(whole.symbols.map((_, id) => whole.count(id)), [1, 1, 1, 2, 1, 2]);
});

Deno.test("char: an unknown character is reported with its code point and its index in the string", () => {
  const tokenizer = CharTokenizer.train("abc😀");
  const cases: [string, string][] = [
    ["😀é", '"é" (U+00E9) at index 2 is not among the 4 known symbols'],
    ["a\n", '"\\n" (U+000A) at index 1'],
    ["😁", '"😁" (U+1F601) at index 0'],
    ["ab\ud83d", '"\\ud83d" (U+D83D) at index 2'],
  ];
  for (const [text, message] of cases) assertThrows(() => tokenizer.encode(text), RangeError, message);
});

Deno.test("char: limits keep the most frequent characters, ties by code point", () => {
  const text = "aaaa bbb ddd cc e";
  const rare = CharTokenizer.train(text, { unknown: true, minCount: 3 });
  assertEquals(rare.vocabulary.symbols, ["<unk>", " ", "a", "b", "d"]);
  assertEquals(rare.vocabulary.count(0), 3);
  const small = CharTokenizer.train(text, { unknown: true, vocabSize: 4 });
  assertEquals(small.vocabulary.symbols, ["<unk>", " ", "a", "b"]);
  assertEquals(small.decode(small.encode("bad")), "ba<unk>");
  assertThrows(() => CharTokenizer.train(text, { vocabSize: 4 }), RangeError, "would drop 2 of 6 symbols");
});

Deno.test("char: the spelling of the unknown symbol is ordinary text", () => {
  const tokenizer = CharTokenizer.train("<unk>", { unknown: true });
  assertEquals([...tokenizer.encode("<unk>")], [1, 5, 4, 3, 2]);
});

Deno.test("char: invalid vocabularies and corpora throw", () => {
  assertThrows(() => CharTokenizer.train(""), RangeError, "expected text, found none");
  assertThrows(() => CharTokenizer.train(["", ""]), RangeError, "expected text, found none");
  assertThrows(
    () => new CharTokenizer(new Vocabulary(["a", "bc"])),
    RangeError,
    'expected single characters, found "bc"',
  );
  assertThrows(() => new CharTokenizer(new Vocabulary(["a", ""])), RangeError, 'expected single characters, found ""');
  assertThrows(
    () => new CharTokenizer(new Vocabulary(["PAD", "a"], { specials: ["PAD"] })),
    RangeError,
    'build a character tokenizer: expected special symbols such as <eos>, in brackets, found "PAD"',
  );
});

/** Splits a text into chunks of a number of code units. */
function* piecesOf(text: string, size: number): Generator<string> {
  for (let i = 0; i < text.length; i += size) yield text.slice(i, i + size);
}

async function* later<T>(values: Iterable<T>): AsyncGenerator<T> {
  for (const value of values) yield await Promise.resolve(value);
}

Deno.test("char: a stream of chunks gives the same tokenizer as the whole text", async () => {
  const text = "x😀y😀xx\ud83dz\ude00yyy";
  const options = { unknown: true, minCount: 2, vocabSize: 5 };
  const whole = JSON.stringify(CharTokenizer.train(text, options));
  for (let size = 1; size <= text.length; size++) {
    const streamed = await CharTokenizer.trainStream(later(piecesOf(text, size)), options);
    assertEquals(JSON.stringify(streamed), whole, `pieces of ${size}`);
  }
  await assertRejects(() => CharTokenizer.trainStream(later([])), RangeError, "expected text, found none");
});
