import { assertEquals, assertThrows } from "@std/assert";
import {
  type Model,
  models,
  PipelineTokenizer,
  postProcessors,
  preTokenizers,
  tiktokenJSON,
  WordTokenizer,
} from "@elman/elman/tokenizers";
import peers from "../goldens/tokenizer_peers.json" with { type: "json" };

const END = "<end>";

/** A tokenizer whose model's vocabulary contains the special tokens `<end>` and `<pad>`, as id 1 and 2. */
function withSpecial(model: Model): PipelineTokenizer {
  const addedTokens = [{ content: END, id: 1, special: true }, { content: "<pad>", id: 2, special: true }];
  return new PipelineTokenizer({ model, addedTokens, preTokenizer: new preTokenizers.WhitespaceSplit() });
}

const CHARACTERS = ["<", ">", "e", "n", "d", "p", "a"];
const TOKENS = ["<unk>", END, "<pad>", ...CHARACTERS];
const vocabulary = new Map(TOKENS.map((token, id) => [token, id]));
const continued = CHARACTERS.map((token, i): [string, number] => [`##${token}`, TOKENS.length + i]);
const merges = [["<", "e"], ["n", "d"], ["nd", ">"], ["<e", "nd>"]] as const;
const merged = new Map([...vocabulary, ["<e", 20], ["nd", 21], ["nd>", 22]]);

const TOKENIZERS: Record<string, { tokenizer: PipelineTokenizer; plain: number[] }> = {
  WordLevel: { tokenizer: withSpecial(new models.WordLevel({ vocabulary, unknownToken: "<unk>" })), plain: [0] },
  WordPiece: {
    tokenizer: withSpecial(
      new models.WordPiece({ vocabulary: new Map([...vocabulary, ...continued]), unknownToken: "<unk>" }),
    ),
    plain: [3, 12, 13, 14, 11],
  },
  "BPE whose merges make the token": {
    tokenizer: withSpecial(new models.BPE({ vocabulary: merged, merges })),
    plain: [20, 22],
  },
  "BPE that keeps whole pieces": {
    tokenizer: withSpecial(new models.BPE({ vocabulary, merges: [], ignoreMerges: true })),
    plain: [3, 5, 6, 7, 4],
  },
  Unigram: {
    tokenizer: withSpecial(new models.Unigram({ pieces: TOKENS.map((token) => [token, -1] as const), unknownId: 0 })),
    plain: [3, 5, 6, 7, 4],
  },
};

for (const [name, { tokenizer, plain }] of Object.entries(TOKENIZERS)) {
  Deno.test(`${name}: a special token that is not allowed is ordinary text`, () => {
    const text = `a ${END} <pad>`;
    assertEquals([...tokenizer.encode(text)], [9, 1, 2]);
    assertEquals([...tokenizer.encode(text, { allowedSpecial: "all" })], [9, 1, 2]);
    assertEquals([...tokenizer.encode(text, { allowedSpecial: [END, "<pad>"] })], [9, 1, 2]);
    for (const allowedSpecial of [["<pad>"], new Set(["<pad>"])]) {
      assertEquals([...tokenizer.encode(text, { allowedSpecial })], [9, ...plain, 2]);
      assertEquals([...tokenizer.encodePrompt(text, { allowedSpecial })], [9, ...plain, 2]);
      assertEquals(tokenizer.encoding(text, { allowedSpecial }).ids, [9, ...plain, 2]);
      assertEquals(tokenizer.encodings([text], { allowedSpecial })[0].ids, [9, ...plain, 2]);
    }
    const none = [...tokenizer.encode(text, { allowedSpecial: [] })];
    assertEquals(none.slice(0, plain.length + 1), [9, ...plain]);
    assertEquals(none.some((id) => id === 1 || id === 2), false);
    assertEquals([...tokenizer.encode(text)], [9, 1, 2], "the default stays");
  });
}

Deno.test("special tokens that the post-processor adds are not affected, in texts and pairs", () => {
  const { tokenizer: { parts }, plain } = TOKENIZERS.Unigram;
  const postProcessor = new postProcessors.BERT({ cls: ["<pad>", 2], sep: [END, 1] });
  const tokenizer = new PipelineTokenizer({ ...parts, postProcessor });
  assertEquals([...tokenizer.encode(END, { allowedSpecial: [] })], [2, ...plain, 1]);
  assertEquals(tokenizer.encoding(["a", END], { allowedSpecial: [] }).ids, [2, 9, 1, ...plain, 1]);
});

Deno.test("a token of one character that is not allowed keeps its id if there is no unknown token", () => {
  const model = new models.BPE({ vocabulary: new Map([["a", 0], ["!", 1]]), merges: [] });
  const tokenizer = new PipelineTokenizer({ model, addedTokens: [{ content: "!", id: 1, special: true }] });
  assertEquals([...tokenizer.encode("a!", { allowedSpecial: [] })], [0, 1]);
});

Deno.test("added tokens that are not special are matched whatever is allowed", () => {
  const { tokenizer: { parts } } = TOKENIZERS.Unigram;
  const addedTokens = [...parts.addedTokens!, { content: "\n", id: 30 }];
  const tokenizer = new PipelineTokenizer({ ...parts, addedTokens });
  assertEquals([...tokenizer.encode(`a\n`, { allowedSpecial: [] })], [9, 30]);
});

for (const [pattern, { ordinary, ids }] of Object.entries(peers.tiktoken.encodings)) {
  Deno.test(`${pattern}: with no allowed tokens, ids are those of tiktoken's encode_ordinary`, () => {
    // Qwen composes characters before its tiktoken encodes.
    const json = { ...tiktokenJSON({ ranks: peers.tiktoken.ranks, pattern }), normalizer: null };
    const tokenizer = PipelineTokenizer.fromJSON(json);
    for (const [i, text] of peers.tiktoken.texts.entries()) {
      assertEquals([...tokenizer.encode(text, { allowedSpecial: [] })], ordinary[i], JSON.stringify(text));
      assertEquals([...tokenizer.encode(text, { allowedSpecial: "all" })], ids[i]);
    }
  });
}

Deno.test("a word that spells a symbol that is not allowed is an unknown word", () => {
  const tokenizer = WordTokenizer.train("a b\n");
  assertEquals([...tokenizer.encodePrompt("a <eos> <unk> b\n")], [2, 1, 0, 3, 1]);
  assertEquals([...tokenizer.encodePrompt("a <eos> <unk> b\n", { allowedSpecial: [] })], [2, 0, 0, 3, 1]);
  assertEquals([...tokenizer.encode("a <eos>", { allowedSpecial: ["<eos>"] })], [2, 1, 1]);
  const strict = WordTokenizer.train("a b\n", { unknown: false });
  assertThrows(() => strict.encode("<eos>", { allowedSpecial: [] }), RangeError, 'word "<eos>" at index 0');
});

Deno.test("another value of allowedSpecial throws", () => {
  for (const tokenizer of [TOKENIZERS.Unigram.tokenizer, WordTokenizer.train("a b\n")]) {
    // deno-lint-ignore no-explicit-any
    const encode = (options: any) => () => tokenizer.encode("a", options);
    assertThrows(
      encode({ allowedSpecial: "none" }),
      TypeError,
      'expected allowedSpecial to be "all", or a list or set',
    );
    assertThrows(encode({ allowedSpecial: ["<a>", 3] }), TypeError, 'list or set of tokens, found ["<a>",3]');
    assertThrows(encode({ allowedSpecial: new Set([3]) }), TypeError, "list or set of tokens, found an object of");
    assertThrows(encode({ special: [] }), TypeError, 'unknown option "special"');
  }
});

Deno.test("a token in allowedSpecial that is not special throws, with the special tokens listed", () => {
  const { tokenizer } = TOKENIZERS.Unigram;
  const expected = 'encode: allowedSpecial: expected one of "<end>", "<pad>", found "<other>"';
  for (const allowedSpecial of [["<pad>", "<other>"], new Set(["<other>"])]) {
    assertThrows(() => tokenizer.encode("a", { allowedSpecial }), RangeError, expected);
    assertThrows(() => tokenizer.encodePrompt("a", { allowedSpecial }), RangeError, expected);
    assertThrows(() => tokenizer.encodings(["a"], { allowedSpecial }), RangeError, expected);
  }
  const words = WordTokenizer.train("a b\n");
  assertThrows(() => words.encode("a", { allowedSpecial: ["b"] }), RangeError, 'one of "<unk>", "<eos>", found "b"');
  const plain = new PipelineTokenizer({ ...tokenizer.parts, addedTokens: [] });
  assertThrows(() => plain.encode("a", { allowedSpecial: ["b"] }), RangeError, "no special tokens, found");
  const addedTokens = Array.from({ length: 300 }, (_, i) => ({ content: `<${i}>`, id: 50 + i, special: true }));
  const many = new PipelineTokenizer({ ...tokenizer.parts, addedTokens });
  assertThrows(() => many.encode("a", { allowedSpecial: ["b"] }), RangeError, '"<7>" and 292 more, found "b"');
});
