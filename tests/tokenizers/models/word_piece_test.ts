import { assertEquals, assertThrows } from "@std/assert";
import { JSONFields } from "../../../tokenizers/json_fields.ts";
import { WordPiece, type WordPieceOptions } from "../../../tokenizers/models/word_piece.ts";
import { SeededRandom } from "../../../tokenizers/random.ts";
import { randomText } from "./naive_bpe.ts";

type Token = [token: string, start: number, end: number];

function modelOf(tokens: readonly string[], options: Partial<WordPieceOptions> = {}): WordPiece {
  return new WordPiece({ vocabulary: new Map(tokens.map((token, id) => [token, id])), ...options });
}

function tokensOf(model: WordPiece, word: string): Token[] {
  const tokens = [...model.vocabulary.keys()];
  const found: Token[] = [];
  model.tokenize(word, { push: (id, start, end) => found.push([tokens[id], start, end]) });
  return found;
}

/** The definition: of all prefixes of the remaining text, the longest that is a token. */
function naiveTokens(tokens: ReadonlySet<string>, word: string, prefix: string): Token[] {
  const found: Token[] = [];
  for (let start = 0; start < word.length;) {
    let end = word.length;
    const tokenTo = (to: number): string => (start > 0 ? prefix : "") + word.slice(start, to);
    while (end > start && !tokens.has(tokenTo(end))) end--;
    if (end === start) return [["[UNK]", 0, word.length]];
    found.push([tokenTo(end), start, end]);
    start = end;
  }
  return found;
}

Deno.test("a word is split greedily into the longest tokens", () => {
  const model = modelOf(["[UNK]", "un", "u", "##affable", "##aff", "##able", "##s"]);
  assertEquals(tokensOf(model, "unaffables"), [["un", 0, 2], ["##affable", 2, 9], ["##s", 9, 10]]);
  assertEquals(tokensOf(model, "u"), [["u", 0, 1]]);
  // The longest prefix is kept, even if a shorter one would allow the rest to match.
  assertEquals(tokensOf(modelOf(["[UNK]", "ab", "a", "##bc"]), "abc"), [["[UNK]", 0, 3]]);
});

Deno.test("a word that cannot be segmented becomes one unknown token", () => {
  const model = modelOf(["[UNK]", "un", "##seen", "##"]);
  for (const word of ["unseenx", "seen", "x", "unun", "\ud83d"]) {
    assertEquals(tokensOf(model, word), [["[UNK]", 0, word.length]]);
  }
});

Deno.test("tokens equal the definition on random vocabularies, with surrogate pairs and any prefix", () => {
  const symbols = ["a", "b", "é", "😀", "#"];
  const random = new SeededRandom(1);
  for (const prefix of ["##", "#", "", "é"]) {
    for (let round = 0; round < 20; round++) {
      const tokens = new Set(["[UNK]", ...symbols.slice(0, 3), ...symbols.map((symbol) => prefix + symbol)]);
      for (let length = 1; length <= 4; length++) {
        tokens.add(randomText(symbols, length, random));
        tokens.add(prefix + randomText(symbols, length, random));
      }
      const model = modelOf([...tokens], { continuingSubwordPrefix: prefix });
      for (let length = 1; length <= 12; length++) {
        const word = randomText(symbols, length, random);
        assertEquals(tokensOf(model, word), naiveTokens(tokens, word, prefix), JSON.stringify([[...tokens], word]));
      }
    }
  }
});

Deno.test("words of more characters than the limit are unknown, counted in code points", () => {
  const model = modelOf(["[UNK]", "a", "##a", "😀", "##😀"], { maxInputCharsPerWord: 3 });
  assertEquals(tokensOf(model, "aaa").length, 3);
  assertEquals(tokensOf(model, "aaaa"), [["[UNK]", 0, 4]]);
  assertEquals(tokensOf(model, "😀😀😀").length, 3);
  assertEquals(tokensOf(model, "😀😀😀😀"), [["[UNK]", 0, 8]]);
  const standard = modelOf(["[UNK]", "a", "##a"]);
  assertEquals(tokensOf(standard, "a".repeat(100)).length, 100);
  assertEquals(tokensOf(standard, "a".repeat(101)), [["[UNK]", 0, 101]]);
});

Deno.test("a word of a million characters takes linear time", () => {
  const model = modelOf(["[UNK]", "a", "##a", "##aa"], { maxInputCharsPerWord: 2_000_000 });
  let count = 0;
  model.tokenize("a".repeat(1_000_001), { push: () => count++ });
  assertEquals(count, 500_001);
});

Deno.test("an unknown word is rejected only if the vocabulary lacks the unknown token", () => {
  const model = modelOf(["a"]);
  assertEquals(model.unknownId, undefined);
  assertEquals(tokensOf(model, "a"), [["a", 0, 1]]);
  assertThrows(
    () => tokensOf(model, "b"),
    RangeError,
    `encode: expected words made of pieces of the vocabulary, which lacks the unknown token "[UNK]", found "b"`,
  );
});

Deno.test("JSON is written like Hugging Face's and read back", () => {
  const json = {
    type: "WordPiece",
    unk_token: "<unk>",
    continuing_subword_prefix: "@@",
    max_input_chars_per_word: 7,
    vocab: { b: 0, "@@a": 1, "<unk>": 2 },
  };
  const model = WordPiece.fromJSON(new JSONFields(json, "model"));
  assertEquals(JSON.stringify(model.toJSON()), JSON.stringify(json));
  assertEquals(tokensOf(model, "ba"), [["b", 0, 1], ["@@a", 1, 2]]);
  assertEquals(model.unknownId, 2);
});

Deno.test("JSON with a missing or invalid field is rejected", () => {
  const json = { unk_token: "u", continuing_subword_prefix: "##", max_input_chars_per_word: 1, vocab: {} };
  for (const field of Object.keys(json)) {
    assertThrows(
      () => WordPiece.fromJSON(new JSONFields({ ...json, [field]: undefined }, "model")),
      SyntaxError,
      `read a tokenizer: model.${field}: the field is missing`,
    );
  }
  assertThrows(
    () => WordPiece.fromJSON(new JSONFields({ ...json, max_input_chars_per_word: -1 }, "model")),
    SyntaxError,
    "model.max_input_chars_per_word: expected a whole number of at least 0, found -1",
  );
});
