import { assertEquals, assertThrows } from "@std/assert";
import { sentencePieceJSON } from "../../../tokenizers/files/mod.ts";
import { PipelineTokenizer } from "../../../tokenizers/pipeline_tokenizer.ts";
import { protobuf, type ProtobufField } from "./protobuf_writer.ts";

// The expected values come from SentencePiece 0.1.97 with the same files.

/** Piece type numbers. */
const [NORMAL, UNKNOWN, CONTROL, USER_DEFINED, UNUSED, BYTE] = [1, 2, 3, 4, 5, 6];
/** Field numbers of the trainer's and the normalizer's settings. */
const [MODEL_TYPE, BYTE_FALLBACK, UNKNOWN_SURFACE] = [3, 35, 44];
const [CHARS_MAP, ADD_DUMMY_PREFIX, REMOVE_EXTRA_WHITESPACES, ESCAPE_WHITESPACES] = [2, 3, 4, 5];

type Piece = readonly [text: string, score: number, type: number];

const UNIGRAM: readonly Piece[] = [
  ["<unk>", 0, UNKNOWN],
  ["<s>", 0, CONTROL],
  ["</s>", 0, CONTROL],
  ["▁", -2, NORMAL],
  ["a", -3, NORMAL],
  ["b", -3, NORMAL],
  ["ab", -4, NORMAL],
  ["▁a", -4.5, NORMAL],
  ["s", -4, NORMAL],
  ["u", -5, NORMAL],
  ["<sep>", 0, USER_DEFINED],
  ["ba", -9, UNUSED],
  ["unk", -4, NORMAL],
];

const BPE: readonly Piece[] = [
  ["<unk>", 0, UNKNOWN],
  ["<s>", 0, CONTROL],
  ["</s>", 0, CONTROL],
  ["ab", 0, NORMAL],
  ["▁ab", -1, NORMAL],
  ["bab", -2, NORMAL],
  ["aba", -3, NORMAL],
  ["▁", -4, NORMAL],
  ["a", -5, NORMAL],
  ["b", -6, NORMAL],
  ["s", -7, NORMAL],
];

const BYTES: readonly Piece[] = Array.from(
  { length: 256 },
  (_, byte) => [`<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`, 0, BYTE],
);

function fileOf(
  pieces: readonly Piece[],
  trainer: readonly ProtobufField[] = [],
  normalizer: readonly ProtobufField[] = [],
): Uint8Array {
  const list = pieces.map(([text, score, type]): ProtobufField => [1, [[1, text], [2, { float: score }], [3, type]]]);
  return protobuf([...list, [2, trainer], [3, normalizer]]);
}

function tokenizerOf(...file: Parameters<typeof fileOf>): PipelineTokenizer {
  return PipelineTokenizer.fromJSON(JSON.parse(JSON.stringify(sentencePieceJSON(fileOf(...file)))));
}

function assertIds(tokenizer: PipelineTokenizer, expected: Readonly<Record<string, readonly number[]>>): void {
  for (const [text, ids] of Object.entries(expected)) assertEquals([...tokenizer.encode(text)], ids, text);
}

Deno.test("a unigram model gives the ids of SentencePiece", () => {
  assertIds(tokenizerOf(UNIGRAM), {
    "": [],
    "   ": [],
    "▁": [],
    abab: [3, 6, 6],
    "  a   b ": [7, 3, 5],
    "▁a": [3, 7],
    "a▁": [7],
    x: [3, 0],
    "a xx b": [7, 3, 0, 3, 5],
    "a\tb": [7, 0, 5],
  });
});

Deno.test("text that spells a control symbol or the unknown piece is ordinary text", () => {
  assertIds(tokenizerOf(UNIGRAM), { "<s>a</s>": [3, 0, 8, 0, 4, 0, 8, 0], "<unk>": [3, 0, 12, 0] });
  assertIds(tokenizerOf(BPE, [[MODEL_TYPE, 2]]), { "xx<s>": [7, 0, 10, 0] });
  assertIds(
    tokenizerOf([["<unk>", 0, UNKNOWN], ["</s>", 0, CONTROL], ...BYTES, ["<", -2, NORMAL]], [[35, true]], [[
      ADD_DUMMY_PREFIX,
      false,
    ]]),
    { "<0x41>": [258, 50, 122, 54, 51, 64], "</s>": [258, 49, 117, 64] },
  );
});

Deno.test("a user-defined symbol matches anywhere, an unused piece nowhere", () => {
  assertIds(tokenizerOf(UNIGRAM), {
    "a<sep>b": [7, 10, 5],
    "<sep>": [3, 10],
    "xy<sep>xy": [3, 0, 10, 0],
    ba: [3, 5, 4],
  });
  const pieces: Piece[] = [...BPE.slice(0, 3), ["<sep>", 0, USER_DEFINED], ...BPE.slice(3)];
  assertIds(tokenizerOf(pieces, [[MODEL_TYPE, 2]]), {
    "a <sep> b": [8, 9, 8, 3, 8, 10],
    "<sep>a": [8, 3, 9],
    "": [],
  });
});

Deno.test("a BPE model gives the ids of SentencePiece", () => {
  assertIds(tokenizerOf(BPE, [[MODEL_TYPE, 2]]), {
    abab: [4, 3],
    "abba ab": [4, 9, 8, 4],
    "bab aba": [7, 5, 4, 8],
    "  ab▁": [4],
    "xx a": [7, 0, 7, 8],
  });
});

Deno.test("unknown characters become bytes if the model has byte fallback", () => {
  const reserved: Piece[] = [["<unk>", 0, UNKNOWN], ["</s>", 0, CONTROL], ...BYTES];
  const unigram = tokenizerOf([...reserved, ["▁", -1, NORMAL], ["a", -2, NORMAL]], [[BYTE_FALLBACK, true]]);
  assertIds(unigram, { "aé": [258, 259, 197, 171], "😀": [258, 242, 161, 154, 130] });
  assertEquals(unigram.decode([258, 259, 197, 171]), "aé");
  const bpe = tokenizerOf([...reserved, ["▁a", 0, NORMAL], ["▁", -1, NORMAL], ["a", -2, NORMAL]], [
    [MODEL_TYPE, 2],
    [BYTE_FALLBACK, true],
  ]);
  assertIds(bpe, { "aé a": [258, 197, 171, 258] });
});

Deno.test("spaces are kept, added and escaped according to the normalizer's settings", () => {
  const raw = tokenizerOf(UNIGRAM, [], [[ADD_DUMMY_PREFIX, false], [REMOVE_EXTRA_WHITESPACES, false]]);
  assertIds(raw, {
    "": [],
    "   ": [3, 3, 3],
    abab: [6, 6],
    "  a   b ": [3, 7, 3, 3, 3, 5, 3],
    "▁a": [7],
    "a▁": [4, 3],
  });
  assertEquals(raw.decode([3, 7, 3]), "  a ");
  const kept = tokenizerOf(UNIGRAM, [], [[REMOVE_EXTRA_WHITESPACES, false]]);
  assertIds(kept, { "  a  b ": [3, 3, 7, 3, 3, 5, 3], "   ": [3, 3, 3, 3], "▁a": [3, 7] });
  const plain = tokenizerOf([["<unk>", 0, UNKNOWN], [" a", -1, NORMAL], ["a", -1, NORMAL]], [], [[
    ESCAPE_WHITESPACES,
    false,
  ]]);
  assertIds(plain, { " a  a ": [1, 1] });
});

Deno.test("pieces with a mark inside match across words", () => {
  const pieces: Piece[] = [["<unk>", 0, UNKNOWN], ["▁", -2, NORMAL], ["a", -2, NORMAL], ["b", -2, NORMAL]];
  const crossing = tokenizerOf([...pieces, ["a▁b", -3, NORMAL]]);
  assertIds(crossing, { "a b": [1, 4], ab: [1, 2, 3], "x a b": [1, 0, 1, 4] });
});

Deno.test("decoding removes control symbols and the prefix space", () => {
  const tokenizer = tokenizerOf(UNIGRAM);
  for (const [ids, text] of [[[7, 3, 5], "a b"], [[1, 7, 2], "a"], [[1, 4, 2], "a"], [[3, 10], "<sep>"]] as const) {
    assertEquals(tokenizer.decode(ids), text);
  }
  assertEquals(tokenizer.decode([0, 4]), " \u2047 a");
  assertEquals(tokenizer.decode([7, 0]), "a \u2047 ");
  assertEquals(tokenizerOf(UNIGRAM, [[UNKNOWN_SURFACE, "?"]]).decode([7, 0, 4]), "a?a");
});

Deno.test("a character table that is not one is rejected", () => {
  const file = fileOf(UNIGRAM, [], [[CHARS_MAP, Uint8Array.of(0, 255, 1)]]);
  const message = "normalizer_spec.precompiled_charsmap: expected a table (expected at least 4 bytes, found 3)";
  assertThrows(() => sentencePieceJSON(file), RangeError, message);
});

Deno.test("a BPE model merges the leftmost of pairs with equal scores, and splits unused pieces again", () => {
  const letters = ["a", "b", "c"].map((text): Piece => [text, -9, NORMAL]);
  const merges: Piece[] = [["<unk>", 0, UNKNOWN], ["bc", -1, NORMAL], ["ab", -1, NORMAL], ["abc", -2, UNUSED]];
  const tokenizer = tokenizerOf([...merges, ...letters], [[MODEL_TYPE, 2]], [[ADD_DUMMY_PREFIX, false]]);
  assertIds(tokenizer, { abc: [2, 6], bcabc: [1, 2, 6], xabx: [0, 2, 0] });
});

Deno.test("pieces can have any name", () => {
  const names = ["__proto__", "constructor", "(.*)+$", "\\E]", "0"];
  const controls = names.map((name): Piece => [name, 0, CONTROL]);
  const tokenizer = tokenizerOf([["[unk|", 0, UNKNOWN], ...controls, ["a", -1, NORMAL]], [[MODEL_TYPE, 2]]);
  assertEquals(names.map((name) => tokenizer.id(name)), [1, 2, 3, 4, 5]);
  assertEquals(tokenizer.decode([1, 6, 2, 6, 3, 6, 4, 6, 5]), "aaaa");
  const unigram = tokenizerOf([["[unk|", 0, UNKNOWN], ["(.*)+$", 0, CONTROL], [".", -1, NORMAL], ["a", -1, NORMAL]]);
  assertIds(unigram, { "a(.*)+$": [0, 3, 0, 2, 0], "a..": [0, 3, 2, 2] });
});

Deno.test("a long run of spaces or marks takes linear time", () => {
  const tokenizer = tokenizerOf(UNIGRAM);
  const run = " ".repeat(200_000);
  assertEquals([...tokenizer.encode(`a${run}b`)], [7, 3, 5]);
  assertEquals(tokenizer.encode(`a${run.replaceAll(" ", "▁")}b`).length, 200_002);
});

Deno.test("a model of an unknown type is rejected by its number", () => {
  assertThrows(
    () => sentencePieceJSON(fileOf(UNIGRAM, [[MODEL_TYPE, 9]])),
    RangeError,
    "read a SentencePiece model: trainer_spec.model_type: expected a number from 1 to 4, found 9",
  );
});

Deno.test("contradictory pieces are rejected with their index", () => {
  const unknown: Piece = ["<unk>", 0, UNKNOWN];
  const cases: [Piece[], string][] = [
    [[unknown, ["", 0, NORMAL]], 'pieces[1].piece: expected a text that is not empty, found ""'],
    [
      [unknown, ["a", 0, NORMAL], ["a", 0, NORMAL]],
      'pieces[2].piece: expected a piece of its own, found "a", that of pieces[1]',
    ],
    [[unknown, ["a", NaN, NORMAL]], "pieces[1].score: expected a finite number, found NaN"],
    [[unknown, ["a", 0, 7]], "pieces[1].type: expected a number from 1 to 6, found 7"],
    [[["a", 0, NORMAL]], "pieces: expected one of type unknown, found 0"],
    [[unknown, ["b", 0, UNKNOWN]], "pieces: expected one of type unknown, found 2"],
    [[], "pieces: expected one of type unknown, found 0"],
  ];
  for (const [pieces, message] of cases) {
    assertThrows(() => sentencePieceJSON(fileOf(pieces)), RangeError, `read a SentencePiece model: ${message}`);
  }
  assertThrows(
    () => sentencePieceJSON(fileOf([unknown, ...BYTES.slice(0, 255)], [[BYTE_FALLBACK, true]])),
    RangeError,
    "trainer_spec.byte_fallback: expected a piece for each of 256 bytes, found none for <0xFF>",
  );
});

Deno.test("a truncated file is rejected or lacks pieces, but throws no other error", () => {
  const bytes = fileOf(BPE.toReversed(), [[MODEL_TYPE, 2]], [[ADD_DUMMY_PREFIX, false]]);
  let refused = 0;
  for (let length = 0; length < bytes.length; length++) {
    try {
      sentencePieceJSON(bytes.subarray(0, length));
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
      refused++;
    }
  }
  // Every length except the end of the last piece and of the trainer's settings.
  assertEquals(refused, bytes.length - 2);
  assertThrows(
    () => sentencePieceJSON(bytes.subarray(0, 5)),
    SyntaxError,
    "read a SentencePiece model: pieces: at byte 2 expected 10 bytes, found 3",
  );
});
