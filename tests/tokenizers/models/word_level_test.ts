import { assertEquals, assertThrows } from "@std/assert";
import { JSONFields } from "../../../tokenizers/json_fields.ts";
import { WordLevel } from "../../../tokenizers/models/word_level.ts";

type Token = [id: number, start: number, end: number];

function tokensOf(model: WordLevel, piece: string): Token[] {
  const tokens: Token[] = [];
  model.tokenize(piece, { push: (id, start, end) => tokens.push([id, start, end]) });
  return tokens;
}

const VOCABULARY = new Map([["<unk>", 0], ["cat", 1], ["__proto__", 2], ["😀", 3]]);

Deno.test("a piece becomes one token, known or not", () => {
  const model = new WordLevel({ vocabulary: VOCABULARY, unknownToken: "<unk>" });
  assertEquals(tokensOf(model, "cat"), [[1, 0, 3]]);
  assertEquals(tokensOf(model, "__proto__"), [[2, 0, 9]]);
  assertEquals(tokensOf(model, "😀"), [[3, 0, 2]]);
  for (const piece of ["cats", "constructor", "\ud83d", "<UNK>"]) {
    assertEquals(tokensOf(model, piece), [[0, 0, piece.length]]);
  }
  assertEquals(model.unknownId, 0);
});

Deno.test("an unknown piece is rejected only if the vocabulary lacks the unknown token", () => {
  const model = new WordLevel({ vocabulary: VOCABULARY, unknownToken: "[UNK]" });
  assertEquals(model.unknownId, undefined);
  assertEquals(tokensOf(model, "cat"), [[1, 0, 3]]);
  assertThrows(
    () => tokensOf(model, "dog"),
    RangeError,
    'encode: expected words of the vocabulary, which lacks the unknown token "[UNK]", found "dog"',
  );
});

Deno.test("JSON is written like Hugging Face's, in id order, and read back", () => {
  const json = { type: "WordLevel", vocab: { b: 0, a: 1, "<unk>": 2 }, unk_token: "<unk>" };
  const text = JSON.stringify(json);
  const shuffled = { type: "WordLevel", vocab: { a: 1, "<unk>": 2, b: 0 }, unk_token: "<unk>" };
  const model = WordLevel.fromJSON(new JSONFields(shuffled, "model"));
  assertEquals(JSON.stringify(model.toJSON()), text);
  assertEquals(JSON.stringify(WordLevel.fromJSON(new JSONFields(JSON.parse(text), "model")).toJSON()), text);
});

Deno.test("JSON without an unknown token is rejected", () => {
  assertThrows(
    () => WordLevel.fromJSON(new JSONFields({ type: "WordLevel", vocab: {} }, "model")),
    SyntaxError,
    "read a tokenizer: model.unk_token: the field is missing",
  );
});
