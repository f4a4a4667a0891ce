import { assertEquals, assertThrows } from "@std/assert";
import { gpt2JSON } from "../../../tokenizers/files/mod.ts";
import { PipelineTokenizer } from "../../../tokenizers/pipeline_tokenizer.ts";

const VOCAB = '{"b": 0, "e": 1, "Ġ": 2, "be": 3, "Ġbe": 4, "<|endoftext|>": 5}';
const MERGES = "#version: 0.2\nb e\nĠ be\n";

Deno.test("gpt2JSON gives a byte-level tokenizer.json", () => {
  assertEquals(gpt2JSON({ vocab: VOCAB, merges: MERGES }), {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [{
      id: 5,
      content: "<|endoftext|>",
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    }],
    normalizer: null,
    pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: { type: "ByteLevel", add_prefix_space: true, trim_offsets: false, use_regex: true },
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: "",
      end_of_word_suffix: "",
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: { b: 0, e: 1, "Ġ": 2, be: 3, "Ġbe": 4, "<|endoftext|>": 5 },
      merges: [["b", "e"], ["Ġ", "be"]],
    },
  });
});

Deno.test("a tokenizer from vocab.json and merges.txt encodes and decodes", () => {
  const tokenizer = PipelineTokenizer.fromJSON(gpt2JSON({ vocab: VOCAB, merges: MERGES }));
  const text = "be be eb<|endoftext|>be";
  assertEquals([...tokenizer.encode(text)], [3, 4, 2, 1, 0, 5, 3]);
  assertEquals(tokenizer.decode(tokenizer.encode(text)), text);
});

Deno.test("<|endoftext|> is not an added token if the vocabulary lacks it", () => {
  assertEquals(gpt2JSON({ vocab: '{"a": 0}', merges: "" }).added_tokens, []);
});

Deno.test("merges are read with CR LF, without the version, and with empty lines at the end", () => {
  const merges = gpt2JSON({ vocab: VOCAB, merges: MERGES }).model;
  for (const text of ["#version: 0.2\r\nb e\r\nĠ be\r\n\r\n", "b e\nĠ be", "b e\nĠ be\n\n\n"]) {
    assertEquals(gpt2JSON({ vocab: VOCAB, merges: text }).model, merges);
  }
});

Deno.test("only the first line can be a version, since a merge may start like one", () => {
  const vocab = '{"#version": 0, "a": 1, "#versiona": 2}';
  const { merges } = gpt2JSON({ vocab, merges: "#version: 0.2\n#version a\n" }).model as { merges: unknown };
  assertEquals(merges, [["#version", "a"]]);
});

Deno.test("a line that is not a merge of the vocabulary is rejected with its number", () => {
  const line = (merges: string): () => unknown => () => gpt2JSON({ vocab: VOCAB, merges });
  const place = "read a tokenizer: merges.txt: line";
  const two = "expected two tokens with a space between them, found";
  assertThrows(line("#version: 0.2\nb e\nbe"), SyntaxError, `${place} 3: ${two} "be"`);
  assertThrows(line("b e\n\nb e"), SyntaxError, `${place} 2: ${two} ""`);
  assertThrows(line("b e\nb e b"), SyntaxError, `${place} 2: ${two} "b e b"`);
  assertThrows(line("b "), SyntaxError, `${place} 1: ${two} "b "`);
  assertThrows(line("b e\nb x"), RangeError, `${place} 2: expected tokens of vocab.json, found "x"`);
  assertThrows(line("e b"), RangeError, `${place} 1: expected tokens of vocab.json, found "eb"`);
});

Deno.test("an invalid vocab.json is rejected by name", () => {
  const vocab = (text: string): () => unknown => () => gpt2JSON({ vocab: text, merges: "" });
  assertThrows(vocab('{"a": 0'), SyntaxError, "read a tokenizer: vocab.json: expected JSON, found");
  assertThrows(vocab("[]"), SyntaxError, "read a tokenizer: vocab.json: expected an object, found []");
  assertThrows(vocab('{"a": "0"}'), SyntaxError, 'vocab.json: the id of "a": expected a number, found "0"');
  assertThrows(
    vocab('{"a": 0, "__proto__": 0}'),
    RangeError,
    'vocab.json: the id of "__proto__": expected a unique id, found 0, also the id of "a"',
  );
});
