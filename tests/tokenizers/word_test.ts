import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { PipelineTokenizer, presets, tokenizerFromJSON, Vocabulary, WordTokenizer } from "@elman/elman/tokenizers";
import { tokenizerContract } from "./contract.ts";

/** The expected round trip of a word tokenizer: closed lines and single spaces. A literal `<eos>` also ends a line. */
function canonical(text: string): string {
  const lines = text.replaceAll(" <eos> ", "\n").split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines.map((line) => line.split(/\p{White_Space}+/u).filter((word) => word !== "").join(" ") + "\n").join("");
}

const unknown = { text: "to ŧe\nor ŋot ŧe", symbols: ["ŧe", "ŋot"] };
await tokenizerContract("word", (corpus) => WordTokenizer.train(corpus), { canonical, unknown });
await tokenizerContract("word without <unk>", (corpus) => WordTokenizer.train(corpus, { unknown: false }), {
  canonical,
  unknown,
});

Deno.test("word: each line ends in <eos>, whether or not the last one is closed", () => {
  const tokenizer = WordTokenizer.train("a b\n");
  const [eos, a, b] = ["<eos>", "a", "b"].map((symbol) => tokenizer.vocabulary.id(symbol)!);
  const cases: [string, number[], number[]][] = [
    ["", [], []],
    ["\n", [eos], [eos]],
    ["a", [a, eos], [a]],
    ["a\n", [a, eos], [a, eos]],
    ["a\nb", [a, eos, b, eos], [a, eos, b]],
    ["a\n\n\nb\r\n", [a, eos, eos, eos, b, eos], [a, eos, eos, eos, b, eos]],
    [" \t a\u00a0 b ", [a, b, eos], [a, b]],
    ["a\n ", [a, eos, eos], [a, eos]],
  ];
  for (const [text, whole, prompt] of cases) {
    assertEquals([...tokenizer.encode(text)], whole, JSON.stringify(text));
    assertEquals([...tokenizer.encodePrompt(text)], prompt, JSON.stringify(text));
  }
});

Deno.test("word: ids are special symbols first, then by count, then by first occurrence", () => {
  const { vocabulary } = WordTokenizer.train("z y x\nx z b a\n<unk> x");
  assertEquals(vocabulary.symbols, ["<unk>", "<eos>", "x", "z", "y", "b", "a"]);
  assertEquals(vocabulary.specials, ["<unk>", "<eos>"]);
  assertEquals(vocabulary.symbols.map((_, id) => vocabulary.count(id)), [1, 3, 3, 2, 1, 1, 1]);
});

Deno.test("word: rare words and those beyond the limit become <unk>, like a literal <unk>", () => {
  const text = "a a a <unk> b b c c d\n";
  const rare = WordTokenizer.train(text, { minCount: 2 });
  assertEquals(rare.vocabulary.symbols, ["<unk>", "<eos>", "a", "b", "c"]);
  assertEquals(rare.vocabulary.count(0), 2);
  assertEquals([...rare.encode("d a <unk>\n")], [0, 2, 0, 1]);
  assertEquals(rare.unknownSymbols("d a <unk> e"), ["d", "e"]);
  const small = WordTokenizer.train(text, { vocabSize: 4 });
  assertEquals(small.vocabulary.symbols, ["<unk>", "<eos>", "a", "b"]);
  assertEquals(small.vocabulary.count(0), 4);
});

Deno.test("word: without <unk>, unknown words and limits that drop words throw", () => {
  const tokenizer = WordTokenizer.train("a b <unk>\n", { unknown: false });
  assertEquals(tokenizer.vocabulary.symbols, ["<eos>", "a", "b", "<unk>"]);
  assertThrows(
    () => tokenizer.encode("a b\n cow"),
    RangeError,
    'word "cow" at index 5 is not among the 4 known symbols',
  );
  assertThrows(
    () => WordTokenizer.train("a a b", { unknown: false, minCount: 2 }),
    RangeError,
    "would drop 1 of 2 symbols",
  );
});

Deno.test("word: the tokenizer does not depend on how the corpus is split into chunks", () => {
  for (const text of ["one two  three\n\nfour two\n", "one two\nopen", " \n x", "\n"]) {
    const whole = WordTokenizer.train(text).vocabulary;
    for (let size = 1; size <= text.length; size++) {
      const pieces = Array.from(
        { length: Math.ceil(text.length / size) },
        (_, i) => text.slice(i * size, (i + 1) * size),
      );
      const { vocabulary } = WordTokenizer.train(["", ...pieces, ""]);
      assertEquals(vocabulary.symbols, whole.symbols);
      assertEquals(
        vocabulary.symbols.map((_, id) => vocabulary.count(id)),
        whole.symbols.map((_, id) => whole.count(id)),
      );
    }
  }
});

Deno.test("word: counts equal the counts of the corpus's ids", () => {
  for (const text of ["a b a\n\nb\n", "a\nb a", "a\nb ", "\n \n", " "]) {
    const tokenizer = WordTokenizer.train(text);
    const { vocabulary } = tokenizer;
    const ids = [...tokenizer.encode(text)];
    const counts = vocabulary.symbols.map((_, id) => ids.filter((it) => it === id).length);
    assertEquals(vocabulary.symbols.map((_, id) => vocabulary.count(id)), counts, JSON.stringify(text));
  }
});

Deno.test("word: white space follows Unicode", () => {
  for (let unit = 0; unit < 0x10000; unit++) {
    const character = String.fromCharCode(unit);
    const words = /\p{White_Space}/u.test(character) ? 2 : 1;
    if (character !== "\n") assertEquals(countWords(`a${character}b`), words, `U+${unit.toString(16)}`);
  }
});

Deno.test("word: a decoder continues from a prompt", () => {
  const tokenizer = WordTokenizer.train("the cat sat\n");
  const decoder = tokenizer.decoder();
  for (const id of tokenizer.encodePrompt("the cat")) decoder.push(id);
  const pieces = Array.from(tokenizer.encode("sat\nthe"), (id) => decoder.push(id));
  assertEquals(pieces, [" sat", "\n", "the", "\n"]);
});

Deno.test("word: special symbols are still special after saving and loading", () => {
  for (const unknown of [true, false]) {
    const tokenizer = WordTokenizer.train("x <y> x\n", { specials: ["<eod>", "[SEP]"], unknown });
    const copy = tokenizerFromJSON(JSON.parse(JSON.stringify(tokenizer))) as WordTokenizer;
    assertEquals(copy.vocabulary.specials, tokenizer.vocabulary.specials);
    const [eod, eos] = ["<eod>", "<eos>"].map((symbol) => copy.vocabulary.id(symbol)!);
    assertEquals([...copy.encode("<eod>", { allowedSpecial: ["<eod>"] })], [eod, eos]);
    if (unknown) assertEquals([...copy.encode("<eod>", { allowedSpecial: [] })], [0, eos]);
  }
});

Deno.test("word: words in brackets are as special as before after saving and loading", () => {
  const text = "[C] [E] [G] [C] <b>\n";
  for (
    const tokenizer of [
      WordTokenizer.train(text),
      WordTokenizer.train(text, { specials: ["<eod>"], unknown: false }),
      new WordTokenizer(new Vocabulary(["[C]", "<eos>", "<b>"], { specials: ["<eos>", "<b>"] })),
      new WordTokenizer(new Vocabulary(["<eos>", "[C]", "<b>", "<unk>"], { specials: ["<eos>"], unknown: "<unk>" })),
    ]
  ) {
    const json = JSON.parse(JSON.stringify(tokenizer));
    const copy = tokenizerFromJSON(json) as WordTokenizer;
    assertEquals(copy.kind, "word");
    assertEquals(copy.vocabulary.specials, tokenizer.vocabulary.specials);
    assertEquals([...copy.encode("[C] <b> <eos>")], [...tokenizer.encode("[C] <b> <eos>")]);
    assertEquals(JSON.parse(JSON.stringify(copy)), json);
  }
});

Deno.test("word: invalid vocabularies and corpora throw", () => {
  assertThrows(
    () => WordTokenizer.train("a", { specials: ["eod"] }),
    RangeError,
    'train a word tokenizer: expected special symbols such as <eos>, in brackets, found "eod"',
  );
  assertThrows(() => WordTokenizer.train(""), RangeError, "expected text, found none");
  assertThrows(
    () => WordTokenizer.train("a", { vocabSize: 2 }),
    RangeError,
    "vocabSize to be an integer of at least 3, found 2",
  );
  assertThrows(() => new WordTokenizer(new Vocabulary(["a"])), RangeError, "<eos> is not in the vocabulary");
  assertThrows(
    () => new WordTokenizer(new Vocabulary(["<eos>", "a b"])),
    RangeError,
    'without white space, found "a b"',
  );
  assertThrows(() => new WordTokenizer(new Vocabulary(["<eos>", ""])), RangeError, 'without white space, found ""');
});

const anyWords = WordTokenizer.train("a\n");

function countWords(text: string): number {
  return anyWords.encodePrompt(text).length;
}

/** Splits a text into chunks of a number of code units. */
function* piecesOf(text: string, size: number): Generator<string> {
  for (let i = 0; i < text.length; i += size) yield text.slice(i, i + size);
}

async function* later<T>(values: Iterable<T>): AsyncGenerator<T> {
  for (const value of values) yield await Promise.resolve(value);
}

Deno.test("word: a stream of chunks gives the same tokenizer as the whole text", async () => {
  const text = "one two  three\n\nfour two two\nthree one open";
  const options = { unknown: true, minCount: 2, vocabSize: 5 };
  const whole = JSON.stringify(WordTokenizer.train(text, options));
  for (let size = 1; size <= text.length; size++) {
    const streamed = await WordTokenizer.trainStream(later(piecesOf(text, size)), options);
    assertEquals(JSON.stringify(streamed), whole, `pieces of ${size}`);
  }
  await assertRejects(() => WordTokenizer.trainStream(later([])), RangeError, "expected text, found none");
});

Deno.test("a maxDistinct with which every word is dropped is named", async () => {
  const message = "maxDistinct: expected a number that keeps some words, found 1, with which all";
  assertThrows(() => WordTokenizer.train("a b c", { maxDistinct: 1 }), RangeError, message);
  const options = { ...presets.bpe(), maxDistinct: 1 };
  await assertRejects(() => PipelineTokenizer.train(["a b c d"], options), RangeError, message);
  assertThrows(() => WordTokenizer.train("", { maxDistinct: 1 }), RangeError, "expected text, found none");
});
