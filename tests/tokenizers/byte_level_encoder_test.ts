import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { AlignedText } from "../../tokenizers/aligned_text.ts";
import { byteSymbols } from "../../tokenizers/byte_symbols.ts";
import { BPE, type BPEOptions } from "../../tokenizers/models/bpe.ts";
import { ByteLevelEncoder } from "../../tokenizers/byte_level_encoder.ts";
import { ByteLevel } from "../../tokenizers/pre_tokenizers/byte_level.ts";
import { Digits } from "../../tokenizers/pre_tokenizers/digits.ts";
import type { PreTokenizer } from "../../tokenizers/pre_tokenizers/pre_tokenizer.ts";
import { Sequence } from "../../tokenizers/pre_tokenizers/sequence.ts";
import { Split } from "../../tokenizers/pre_tokenizers/split.ts";
import { Whitespace } from "../../tokenizers/pre_tokenizers/whitespace.ts";
import { SeededRandom } from "../../tokenizers/random.ts";
import { regexPattern } from "../../tokenizers/regex/mod.ts";
import { randomModel, randomText } from "./models/naive_bpe.ts";

const SYMBOLS = byteSymbols();
/** Symbols of common bytes come first, so that most random merges use them. */
const ORDERED = [..." abé日😀".normalize()].flatMap(bytesOf).map((byte) => SYMBOLS[byte]);
const RANDOM = randomModel([...new Set([...ORDERED, ...SYMBOLS])], 400, 11);
const CHARACTERS = [..." ab ab'sé日😀\n\t12!", "\ud800", "\udc00", "\u2029", "e\u0301", "\u0000", "\u200d"];
const cut = {
  cut: (text: string, found: (text: string, from: number, end: number) => void): void => {
    for (let from = 0, end = 0; from < text.length; from = end) {
      end = (text.indexOf(" ", from + 1) + 1 || text.length + 1) - 1;
      found(text, from, end);
    }
  },
};

Deno.test("encode equals the pre-tokenizer followed by the model", () => {
  const random = new SeededRandom(12);
  const texts = Array.from({ length: 200 }, (_, i) => randomText(CHARACTERS, 2 * i, random));
  texts.push("", " ", "a".repeat(500), "日".repeat(200), " ".repeat(1000), "😀".repeat(48), "\ud83d");
  for (const options of [{}, { ignoreMerges: true }]) {
    const model = new BPE({ ...RANDOM, ...options });
    for (const preTokenizer of preTokenizers()) {
      const encoder = ByteLevelEncoder.of(model, preTokenizer);
      assertInstanceOf(encoder, ByteLevelEncoder);
      const expected = texts.map((text) => slowly(model, preTokenizer, text).join());
      // The second time, pieces come from the cache.
      for (const _ of ["first", "second"]) {
        texts.forEach((text, i) => assertEquals([...encoder.encode(text)].join(), expected[i], text));
      }
    }
  }
});

Deno.test("encode gives the same ids after the cache overflows", () => {
  const model = new BPE(RANDOM);
  const words = Array.from({ length: 70_000 }, (_, i) => ` ${i.toString(36)}ab`);
  const encoder = new ByteLevelEncoder(model, cut);
  const ids = [...encoder.encode(words.join(""))];
  const apart = [0, 20_000, 40_000, 60_000].flatMap((from) => {
    return [...new ByteLevelEncoder(model, cut).encode(words.slice(from, from + 20_000).join(""))];
  });
  assertEquals(ids.length, apart.length);
  assertEquals(ids.every((id, i) => id === apart[i]), true);
  assertEquals([...encoder.encode(words.join(""))].join() === apart.join(), true);
});

Deno.test("encodeBytes encodes UTF-8 as text and each run of other bytes as one piece", () => {
  const vocabulary = new Map(SYMBOLS.map((symbol, byte) => [symbol, byte]));
  const merge = (...bytes: number[]): [string, string] => {
    const [left, right] = bytes.map((byte) => SYMBOLS[byte]);
    vocabulary.set(left + right, vocabulary.size);
    return [left, right];
  };
  const merges = [merge(0xc3, 0xa9), merge(0xff, 0xfe), merge(0x61, 0xff), merge(0xa9, 0xff)];
  const encoder = new ByteLevelEncoder(new BPE({ vocabulary, merges }), cut);
  assertEquals([...encoder.encodeBytes(Uint8Array.of(0x61, 0xff, 0xfe, 0xc3, 0xa9, 0xff))], [0x61, 257, 256, 0xff]);
  assertEquals([...encoder.encodeBytes(Uint8Array.of(0xc3))], [0xc3]);
  assertEquals([...encoder.encodeBytes(Uint8Array.of())], []);
  assertEquals([...encoder.encodeBytes(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))], [0xef, 0xbb, 0xbf, 0x61]);
});

Deno.test("decodeBytes restores the bytes and the text", () => {
  const encoder = new ByteLevelEncoder(new BPE(RANDOM), cut);
  const random = new SeededRandom(13);
  for (let i = 0; i < 2000; i++) {
    const bytes = Uint8Array.from({ length: i % 60 }, () => random.next() * (i % 2 === 0 ? 256 : 160));
    assertEquals(encoder.decodeBytes(encoder.encodeBytes(bytes)), bytes);
    const text = randomText(CHARACTERS, i % 50, random);
    assertEquals(new TextDecoder().decode(encoder.decodeBytes(encoder.encode(text))), text.toWellFormed());
  }
});

Deno.test("decodeBytes yields the UTF-8 of tokens without byte symbols, and rejects unknown ids", () => {
  const vocabulary = new Map([...SYMBOLS, "日 a"].map((symbol, byte) => [symbol, byte]));
  const encoder = new ByteLevelEncoder(new BPE({ vocabulary, merges: [] }), cut);
  assertEquals(new TextDecoder().decode(encoder.decodeBytes([256, 0x61])), "日 aa");
  assertThrows(() => encoder.decodeBytes([257]), RangeError, "found 257");
});

Deno.test("other models and pre-tokenizers have no encoder", () => {
  const byteLevel = new ByteLevel();
  const of = (options: Partial<BPEOptions>): ByteLevelEncoder | undefined =>
    ByteLevelEncoder.of(new BPE({ ...RANDOM, merges: [], ...options }), byteLevel);
  assertInstanceOf(of({}), ByteLevelEncoder);
  assertEquals(of({ dropout: 0.1 }), undefined);
  assertEquals(of({ endOfWordSuffix: "</w>" }), undefined);
  assertEquals(of({ continuingSubwordPrefix: "##" }), undefined);
  assertEquals(of({ vocabulary: new Map(SYMBOLS.slice(1).map((symbol, id) => [symbol, id])) }), undefined);
  assertEquals(ByteLevelEncoder.of(new BPE(RANDOM), new Whitespace()), undefined);
  const prefixing = new Sequence([new Whitespace(), new ByteLevel()]);
  assertEquals(ByteLevelEncoder.of(new BPE(RANDOM), prefixing), undefined);
  assertEquals(ByteLevelEncoder.of(new BPE(RANDOM), undefined), undefined);
  const lacking = new BPE({ vocabulary: new Map([["a", 0]]), merges: [] });
  assertThrows(() => new ByteLevelEncoder(lacking, cut), RangeError, "no token for the byte 0");
});

function preTokenizers(): PreTokenizer[] {
  const split = new Split({ pattern: regexPattern("\\p{L}+|\\s+(?!\\S)"), behavior: "MergedWithPrevious" });
  const pattern = regexPattern("\\p{L}{1,3}|(?=1)|\\s+(?!\\S)");
  const [plain, cutting] = [false, true].map((useRegex) => new ByteLevel({ useRegex, addPrefixSpace: false }));
  return [
    ...[true, false].flatMap((useRegex) =>
      [true, false].map((addPrefixSpace) => new ByteLevel({ useRegex, addPrefixSpace }))
    ),
    new Sequence([split, plain]),
    ...[true, false].flatMap((invert) =>
      [plain, cutting].map((last) => new Sequence([new Split({ pattern, behavior: "Isolated", invert }), last]))
    ),
    new Sequence([new Digits({ individualDigits: true }), cutting]),
    new Sequence([new Whitespace(), new Sequence([split, cutting])]),
  ];
}

function slowly(model: BPE, preTokenizer: PreTokenizer, text: string): number[] {
  const ids: number[] = [];
  const sink = { push: (id: number): void => void ids.push(id) };
  for (const piece of preTokenizer.split(AlignedText.of(text))) {
    model.tokenize(piece.text, sink);
  }
  return ids;
}

function bytesOf(text: string): number[] {
  return [...new TextEncoder().encode(text)];
}
