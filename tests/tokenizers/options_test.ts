import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  asPipeline,
  bertJSON,
  CharTokenizer,
  decoders,
  Encoding,
  gpt2JSON,
  models,
  normalizers,
  Padding,
  patterns,
  PipelineTokenizer,
  postProcessors,
  presets,
  preTokenizers,
  sentencePieceJSON,
  tiktokenJSON,
  trainers,
  Truncation,
  Vocabulary,
  WordTokenizer,
} from "../../tokenizers/mod.ts";
import { checkOptionsRefused } from "../support/options.ts";

const RANKS = Array.from({ length: 256 }, (_, byte) => `${btoa(String.fromCharCode(byte))} ${byte}\n`).join("");
const pattern = patterns.literalPattern("a");
const vocabulary = new Map([["a", 0], ["b", 1], ["ab", 2]]);
const model = new models.WordLevel({ vocabulary, unknownToken: "a" });
const pipeline = new PipelineTokenizer({ model, preTokenizer: new preTokenizers.Whitespace() });
const encoding = pipeline.encoding("a b");
const byteLevel = { addPrefixSpace: true, trimOffsets: true, useRegex: true };
const metaspace = { replacement: "_", prependScheme: "first", split: true };
const merging = { vocabSize: 9, usualSize: 9, minCount: 1, unknownToken: "a", specialTokens: ["a"], limitAlphabet: 5 };
const alphabet = { initialAlphabet: ["b"], continuingSubwordPrefix: "##" };
const counting = { minCount: 1, vocabSize: 9, unknown: true };
const parts = {
  normalizer: new normalizers.NFC(),
  preTokenizer: new preTokenizers.Whitespace(),
  postProcessor: new postProcessors.ByteLevel(),
  decoder: new decoders.Fuse(),
  truncation: new Truncation({ maxLength: 9 }),
  padding: new Padding(),
};

/** An action, the function that takes the options, and valid options; `mayBeAbsent` if the argument is optional. */
type Case = readonly [
  action: string,
  take: (options: never) => unknown,
  good: Record<string, unknown>,
  mayBeAbsent?: boolean,
];

const CASES: readonly Case[] = [
  ["train a character tokenizer", (options) => CharTokenizer.train("aab", options), counting, true],
  ["train a word tokenizer", (options) => WordTokenizer.train("a a b", options), { ...counting, maxDistinct: 9 }, true],
  ["build a vocabulary", (options) => new Vocabulary(["a"], options), { unknown: "a", specials: ["a"] }, true],
  [
    "build a vocabulary",
    (options) => Vocabulary.fromCounts(vocabulary, options),
    { unknown: "u", specials: ["s"], minCount: 1, vocabSize: 9, order: "given" },
    true,
  ],
  [
    "pad",
    (options) => new Padding(options),
    { length: 5, multipleOf: 2, direction: "Left", id: 0, typeId: 0, token: "p" },
    true,
  ],
  [
    "truncate",
    (options) => new Truncation(options),
    { maxLength: 5, strategy: "OnlyFirst", stride: 0, direction: "Left" },
  ],
  ["encode", (options) => pipeline.encoding("a", options), { addSpecialTokens: true, allowedSpecial: [] }, true],
  ["encode", (options) => pipeline.encodings(["a"], options), { addSpecialTokens: true, allowedSpecial: [] }, true],
  ["encode", (options) => pipeline.encode("a", options), { allowedSpecial: [] }, true],
  ["encode", (options) => pipeline.encodePrompt("a", options), { allowedSpecial: [] }, true],
  ["encode", (options) => WordTokenizer.train("a b").encode("a", options), { allowedSpecial: "all" }, true],
  ["decode", (options) => pipeline.decode([0], options), { skipSpecialTokens: true }, true],
  ["decode", (options) => pipeline.decoder(options), { skipSpecialTokens: true }, true],
  ["merge encodings", (options) => Encoding.merge([encoding, encoding], options), { growingOffsets: true }, true],
  ["build a tokenizer", (options) => new PipelineTokenizer(options), { ...parts, model, addedTokens: [] }],
  [
    "add a token",
    (options) => new PipelineTokenizer({ model, addedTokens: [options] }),
    { content: "x", id: 3, special: true, singleWord: true, leftStrip: true, rightStrip: true, normalized: true },
  ],
  ["choose a BPE preset", presets.bpe, {
    vocabSize: 300,
    usualSize: 9,
    minCount: 1,
    specialTokens: ["a"],
    splitDigits: true,
  }, true],
  [
    "choose a WordPiece preset",
    presets.wordpiece,
    { vocabSize: 300, usualSize: 9, minCount: 1, specialTokens: ["a"] },
    true,
  ],
  [
    "choose a Unigram preset",
    presets.unigram,
    { vocabSize: 300, usualSize: 9, minCount: 1, specialTokens: ["a"] },
    true,
  ],
  ["read a tokenizer", bertJSON, { vocab: "[UNK]\n[CLS]\n[SEP]", lowercase: true }],
  ["read a tokenizer", tiktokenJSON, { ranks: RANKS, pattern: "gpt2", specialTokens: {} }],
  ["read a tokenizer", gpt2JSON, { vocab: '{"a": 0, "b": 1, "ab": 2}', merges: "a b" }],
  [
    "build a BPE model",
    (options) => new models.BPE(options),
    {
      vocabulary,
      merges: [["a", "b"]],
      unknownToken: "a",
      continuingSubwordPrefix: "",
      endOfWordSuffix: "",
      fuseUnknown: true,
      byteFallback: true,
      ignoreMerges: true,
      dropout: 0,
      seed: 1,
    },
  ],
  ["build a WordLevel model", (options) => new models.WordLevel(options), { vocabulary, unknownToken: "a" }],
  [
    "build a WordPiece model",
    (options) => new models.WordPiece(options),
    { vocabulary, unknownToken: "a", continuingSubwordPrefix: "##", maxInputCharsPerWord: 5 },
  ],
  [
    "build a Unigram model",
    (options) => new models.Unigram(options),
    { pieces: [["a", -1]], unknownId: 0, byteFallback: true, sampling: { alpha: 1 } },
  ],
  [
    "train a BPE model",
    (options) => new trainers.BPE(options),
    { ...merging, ...alphabet, endOfWordSuffix: "", maxTokenLength: 5 },
    true,
  ],
  [
    "train a WordPiece model",
    (options) => new trainers.WordPiece(options),
    { ...merging, ...alphabet, maxTokenLength: 5 },
    true,
  ],
  [
    "train a WordLevel model",
    (options) => new trainers.WordLevel(options),
    { vocabSize: 9, minCount: 1, specialTokens: ["a"], unknownToken: "a" },
    true,
  ],
  [
    "train a Unigram model",
    (options) => new trainers.Unigram(options),
    {
      vocabSize: 9,
      usualSize: 9,
      specialTokens: ["a"],
      unknownToken: "a",
      initialAlphabet: ["b"],
      maxPieceLength: 5,
      seedSize: 9,
      seedEndings: true,
      shrinkingFactor: 0.5,
      subIterations: 1,
    },
    true,
  ],
  [
    "make a BERT normalizer",
    (options) => new normalizers.BERT(options),
    { cleanText: true, handleChineseChars: true, stripAccents: true, lowercase: true },
    true,
  ],
  ["make a normalizer that replaces", (options) => new normalizers.Replace(options), { pattern, content: "b" }],
  ["make a normalizer that strips", (options) => new normalizers.Strip(options), { left: true, right: true }, true],
  ["make a byte-level pre-tokenizer", (options) => new preTokenizers.ByteLevel(options), byteLevel, true],
  ["split at a delimiter", (options) => new preTokenizers.CharDelimiterSplit(options), { delimiter: "a" }],
  ["split at digits", (options) => new preTokenizers.Digits(options), { individualDigits: true }, true],
  ["split into k-mers", (options) => new preTokenizers.Kmer(options), { k: 2, stride: 2 }, true],
  ["cut to a fixed length", (options) => new preTokenizers.FixedLength(options), { length: 2 }, true],
  ["replace spaces", (options) => new preTokenizers.Metaspace(options), metaspace, true],
  ["split at punctuation", (options) => new preTokenizers.Punctuation(options), { behavior: "Removed" }, true],
  [
    "split at a pattern",
    (options) => new preTokenizers.Split(options),
    { pattern, behavior: "Removed", invert: true },
  ],
  ["make a BERT post-processor", (options) => new postProcessors.BERT(options), { sep: ["a", 0], cls: ["b", 1] }],
  ["make a byte-level post-processor", (options) => new postProcessors.ByteLevel(options), byteLevel, true],
  [
    "make a RoBERTa post-processor",
    (options) => new postProcessors.RoBERTa(options),
    { sep: ["a", 0], cls: ["b", 1], trimOffsets: true, addPrefixSpace: true },
  ],
  [
    "make a template",
    (options) => new postProcessors.Template(options),
    { single: "a $A", pair: "$A $B", specialTokens: { a: 0 } },
  ],
  ["make a BPE decoder", (options) => new decoders.BPE(options), { suffix: "a" }, true],
  ["make a byte-level decoder", (options) => new decoders.ByteLevel(options), byteLevel, true],
  [
    "make a CTC decoder",
    (options) => new decoders.CTC(options),
    { padToken: "a", wordDelimiterToken: "b", cleanup: true },
    true,
  ],
  ["make a k-mer decoder", (options) => new decoders.Kmer(options), { stride: 2 }, true],
  ["make a Metaspace decoder", (options) => new decoders.Metaspace(options), metaspace, true],
  ["make a decoder that replaces", (options) => new decoders.Replace(options), { pattern, content: "b" }],
  ["make a decoder that strips", (options) => new decoders.Strip(options), { content: "a", start: 1, stop: 1 }],
  ["make a WordPiece decoder", (options) => new decoders.WordPiece(options), { prefix: "a", cleanup: true }, true],
];

for (const [index, [action, take, good, mayBeAbsent]] of CASES.entries()) {
  Deno.test(`${action} (${index}): rejects unknown options and wrong types`, () => {
    checkOptionsRefused(action, take, good, { mayBeAbsent });
  });
}

Deno.test("a former option name is rejected, and the valid names are listed", () => {
  const message = 'train a character tokenizer: unknown option "maxSize"; expected one of minCount, vocabSize, unknown';
  assertThrows(() => CharTokenizer.train("aab", { maxSize: 3 } as never), TypeError, message);
});

Deno.test("a missing required option is named", () => {
  const message = "build a WordLevel model: expected vocabulary to be a Map, found none";
  assertThrows(() => new models.WordLevel({} as never), TypeError, message);
  const vocabulary = new Int32Array(1);
  const found = "to be a Map, found an object of the class Int32Array";
  assertThrows(() => new models.WordLevel({ vocabulary, unknownToken: "" } as never), TypeError, found);
});

Deno.test("the sampling options of a Unigram model are checked", () => {
  const message = 'sample a Unigram model: unknown option "beta"; expected one of alpha, nBest, seed';
  const sampling = { alpha: 1, beta: 1 };
  assertThrows(() => new models.Unigram({ pieces: [["a", -1]], sampling }), TypeError, message);
});

Deno.test("asynchronous training rejects unknown options, wrong types and corpora that are not text", async () => {
  const trainer = new trainers.BPE({ vocabSize: 5 });
  const calls: readonly (readonly [call: () => Promise<unknown>, message: string])[] = [
    [
      () => CharTokenizer.trainStream(5 as never),
      "train a character tokenizer: expected the corpus to be text, or a sequence or stream of texts, found 5",
    ],
    [
      () => WordTokenizer.trainStream(new ReadableStream<string>(), { maxSize: 3 } as never),
      'train a word tokenizer: unknown option "maxSize"; expected one of minCount, vocabSize, unknown',
    ],
    [
      () => PipelineTokenizer.train(5 as never, { trainer }),
      "train a tokenizer: expected the corpus to be text, or a sequence or stream of texts, found 5",
    ],
    [
      () => PipelineTokenizer.train(["a"], undefined as never),
      "train a tokenizer: expected an object of options, found none",
    ],
    [
      () => PipelineTokenizer.train(["a"], {} as never),
      "train a tokenizer: expected trainer to be an object with the method train, found none",
    ],
    [() => PipelineTokenizer.train(["a"], { trainer, model } as never), 'train a tokenizer: unknown option "model"; '],
    [
      () => PipelineTokenizer.train(["a"], { trainer, onProgress: 5 as never }),
      "train a tokenizer: expected onProgress to be a function, found 5",
    ],
    [
      () => trainers.countPieces(null as never),
      "count pieces: expected the corpus to be text, or a sequence or stream of texts, found null",
    ],
    [() => trainers.countPieces("a", { decoder: 5 } as never), 'count pieces: unknown option "decoder"; '],
    [
      () => PipelineTokenizer.train(["a"], { trainer, maxDistinct: "5" as never }),
      'train a tokenizer: expected maxDistinct to be a number, found "5"',
    ],
  ];
  for (const [call, message] of calls) await assertRejects(call, TypeError, message);
  assertEquals((await PipelineTokenizer.train(["a b"], { ...parts, trainer, plainTokens: ["x"] })).size, 3);
});

Deno.test("arguments of the wrong kind are rejected", () => {
  const calls: readonly (readonly [call: (wrong: never) => unknown, message: string])[] = [
    [CharTokenizer.train, "train a character tokenizer: expected the corpus to be text or a sequence of texts"],
    [WordTokenizer.train, "train a word tokenizer: expected the corpus to be text or a sequence of texts"],
    [(wrong) => new CharTokenizer(wrong), "build a character tokenizer: expected the vocabulary to be a Vocabulary"],
    [(wrong) => new WordTokenizer(wrong), "build a word tokenizer: expected the vocabulary to be a Vocabulary"],
    [(wrong) => new Vocabulary(wrong), "build a vocabulary: expected the symbols to be text or a sequence of texts"],
    [Vocabulary.fromCounts, "build a vocabulary: expected the counts to be a Map"],
    [asPipeline, "make a pipeline: expected the tokenizer to be an object with the method toJSON"],
    [(wrong) => pipeline.encodings(wrong), "encode: expected the inputs to be text or a sequence of texts"],
    [(wrong) => new trainers.BPE().train(wrong), "train a BPE model: expected the counts to be a Map"],
    [sentencePieceJSON, "read a tokenizer: expected the file to be a Uint8Array"],
    [(wrong) => new normalizers.Prepend(wrong), "make a normalizer that prepends: expected the text to be a string"],
    [
      (wrong) => new normalizers.Precompiled(wrong),
      "make a precompiled normalizer: expected its map to be a Uint8Array",
    ],
    [(wrong) => new normalizers.Sequence(wrong), "make a sequence: expected the normalizers to be a list"],
    [(wrong) => new preTokenizers.Sequence(wrong), "make a sequence: expected the pre-tokenizers to be a list"],
    [(wrong) => new postProcessors.Sequence(wrong), "make a sequence: expected the post-processors to be a list"],
    [(wrong) => new decoders.Sequence(wrong), "make a sequence: expected the decoders to be a list"],
    [patterns.literalPattern, "make a pattern: expected the text to be a string"],
    [patterns.regexPattern, "make a pattern: expected the expression to be a string"],
  ];
  for (const [call, message] of calls) {
    for (const [wrong, found] of [[5, "5"], [null, "null"], [undefined, "none"], [{}, "{}"]] as const) {
      assertThrows(() => call(wrong as never), TypeError, `${message}, found ${found}`);
    }
  }
});
