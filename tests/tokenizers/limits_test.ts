// A small tokenizer.json cannot ask for much memory or time: each need is refused with its field and its limit.

import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  AlignedText,
  decoders,
  normalizers,
  Padding,
  patterns,
  PipelineTokenizer,
  postProcessors,
  tiktokenJSON,
  Truncation,
} from "@elman/elman/tokenizers";

const MODEL = { type: "WordLevel", vocab: { "[UNK]": 0, a: 1 }, unk_token: "[UNK]" };

/** Reads a file with these fields. */
function read(fields: Record<string, unknown>): PipelineTokenizer {
  return PipelineTokenizer.fromJSON({ version: "1.0", model: MODEL, ...fields });
}

const PADDING = {
  strategy: "BatchLongest",
  direction: "Right",
  pad_to_multiple_of: null,
  pad_id: 0,
  pad_type_id: 0,
  pad_token: "[PAD]",
};

Deno.test("a padding beyond the limit is refused, and one at the limit works", () => {
  const fixed = (length: number) => ({ padding: { ...PADDING, strategy: { Fixed: length } } });
  const limit = "expected at most 131072, found";
  assertThrows(() => read(fixed(2e7)), RangeError, `padding.strategy.Fixed: ${limit} 20000000`);
  const multiple = { padding: { ...PADDING, pad_to_multiple_of: 131_073 } };
  assertThrows(() => read(multiple), RangeError, `padding.pad_to_multiple_of: ${limit} 131073`);
  assertThrows(() => new Padding({ length: 2e7 }), RangeError, "pad: length: expected a whole number from 0 to 131072");
  assertEquals(read(fixed(131_072)).encoding("a").length, 131_072);
});

Deno.test("a stride that repeats tokens in many parts is refused", () => {
  const truncation = { max_length: 1000, strategy: "LongestFirst", stride: 999, direction: "Right" };
  assertThrows(() => read({ truncation }), RangeError, "truncate: stride: expected at most 984 of 1000 tokens");
  assertEquals(new Truncation({ maxLength: 1000, stride: 984 }).stride, 984);
});

const DOUBLING = { pattern: { String: "a" }, content: "aa" };

Deno.test("normalizers that make a text grow without end are refused when they do", () => {
  const sequence = { type: "Sequence", normalizers: new Array(40).fill({ type: "Replace", ...DOUBLING }) };
  const tokenizer = read({ normalizer: sequence });
  const message = "encode: normalizer: rewrite a text: expected a text of 1 byte to grow to at most 1036 code units, " +
    "12 for each byte and 1024 more, found at least";
  assertThrows(() => tokenizer.encode("a"), RangeError, message);
  assertThrows(() => tokenizer.encode("a".repeat(1000)), RangeError, "grow to at most 13024 code units");
  const long = read({ normalizer: { type: "Replace", pattern: { String: "a" }, content: "b".repeat(100_000) } });
  assertThrows(
    () => long.encode("aaaa"),
    RangeError,
    "at most 1072 code units, 12 for each byte and 1024 more, found at least 100000",
  );
  const prefixed = read({ normalizer: { type: "Prepend", prepend: "b".repeat(100_000) } });
  assertThrows(() => prefixed.encode("a"), RangeError, "found at least 100000");
});

Deno.test("pre-tokenizers and decoders that make a text grow without end are refused when they do", () => {
  const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: false };
  const pieces = read({ pre_tokenizer: { type: "Sequence", pretokenizers: new Array(40).fill(byteLevel) } });
  assertThrows(
    () => pieces.encode("é"),
    RangeError,
    "encode: pre_tokenizer: rewrite a text: expected a text of 2 bytes",
  );
  const members = new Array(40).fill({ type: "Replace", ...DOUBLING });
  const decoding = read({ decoder: { type: "Sequence", decoders: members } });
  assertThrows(
    () => decoding.decode([1]),
    RangeError,
    "decode: expected a text of 2 bytes to grow to at most 1048 code units",
  );
  const long = new decoders.Replace({ pattern: patterns.regexPattern("a"), content: "b".repeat(1000) });
  assertThrows(() => decoders.decodeTokens(long, ["a", "a"]), RangeError, "grow to at most 1072");
});

Deno.test("the limit holds for all pieces of a text together", () => {
  const byteLevel = { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true };
  const metaspace = { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true };
  const split = { type: "Split", pattern: { Regex: "[\\s\\S]" }, behavior: "Isolated", invert: false };
  const sequence = (pretokenizers: unknown[]) => ({ type: "Sequence", pretokenizers });
  const repeated = new Array(8).fill([split, metaspace, byteLevel]).flat();
  const nested = Array.from({ length: 30 }).reduce((inner) => sequence([inner, byteLevel]), byteLevel);
  for (const pre_tokenizer of [sequence(new Array(24).fill(byteLevel)), sequence(repeated), nested]) {
    const tokenizer = read({ pre_tokenizer });
    const message = "encode: pre_tokenizer: split a text: expected a text of 1 byte to grow to at most 1036 code units";
    assertThrows(() => tokenizer.encode("a"), RangeError, message);
    assertThrows(() => tokenizer.encoding("a".repeat(1000)), RangeError, "found at least");
  }
  // Each text between two added tokens is normalized on its own.
  const prefixed = read({
    normalizer: { type: "Prepend", prepend: "b".repeat(1000) },
    added_tokens: [{ id: 5, content: "<x>", special: true, normalized: false }],
  });
  assertEquals(prefixed.encoding("a").tokens, ["[UNK]"]);
  const message = "normalize a text: expected a text of 5 bytes to grow to at most 1084 code units";
  assertThrows(() => prefixed.encode("a<x>a"), RangeError, message);
});

Deno.test("what Unicode normalization, byte symbols and Hangul add to a text is within the limit", () => {
  const characters = ["\ufdfa", "\u1f82", "\u{1d160}", "각", "\uffa0", "é", "😀", "漢", "ﬃ", "\u{2f800}", "İ"];
  const chain = new normalizers.Sequence([
    new normalizers.NFKD(),
    new normalizers.BERT({ stripAccents: false }),
    new normalizers.Lowercase(),
    new normalizers.ByteLevel(),
    new normalizers.Prepend("▁"),
  ]);
  for (const character of characters) {
    for (const count of [1, 1000]) {
      const { text } = chain.normalize(AlignedText.of(character.repeat(count)));
      assert(text.length >= count, character);
    }
  }
});

Deno.test("a pattern with too many steps, classes or code units is refused", () => {
  const split = (regex: string) => () =>
    read({ pre_tokenizer: { type: "Split", pattern: { Regex: regex }, behavior: "Isolated", invert: false } });
  const place = "read a tokenizer: pre_tokenizer.pattern.Regex: read a pattern: ";
  const classes = Array.from({ length: 2000 }, (_, i) => `[${String.fromCodePoint(0x4e00 + i)}b]`).join("");
  assertThrows(split(classes), SyntaxError, `${place}more than 48 different classes`);
  assertThrows(split("(?:a?){1000}".repeat(6)), SyntaxError, `${place}more than 4000 steps`);
  assertThrows(split("a".repeat(100_000)), SyntaxError, `${place}more than 65536 code units`);
  assertThrows(split("[".repeat(60_000)), SyntaxError, `${place}classes more than 50 deep`);
});

Deno.test("a pattern that takes too many steps or too much memory for a text is refused when it does", () => {
  const find = (regex: string, text: string) => () => patterns.regexPattern(regex).forEachMatch(text, () => {});
  const steps = (units: number) => `steps, 128 for each of ${units} code units and 4 more, found more`;
  assertThrows(find("(?:a?){900}b", "a".repeat(20_000)), RangeError, steps(20_000));
  assertThrows(find(`(?:${"a|".repeat(300)}a)(?>a{300})b`, "a".repeat(5000)), RangeError, steps(5000));
  assertThrows(find(`(?:a|(?<=${"a".repeat(900)})a)b`, "a".repeat(20_000)), RangeError, steps(20_000));
  const memory = 'match the pattern "(?:a?){1000}": expected at most 42377216 bytes for what cannot match, ' +
    "256 for each of 100000 code units and 65536 more, found more";
  assertThrows(find("(?:a?){1000}", "a".repeat(100_000)), RangeError, memory);
});

Deno.test("an id that a post-processor or a padding adds must be below the size", () => {
  const special = (id: number) => ({ "[S]": { id: "[S]", ids: [id], tokens: ["[S]"] } });
  const a = { Sequence: { id: "A", type_id: 0 } };
  const [b, s] = [{ Sequence: { id: "B", type_id: 0 } }, { SpecialToken: { id: "[S]", type_id: 0 } }];
  const template = (id: number, single: unknown[] = [a, s]) => ({
    type: "TemplateProcessing",
    single,
    pair: [a, b, s],
    special_tokens: special(id),
  });
  const bert = (id: number) => ({ type: "BertProcessing", sep: ["[S]", id], cls: ["[C]", 0] });
  const roberta = (id: number) => ({
    type: "RobertaProcessing",
    sep: ["[S]", 0],
    cls: ["[C]", id],
    trim_offsets: true,
    add_prefix_space: false,
  });
  const sequence = (id: number) => ({ type: "Sequence", processors: [bert(0), template(id)] });
  const inPairs = (id: number) => template(id, [a]);
  const message = "build a tokenizer: the id of a special token of the post-processor: expected 0 to 1, found";
  for (const make of [template, bert, roberta, sequence, inPairs]) {
    assertThrows(() => read({ post_processor: make(300_000) }), RangeError, `${message} 300000`);
    assertThrows(() => read({ post_processor: make(2) }), RangeError, `${message} 2`);
    const added = [{ id: 5, content: "<x>", special: true }];
    // An unused id has a row in an embedding.
    assertEquals(read({ post_processor: make(3), added_tokens: added }).size, 6);
  }
  const padding = { ...PADDING, pad_id: 2 };
  assertThrows(() => read({ padding }), RangeError, "the id of the padding token: expected 0 to 1, found 2");
});

Deno.test("post-processors that add many special tokens are refused", () => {
  const specialTokens = new Map([["[S]", new Array<[string, number]>(100).fill(["[S]", 0])]]);
  const single = `$A${" [S]".repeat(1000)}`;
  const make = () => new postProcessors.Template({ single, specialTokens });
  assertThrows(make, RangeError, "add special tokens: expected at most 4096 for a text, found 100000");
  const members = new Array(50).fill(new postProcessors.Template({ single: "$A [S]", pair: "$A $B", specialTokens }));
  const sequence = () => new postProcessors.Sequence(members);
  assertThrows(sequence, RangeError, "expected at most 4096 for a text, found 5000");
});

Deno.test("ids far beyond the number of tokens are refused", () => {
  const added = (id: number) => ({ added_tokens: [{ id, content: "<x>", special: true }] });
  const message = "build a tokenizer: the largest id: expected at most 1048576 unused ids below it";
  assertThrows(() => read(added(2_000_000_000)), RangeError, message);
  assertThrows(() => read({ model: { ...MODEL, vocab: { "[UNK]": 0, a: 2_000_000 } } }), RangeError, message);
  assertEquals(read(added(1_000_000)).size, 1_000_001);
});

Deno.test("tokens that are looked up at each position of a text are refused if they are long", () => {
  const long = "a".repeat(5000);
  const refuses = (fields: Record<string, unknown>, message: string): void => {
    assertThrows(() => read(fields), RangeError, message);
  };
  const most = "expected a token of at most 512 code units, found 5000";
  refuses({ added_tokens: [{ id: 2, content: long }] }, `add a token: ${most}`);
  refuses({ model: { type: "Unigram", vocab: [["a", -1], [long, -1]] } }, `build a Unigram model: ${most}`);
  const wordPiece = { type: "WordPiece", unk_token: "a", continuing_subword_prefix: "##", vocab: { a: 0, [long]: 1 } };
  read({ model: { ...wordPiece, max_input_chars_per_word: 100 } });
  const characters = "max_input_chars_per_word: expected at most 512 for a vocabulary with a token of 5000 characters";
  refuses({ model: { ...wordPiece, max_input_chars_per_word: 1e9 } }, characters);
  read({ model: { ...wordPiece, vocab: { a: 0 }, max_input_chars_per_word: 1e9 } });
  const affixes = { type: "BPE", vocab: { a: 0 }, merges: [], continuing_subword_prefix: long };
  refuses({ model: affixes }, "continuingSubwordPrefix: expected at most 256 code units, found 5000");
  const ranks = Array.from({ length: 256 }, (_, byte) => `${btoa(String.fromCharCode(byte))} ${byte}\n`).join("");
  const file = { ranks: `${ranks}${btoa(long)} 256\n`, pattern: "gpt2" };
  assertThrows(() => tiktokenJSON(file), RangeError, "line 257: expected a token of at most 1024 bytes");
});

Deno.test("more than 64 parts of a kind are refused, nested ones included", () => {
  const kinds = [
    ["normalizer", "normalizers", { type: "NFC" }, "normalizers"],
    ["pre_tokenizer", "pretokenizers", { type: "Whitespace" }, "pre-tokenizers"],
    ["post_processor", "processors", { type: "BertProcessing", sep: ["a", 1], cls: ["a", 1] }, "post-processors"],
    ["decoder", "decoders", { type: "Fuse" }, "decoders"],
  ] as const;
  for (const [field, list, part, what] of kinds) {
    const sequence = (parts: unknown[]) => ({ type: "Sequence", [list]: parts });
    const message = `make a sequence: expected at most 64 ${what} in all, found 65`;
    read({ [field]: sequence(new Array(64).fill(part)) });
    assertThrows(() => read({ [field]: sequence(new Array(65).fill(part)) }), RangeError, message);
    const nested = new Array(13).fill(sequence(new Array(4).fill(part)));
    assertThrows(() => read({ [field]: sequence(nested) }), RangeError, message);
  }
});

Deno.test("parts that are nested too deep are refused, and deep values are shown in short", () => {
  const nested = (depth: number, wrap: (inner: unknown) => unknown): unknown =>
    Array.from({ length: depth }).reduce<unknown>(wrap, { type: "NFC" });
  const sequence = (inner: unknown) => ({ type: "Sequence", normalizers: [inner] });
  assertThrows(() => read({ normalizer: nested(50_000, sequence) }), RangeError, "expected fewer nested parts");
  const error = assertThrows(() => read({ normalizer: { type: nested(50_000, (inner) => [inner]) } }), SyntaxError);
  assert(error.message.length < 500);
});

Deno.test("many added tokens are found, and vocabularies may have any names", () => {
  const added = Array.from({ length: 50_000 }, (_, i) => ({ id: i + 2, content: `<${i}>`, special: true }));
  assertEquals([...read({ added_tokens: added }).encode("<49999><7>")], [50_001, 9]);
  const names = JSON.parse('{"[UNK]": 0, "__proto__": 1, "constructor": 2, "\\ud800": 3}');
  const tokenizer = read({ model: { ...MODEL, vocab: names } });
  const copy = PipelineTokenizer.fromJSON(JSON.parse(JSON.stringify(tokenizer)));
  for (const name of ["__proto__", "constructor", "\ud800"]) {
    assertEquals([...copy.encode(name)], [Object.entries(names).find(([key]) => key === name)![1] as number]);
  }
});
