import { assert, assertEquals, assertRejects } from "@std/assert";
import { ByteTokenizer, CharTokenizer, encodeText, type Tokenizer, Vocabulary, WordTokenizer } from "../../../mod.ts";
import type { TextSource, TokenIds } from "../../../tasks/mod.ts";
import { countCharacters } from "../../../tasks/data/characters.ts";
import { babble } from "../../support/command.ts";

const TEXTS = [
  "",
  "a",
  "\n",
  babble(300),
  "é😀\n".repeat(20) + "😀".repeat(30) + "no line end",
  "onelongword".repeat(20) + " then\u3000others \n\n and   spaces" + " ".repeat(40),
  "  \n",
];

/** All ids, read in order. */
async function readAll(ids: TokenIds): Promise<number[]> {
  const all: number[] = [];
  while (all.length < ids.length) {
    const block = await ids.block(all.length);
    all.push(...block.ids.subarray(all.length - block.start));
  }
  return all;
}

const corpus = TEXTS.join("");
const tokenizers: Tokenizer[] = [
  new ByteTokenizer(),
  CharTokenizer.train(corpus),
  WordTokenizer.train(corpus),
  WordTokenizer.train("the cat sat\n"),
];

for (const tokenizer of tokenizers) {
  Deno.test(`the ids of blocks equal those of the whole text, in memory or not: ${tokenizer.kind}, ${tokenizer.size} symbols`, async () => {
    for (const text of TEXTS) {
      const source: TextSource = { length: text.length, slice: (a, b) => Promise.resolve(text.slice(a, b)) };
      for (const blockLength of [1, 2, 3, 7, 64, undefined]) {
        for (const heldLength of [0, Infinity]) {
          const ids = await encodeText(source, tokenizer, { blockLength, heldLength });
          assertEquals(await readAll(ids), [...tokenizer.encode(text)], `${JSON.stringify(text)}, ${blockLength}`);
          assertEquals([ids.length, ids.characters], [tokenizer.encode(text).length, [...text].length]);
        }
      }
    }
  });
}

Deno.test("every position is in the block returned for it", async () => {
  const text = babble(400);
  const tokenizer = WordTokenizer.train(text);
  const expected = tokenizer.encode(text);
  const ids = await encodeText(text, tokenizer, { blockLength: 10, heldLength: 0 });
  for (let position = 0; position < ids.length; position++) {
    const block = await ids.block(position);
    assertEquals(block.ids[position - block.start], expected[position]);
    assert(block.ids.length < 10);
  }
});

Deno.test("ids take one byte in a vocabulary of 256, two up to 65,536, else four", async () => {
  const vocabularies: [number, string][] = [[2, "Uint8Array"], [256, "Uint8Array"], [257, "Uint16Array"], [
    65_536,
    "Uint16Array",
  ], [65_537, "Int32Array"]];
  for (const [size, name] of vocabularies) {
    const tokenizer = new CharTokenizer(
      new Vocabulary(Array.from({ length: size }, (_, i) => String.fromCodePoint(i))),
    );
    const last = String.fromCodePoint(size - 1);
    const { ids } = await (await encodeText("\0" + last, tokenizer)).block(0);
    assertEquals([ids.constructor.name, ...ids], [name, 0, size - 1]);
  }
});

Deno.test("only the requested blocks of a long text are read", async () => {
  const text = babble(10_000);
  let read = 0;
  const source: TextSource = { length: text.length, slice: (a, b) => (read += b - a, text.slice(a, b)) };
  const options = { blockLength: 100, heldLength: 9_999 };
  const ids = await encodeText(source, new ByteTokenizer(), options);
  assertEquals(read, text.length);
  const { start, ids: block } = await ids.block(5050);
  assertEquals([start, block, read], [5000, new TextEncoder().encode(text.slice(5000, 5100)), text.length + 100]);
  const held = await encodeText(source, new ByteTokenizer(), { ...options, heldLength: 10_000 });
  read = 0;
  await readAll(held);
  assertEquals(read, 0);
});

Deno.test("a text that has changed when it is read again is refused", async () => {
  let text = "one two three four";
  const source: TextSource = { length: text.length, slice: (a, b) => text.slice(a, b) };
  const ids = await encodeText(source, WordTokenizer.train(text), { heldLength: 0 });
  text = "one two threefour ";
  await assertRejects(async () => await ids.block(0), RangeError, "expected the 5 tokens found before, found 4");
});

Deno.test("an unknown symbol is reported with its index", async () => {
  const tokenizer = CharTokenizer.train("ab");
  const encode = (text: string) => () => encodeText(text, tokenizer, { blockLength: 4 });
  await assertRejects(encode("abc"), RangeError, '"c" (U+0063) at index 2 is not among the 2 known symbols');
  await assertRejects(
    encode("abababc"),
    RangeError,
    "at index 2 is not among the 2 known symbols; the index counts from 4",
  );
});

Deno.test("characters are counted as code points", () => {
  for (const text of ["", "a", "é😀", "😀😀", "\ud83d", "\ude00\ud83d", "x\ud83d\ud83d\ude00\ude00"]) {
    assertEquals(countCharacters(text), [...text].length, JSON.stringify(text));
  }
});
