import { assertEquals, assertThrows } from "@std/assert";
import {
  ByteTokenizer,
  CharTokenizer,
  type Tokenizer,
  tokenizerFromJSON,
  WordTokenizer,
} from "@elman/elman/tokenizers";

// deno-lint-ignore no-explicit-any
type Json = any;

const TOKENIZERS: readonly Tokenizer[] = [
  CharTokenizer.train("abc"),
  WordTokenizer.train("to be or not to be\n"),
  new ByteTokenizer(),
];

/** The tokenizer's JSON as it comes out of a file, after a change. */
function changed(tokenizer: Tokenizer, change: (json: Json) => void): Json {
  const json = JSON.parse(JSON.stringify(tokenizer));
  change(json);
  return json;
}

function refuses(json: unknown, type: typeof RangeError | typeof SyntaxError, message: string): void {
  const error = assertThrows(() => tokenizerFromJSON(json), type, message);
  assertEquals(error.message.includes("\n"), false, "the message is one line");
}

Deno.test("tokenizerFromJSON: what is not an object is refused", () => {
  for (const json of [undefined, null, 1, "{}", [], true]) refuses(json, SyntaxError, "the file: expected an object");
});

Deno.test("tokenizerFromJSON: a missing field is named", () => {
  for (const tokenizer of TOKENIZERS) {
    for (const field of Object.keys(tokenizer.toJSON() as Json)) {
      refuses(changed(tokenizer, (json) => delete json[field]), SyntaxError, `the field ${field} is missing`);
    }
    refuses(changed(tokenizer, (json) => delete json.model.vocab), SyntaxError, "model.vocab: expected an object");
    refuses(changed(tokenizer, (json) => json.model = []), SyntaxError, "model: expected an object, found []");
  }
  const [char, , byte] = TOKENIZERS;
  refuses(changed(char, (json) => delete json.model.unk_token), SyntaxError, "model.unk_token: expected a string");
  refuses(
    changed(char, (json) => json.model.unk_token = 0),
    SyntaxError,
    "model.unk_token: expected a string, found 0",
  );
  refuses(changed(byte, (json) => delete json.model.merges), RangeError, "model.merges: expected []");
});

Deno.test("tokenizerFromJSON: another version is refused", () => {
  for (const version of ["2.0", "1.1", 1, null]) {
    refuses(changed(TOKENIZERS[0], (json) => json.version = version), RangeError, `version: expected "1.0", found`);
  }
});

Deno.test("tokenizerFromJSON: parts that these tokenizers do not have are refused by name", () => {
  for (const tokenizer of TOKENIZERS) {
    const part = { type: "NFC" };
    for (const field of ["truncation", "padding", "normalizer", "post_processor", "decoder"]) {
      refuses(changed(tokenizer, (json) => json[field] = part), RangeError, `${field}: expected`);
    }
    refuses(changed(tokenizer, (json) => json.added_tokens.push({ id: 0 })), RangeError, "added_tokens: expected []");
    refuses(changed(tokenizer, (json) => json.added_tokens = {}), RangeError, "added_tokens: expected [], found {}");
    refuses(changed(tokenizer, (json) => json.pre_tokenizer = null), RangeError, "with pre_tokenizer null");
    refuses(changed(tokenizer, (json) => json.model.type = "Unigram"), RangeError, 'found model.type "Unigram"');
  }
  const byte = TOKENIZERS[2];
  refuses(
    changed(byte, (json) => json.model.merges.push("a b")),
    RangeError,
    "model.merges: expected [] (a byte tokenizer)",
  );
  refuses(changed(byte, (json) => json.model.end_of_word_suffix = "</w>"), RangeError, 'found "</w>"');
});

Deno.test("tokenizerFromJSON: ids with gaps, twice the same or of the wrong type are refused", () => {
  for (const tokenizer of TOKENIZERS) {
    const vocab = Object.entries((tokenizer.toJSON() as Json).model.vocab as Record<string, number>);
    const [symbol] = vocab.find(([, id]) => id === 2)!;
    const [other] = vocab.find(([, id]) => id === 1)!;
    const withId = (id: unknown): Json => changed(tokenizer, (json) => json.model.vocab[symbol] = id);
    for (const id of [-1, tokenizer.size, 1.5, 1e300]) refuses(withId(id), RangeError, "without gaps, found");
    for (const id of ["2", null, [2], true]) refuses(withId(id), SyntaxError, "expected a number, found");
    refuses(withId(1), RangeError, "1 is already that of");
    refuses(changed(tokenizer, (json) => delete json.model.vocab[other]), RangeError, "without gaps, found");
  }
});

Deno.test("tokenizerFromJSON: an empty vocabulary is refused", () => {
  const [char, word, byte] = TOKENIZERS.map((tokenizer) => changed(tokenizer, (json) => json.model.vocab = {}));
  refuses(char, RangeError, "expected at least one symbol");
  refuses(word, RangeError, "expected at least one symbol");
  refuses(byte, RangeError, "expected the 256 bytes");
});

Deno.test("tokenizerFromJSON: symbols that the tokenizer cannot have are refused", () => {
  const [char, word, byte] = TOKENIZERS;
  refuses(changed(char, (json) => json.model.vocab = { a: 0, bc: 1 }), RangeError, 'single characters, found "bc"');
  refuses(changed(char, (json) => json.model.vocab = { "": 0, a: 1 }), RangeError, 'single characters, found ""');
  refuses(changed(word, (json) => json.model.vocab = { "<eos>": 0, "a b": 1 }), RangeError, 'white space, found "a b"');
  refuses(changed(word, (json) => json.model.vocab = { a: 0 }), RangeError, '"<eos>" is not among its symbols');
  const swap = (json: Json): void => void ([json.model.vocab.A, json.model.vocab.B] = [66, 65]);
  refuses(changed(byte, swap), RangeError, "model.vocab: expected the 256 bytes");
});

Deno.test("tokenizerFromJSON: reads ids in any order, fields in any order and another unknown token", () => {
  const json = changed(TOKENIZERS[1], (json) => {
    json.model = { unk_token: "[UNK]", vocab: { b: 3, "<eos>": 2, "[UNK]": 1, a: 0 }, type: "WordLevel" };
  });
  const tokenizer = tokenizerFromJSON(Object.fromEntries(Object.entries(json).reverse()));
  assertEquals(tokenizer.unknownId, 1);
  assertEquals([...tokenizer.encode("a c b\n")], [0, 1, 3, 2]);
});

Deno.test("tokenizerFromJSON: an unknown token that is not in the vocabulary means that there is none", () => {
  const tokenizer = tokenizerFromJSON(changed(TOKENIZERS[0], (json) => json.model.unk_token = "[UNK]"));
  assertEquals(tokenizer.unknownId, undefined);
  assertThrows(() => tokenizer.encode("x"), RangeError, "(U+0078)");
});

Deno.test("tokenizerFromJSON: __proto__ is a word like any other", () => {
  const tokenizer = tokenizerFromJSON(JSON.parse(JSON.stringify(WordTokenizer.train("__proto__ x\n"))));
  assertEquals([...tokenizer.encodePrompt("x __proto__ constructor")], [3, 2, 0]);
  assertEquals(({} as Json).x, undefined);
});
