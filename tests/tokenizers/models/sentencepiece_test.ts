import { assert, assertEquals, assertThrows } from "@std/assert";
import { JSONFields } from "../../../tokenizers/json_fields.ts";
import { modelFromJSON, type Piece, SentencePiece, type SentencePieceOptions } from "../../../tokenizers/models/mod.ts";

const UNKNOWN: Piece = { text: "<unk>", score: 0, type: "unknown" };

function normal(...texts: string[]): Piece[] {
  return texts.map((text, rank) => ({ text, score: -1 - rank, type: "normal" }));
}

/** Tokens as `id:start-end`. */
function tokens(model: SentencePiece, text: string): string {
  const found: string[] = [];
  model.tokenize(text, { push: (id, start, end) => found.push(`${id}:${start}-${end}`) });
  return found.join(" ");
}

// The ids are compared with SentencePiece's in tests/tokenizers/files/sentencepiece_goldens_test.ts.

Deno.test("a run of unknown characters or words is one token", () => {
  const pieces = [UNKNOWN, ...normal("▁a", "a", "▁")];
  for (const algorithm of ["unigram", "bpe"] as const) {
    assertEquals(tokens(new SentencePiece({ algorithm, pieces }), "▁axy▁az"), "1:0-2 0:2-4 1:4-6 0:6-7", algorithm);
  }
  assertEquals(tokens(new SentencePiece({ algorithm: "char", pieces }), "▁axyz"), "3:0-1 2:1-2 0:2-5");
  assertEquals(tokens(new SentencePiece({ algorithm: "word", pieces }), "▁a▁b▁ca▁a"), "1:0-2 0:2-7 1:7-9");
});

Deno.test("the bytes of an unknown character have its place", () => {
  const bytes = Array.from({ length: 256 }, (_, byte): Piece => {
    return { text: `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`, score: 0, type: "byte" };
  });
  const model = new SentencePiece({
    algorithm: "unigram",
    pieces: [...bytes, UNKNOWN, ...normal("a")],
    byteFallback: true,
  });
  assertEquals(tokens(model, "aé\ud83da"), "257:0-1 195:1-2 169:1-2 239:2-3 191:2-3 189:2-3 257:3-4");
});

Deno.test("a text beyond the length for single precision is cut before marks", () => {
  const model = new SentencePiece({ algorithm: "unigram", pieces: [UNKNOWN, ...normal("▁ab", "a", "b", "▁")] });
  let end = 0;
  model.tokenize("▁ab".repeat(50_000) + "a".repeat(100_000) + "▁ab", {
    push: (id, start, next) => {
      assert(start === end && id === (start < 150_000 || start >= 250_000 ? 1 : 2), `${id} at ${start}`);
      end = next;
    },
  });
  assertEquals(end, 250_003);
});

Deno.test("BPE takes n log n time on a long text", () => {
  const model = new SentencePiece({ algorithm: "bpe", pieces: [UNKNOWN, ...normal("aa", "aaaa", "a")] });
  assertEquals(tokens(model, "a".repeat(200_002)).split(" ").length, 50_001);
});

Deno.test("a SentencePiece model is read from and written to a tokenizer.json", () => {
  const pieces: Piece[] = [
    ...normal("a", "b", "ab"),
    UNKNOWN,
    { text: "<s>", score: 0, type: "control" },
    { text: "bb", score: -5, type: "unused" },
    { text: "<x>", score: 0, type: "user-defined" },
  ];
  for (const algorithm of ["unigram", "bpe", "word", "char"] as const) {
    const model = new SentencePiece({ algorithm, pieces });
    const json = JSON.parse(JSON.stringify(model));
    const copy = modelFromJSON(new JSONFields(json, "model")) as SentencePiece;
    assertEquals(JSON.stringify(copy), JSON.stringify(model));
    assertEquals(copy.options.pieces.map(({ type }) => type), pieces.map(({ type }) => type));
    for (const text of ["abbab", "<s>a", "<x>ab<x>"]) assertEquals(tokens(copy, text), tokens(model, text));
  }
});

Deno.test("invalid fields are rejected by name", () => {
  const json = JSON.parse(JSON.stringify(new SentencePiece({ algorithm: "bpe", pieces: [UNKNOWN, ...normal("a")] })));
  const cases: [Record<string, unknown>, string][] = [
    [{ model_type: "letters" }, 'model.sentencepiece.model_type: expected one of "unigram", "bpe", "word", "char"'],
    [{ scores: [1] }, "model.sentencepiece.scores: expected 2 numbers, one for each piece, found [1]"],
    [{ scores: ["1", 2] }, "model.sentencepiece.scores: expected a list of numbers"],
    [{ piece_types: { unknown: [2] } }, "model.sentencepiece.piece_types.unknown: expected ids below 2, found [2]"],
    [{ piece_types: { odd: [1] } }, "model.sentencepiece.piece_types.odd: expected no field of this name"],
    [{ piece_types: {} }, "build a SentencePiece model: expected one piece of type unknown, found 0"],
  ];
  for (const [fields, message] of cases) {
    const broken = { ...json, sentencepiece: { ...json.sentencepiece, ...fields } };
    const error = assertThrows(() => modelFromJSON(new JSONFields(broken, "model")), Error, message);
    assert(error instanceof RangeError || error instanceof SyntaxError);
  }
  const gap = { ...json, vocab: { "<unk>": 0, a: 2 } };
  assertThrows(() => modelFromJSON(new JSONFields(gap, "model")), RangeError, "model.vocab: expected ids from 0 to 1");
});

Deno.test("an invalid model is rejected", () => {
  const build = (options: Partial<SentencePieceOptions>) => () =>
    new SentencePiece({ algorithm: "bpe", pieces: [UNKNOWN, ...normal("a")], ...options });
  assertThrows(build({ pieces: normal("a") }), RangeError, "expected one piece of type unknown, found 0");
  assertThrows(build({ pieces: [UNKNOWN, ...normal("a", "a")] }), RangeError, 'distinct pieces, found "a" twice');
  assertThrows(build({ byteFallback: true }), RangeError, "a piece for each of 256 bytes, found none for <0x00>");
  assertThrows(build({ dropout: 2 }), RangeError, "a dropout from 0 to 1, found 2");
});
