import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  ByteTokenizer,
  CharTokenizer,
  Padding,
  PipelineTokenizer,
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

/** The tokenizer's JSON after a round trip through text and a change. */
function changed(tokenizer: Tokenizer, change: (json: Json) => void): Json {
  const json = JSON.parse(JSON.stringify(tokenizer));
  change(json);
  return json;
}

function refuses(json: unknown, type: typeof RangeError | typeof SyntaxError, message: string): void {
  const error = assertThrows(() => tokenizerFromJSON(json), type, message);
  assertEquals(error.message.includes("\n"), false, "the message is one line");
}

Deno.test("tokenizerFromJSON: rejects anything but an object", () => {
  for (const json of [undefined, null, 1, "{}", [], true]) refuses(json, SyntaxError, "the file: expected an object");
});

Deno.test("tokenizerFromJSON: names a missing field", () => {
  for (const tokenizer of TOKENIZERS) {
    refuses(changed(tokenizer, (json) => delete json.model), SyntaxError, "model: the field is missing");
    refuses(changed(tokenizer, (json) => delete json.model.vocab), SyntaxError, "model.vocab: the field is missing");
    refuses(changed(tokenizer, (json) => json.model = []), SyntaxError, "model: expected an object, found []");
  }
  const [char, , byte] = TOKENIZERS;
  refuses(changed(char, (json) => delete json.model.unk_token), SyntaxError, "model.unk_token: the field is missing");
  refuses(
    changed(char, (json) => json.model.unk_token = 0),
    SyntaxError,
    "model.unk_token: expected a string, found 0",
  );
  refuses(changed(byte, (json) => delete json.model.merges), SyntaxError, "model.merges: the field is missing");
});

Deno.test("tokenizerFromJSON: reads a missing version as 1.0, missing parts as null and missing added tokens as none", () => {
  for (const tokenizer of TOKENIZERS) {
    const whole = JSON.parse(JSON.stringify(tokenizer));
    for (const field of Object.keys(whole).filter((field) => field !== "model")) {
      const found = tokenizerFromJSON(changed(tokenizer, (json) => delete json[field]));
      const isEmpty = ["version", "added_tokens"].includes(field) || whole[field] === null;
      assertEquals(found.kind === tokenizer.kind, isEmpty, `${tokenizer.kind} without ${field}`);
      assertEquals(JSON.parse(JSON.stringify(found)), isEmpty ? whole : { ...whole, [field]: null });
    }
  }
  const { model } = JSON.parse(JSON.stringify(TOKENIZERS[0]));
  assertEquals(tokenizerFromJSON({ model }).toJSON(), {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: null,
    post_processor: null,
    decoder: null,
    model,
  });
});

Deno.test("tokenizerFromJSON: rejects other versions", () => {
  for (const version of ["2.0", "1.1", 1, null]) {
    refuses(changed(TOKENIZERS[0], (json) => json.version = version), RangeError, `version: expected "1.0", found`);
  }
});

Deno.test("tokenizerFromJSON: builds a pipeline from a file with other parts", () => {
  for (const tokenizer of TOKENIZERS) {
    const pipeline = tokenizerFromJSON(changed(tokenizer, (json) => json.normalizer = { type: "NFC" }));
    assert(pipeline instanceof PipelineTokenizer);
    assertEquals(pipeline.size, tokenizer.size);
  }
});

Deno.test("tokenizerFromJSON: rejects unknown parts by field name", () => {
  for (const tokenizer of TOKENIZERS) {
    const part = { type: "Magic" };
    for (const field of ["normalizer", "pre_tokenizer", "post_processor", "decoder"]) {
      refuses(changed(tokenizer, (json) => json[field] = part), SyntaxError, `${field}.type: expected one of "`);
      refuses(changed(tokenizer, (json) => json[field] = 7), SyntaxError, `${field}: expected an object, found 7`);
    }
    refuses(changed(tokenizer, (json) => json.model.type = "Magic"), SyntaxError, 'model.type: expected one of "Word');
    refuses(
      changed(tokenizer, (json) => json.truncation = {}),
      SyntaxError,
      "truncation.max_length: the field is miss",
    );
    refuses(changed(tokenizer, (json) => json.padding = {}), SyntaxError, "padding.strategy: the field is missing");
    refuses(changed(tokenizer, (json) => json.added_tokens = {}), SyntaxError, "added_tokens: expected a list");
    refuses(
      changed(tokenizer, (json) => json.added_tokens = [{ id: 0 }]),
      SyntaxError,
      "added_tokens[0].content: the field is missing",
    );
  }
});

Deno.test("tokenizerFromJSON: rejects invalid merges", () => {
  const byte = TOKENIZERS[2];
  const withMerges = (...merges: unknown[]): Json => changed(byte, (json) => json.model.merges = merges);
  refuses(withMerges("a b"), RangeError, "merges[0]: expected");
  refuses(withMerges(["a", "zz"]), RangeError, '"zz"');
  refuses(withMerges("abc"), SyntaxError, "model.merges[0]: expected");
  refuses(withMerges(["a"]), SyntaxError, "model.merges[0]: expected");
  refuses(withMerges(7), SyntaxError, "model.merges[0]: expected");
});

Deno.test("tokenizerFromJSON: rejects ids that two tokens share or of the wrong type", () => {
  for (const tokenizer of TOKENIZERS) {
    const vocab = Object.entries((tokenizer.toJSON() as Json).model.vocab as Record<string, number>);
    const [symbol] = vocab.find(([, id]) => id === 2)!;
    const withId = (id: unknown): Json => changed(tokenizer, (json) => json.model.vocab[symbol] = id);
    for (const id of [-1, 1.5, 1e300]) refuses(withId(id), RangeError, "expected a whole number of at least 0, found");
    for (const id of ["2", null, [2], true]) refuses(withId(id), SyntaxError, "expected a number, found");
    refuses(withId(1), RangeError, "the id of ");
    refuses(withId(2 ** 31 - 1), RangeError, "expected at most 2147483646, found 2147483647");
  }
});

Deno.test("tokenizerFromJSON: builds a pipeline from a vocabulary whose ids have gaps", () => {
  for (const tokenizer of TOKENIZERS) {
    const vocab = Object.entries((tokenizer.toJSON() as Json).model.vocab as Record<string, number>);
    const [symbol] = vocab.find(([, id]) => id === 2)!;
    const size = tokenizer.size + 7;
    const json = changed(tokenizer, (json) => json.model.vocab[symbol] = size - 1);
    const found = tokenizerFromJSON(json) as PipelineTokenizer;
    assert(found instanceof PipelineTokenizer);
    assertEquals(found.size, size);
    assertEquals([found.tokens[2], found.id(symbol), found.decode([2])], [undefined, size - 1, ""]);
    assertEquals(found.unusedIds, [2, ...Array.from({ length: 6 }, (_, i) => tokenizer.size + i)]);
    const text = tokenizer.decode([0, 1, 2, 0, 2, 1]);
    assertEquals([...found.encode(text)], [...tokenizer.encodePrompt(text)].map((id) => id === 2 ? size - 1 : id));
    assertEquals(tokenizerFromJSON(JSON.parse(JSON.stringify(found))).toJSON(), found.toJSON());
  }
});

Deno.test("tokenizerFromJSON: gives added tokens the ids of the file, which must be those of the model if it has them", () => {
  const added = (content: string, id: number): Json =>
    changed(TOKENIZERS[2], (json) => {
      const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
      json.added_tokens = [{ id, content, ...flags }];
    });
  assertEquals(tokenizerFromJSON(added("<end>", 256)).size, 257);
  assertEquals([...tokenizerFromJSON(added("<end>", 256)).encode("a<end>")], [97, 256]);
  assertEquals([...tokenizerFromJSON(added("__proto__", 256)).encode("__proto__")], [256]);
  const far = tokenizerFromJSON(added("<end>", 300));
  assertEquals([far.size, far.unusedIds?.length, ...far.encode("a<end>")], [301, 44, 97, 300]);
  assertEquals(far.decode([97, 256, 300]), "a<end>");
  assertEquals((JSON.parse(JSON.stringify(far)) as Json).added_tokens[0].id, 300);
  refuses(added("<end>", 7), RangeError, "also the id of");
  refuses(added("a", 256), RangeError, 'the id of the added token "a": expected 97, as in the model, found 256');
});

Deno.test("tokenizerFromJSON: rejects symbols that the tokenizer cannot have", () => {
  const [char, word] = TOKENIZERS;
  refuses(changed(char, (json) => json.model.vocab = {}), RangeError, "expected at least one symbol");
  refuses(changed(word, (json) => json.model.vocab = {}), RangeError, "expected at least one symbol");
  refuses(changed(char, (json) => json.model.vocab = { a: 0, bc: 1 }), RangeError, 'single characters, found "bc"');
  refuses(changed(char, (json) => json.model.vocab = { "": 0, a: 1 }), RangeError, 'single characters, found ""');
  refuses(changed(word, (json) => json.model.vocab = { "<eos>": 0, "a b": 1 }), RangeError, 'white space, found "a b"');
  refuses(changed(word, (json) => json.model.vocab = { a: 0 }), RangeError, '"<eos>" is not among its symbols');
});

Deno.test("tokenizerFromJSON: builds a pipeline from bytes in another order", () => {
  const swap = (json: Json): void => void ([json.model.vocab.A, json.model.vocab.B] = [66, 65]);
  assertEquals([...tokenizerFromJSON(changed(TOKENIZERS[2], swap)).encode("ABC")], [66, 65, 67]);
});

Deno.test("tokenizerFromJSON: reads ids and fields in any order, and another unknown token", () => {
  const json = changed(TOKENIZERS[1], (json) => {
    json.model = { unk_token: "[UNK]", vocab: { b: 3, "<eos>": 2, "[UNK]": 1, a: 0 }, type: "WordLevel" };
  });
  const tokenizer = tokenizerFromJSON(Object.fromEntries(Object.entries(json).reverse()));
  assertEquals(tokenizer.unknownId, 1);
  assertEquals([...tokenizer.encode("a c b\n")], [0, 1, 3, 2]);
});

Deno.test("tokenizerFromJSON: ignores an unknown token that is not in the vocabulary", () => {
  const tokenizer = tokenizerFromJSON(changed(TOKENIZERS[0], (json) => json.model.unk_token = "[UNK]"));
  assertEquals(tokenizer.unknownId, undefined);
  assertThrows(() => tokenizer.encode("x"), RangeError, "(U+0078)");
});

Deno.test("tokenizerFromJSON: treats __proto__ as an ordinary word", () => {
  const tokenizer = tokenizerFromJSON(JSON.parse(JSON.stringify(WordTokenizer.train("__proto__ x\n"))));
  assertEquals([...tokenizer.encodePrompt("x __proto__ constructor")], [3, 2, 0]);
  assertEquals(({} as Json).x, undefined);
});

Deno.test("tokenizerFromJSON: rejects parts nested too deep", () => {
  let normalizer: Json = { type: "NFC" };
  for (let i = 0; i < 5000; i++) normalizer = { type: "Sequence", normalizers: [normalizer] };
  refuses(changed(TOKENIZERS[2], (json) => json.normalizer = normalizer), RangeError, "expected fewer nested parts");
});

Deno.test("a field that no part reads is refused with its place, and null or an old field is accepted", () => {
  const known = new Map<string, Record<string, unknown>>([
    ["model", { type: "WordLevel", vocab: { a: 0, b: 1 }, unk_token: "a" }],
    ["normalizer", { type: "Sequence", normalizers: [{ type: "Lowercase" }] }],
    ["pre_tokenizer", { type: "Metaspace", replacement: "▁", str_rep: "▁", add_prefix_space: true }],
    ["post_processor", { type: "BertProcessing", sep: ["a", 0], cls: ["b", 1] }],
    ["decoder", { type: "Metaspace", replacement: "▁", str_rep: "▁", add_prefix_space: true }],
    ["truncation", { max_length: 9, strategy: "LongestFirst", stride: 0, direction: "Right" }],
    ["padding", new Padding().toJSON() as Record<string, unknown>],
  ]);
  const read = (changed: Record<string, unknown>) =>
    tokenizerFromJSON({ version: "1.0", ...Object.fromEntries(known), ...changed });
  const refuses = (place: string, changed: Record<string, unknown>): void => {
    const message = `read a tokenizer: ${place}: expected only known fields (`;
    assertThrows(() => read(changed), RangeError, message);
    assertThrows(() => read(changed), RangeError, '), found "other"');
  };
  read({});
  for (const [part, fields] of known) {
    refuses(part, { [part]: { ...fields, other: 1 } });
    read({ [part]: { ...fields, other: null } });
  }
  refuses("the file", { other: {} });
  const model = { ...known.get("model"), merges: [] };
  assertThrows(() => read({ model }), RangeError, 'unk_token), found "merges"');
  const sequence = { type: "Sequence", normalizers: [{ type: "NFC" }, { type: "Lowercase", other: 0 }] };
  refuses("normalizer.normalizers[1]", { normalizer: sequence });
  const pattern = { String: "a", other: "b" };
  refuses("normalizer.pattern", { normalizer: { type: "Replace", pattern, content: "" } });
  refuses("added_tokens[0]", { added_tokens: [{ id: 0, content: "a", other: true }] });
});

Deno.test("an unknown field of an own tokenizer's file is refused", () => {
  for (const own of [new ByteTokenizer(), CharTokenizer.train("ab"), WordTokenizer.train("a b")]) {
    const json = JSON.parse(JSON.stringify(own));
    assertThrows(() => tokenizerFromJSON({ ...json, other: 1 }), RangeError, 'found "other"');
    const model = { ...json.model, other: 1 };
    assertThrows(() => tokenizerFromJSON({ ...json, model }), RangeError, "model: expected only known fields");
  }
});
