import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  decoders,
  models,
  normalizers,
  Padding,
  patterns,
  PipelineTokenizer,
  postProcessors,
  presets,
  preTokenizers,
  tokenizerFromJSON,
  trainers,
  Truncation,
} from "@elman/elman/tokenizers";
import { AlignedText } from "../../tokenizers/aligned_text.ts";
import { caseCount } from "../support/case_count.ts";
import { HARD_TEXTS, randomIntegers } from "./contract.ts";
import { readHardCases } from "../conformance/texts.ts";

const CORPUS = "the cat sat on the mat, and the dog sat on the cat.\nDon't stop: 1,234 words!\n".repeat(20).split(
  /(?<=\n)/,
);
const byteLevel = await PipelineTokenizer.train(CORPUS, presets.bpe({ vocabSize: 400 }));
const hard = (await readHardCases()).texts;

/** A string of random code points from all planes, without surrogates. */
function randomText(random: (bound: number) => number): string {
  const bounds = [0x80, 0x80, 0x800, 0x10000, 0x110000];
  return Array.from({ length: random(20) }, () => {
    const code = random(bounds[random(bounds.length)]);
    return String.fromCodePoint(code >= 0xd800 && code < 0xe000 ? 0x20 : code);
  }).join("");
}

Deno.test("byte-level BPE restores random texts", () => {
  const random = randomIntegers(5);
  for (let i = 0; i < caseCount(10_000); i++) {
    const text = randomText(random);
    const decoded = byteLevel.decode(byteLevel.encode(text));
    if (decoded !== text) throw new RangeError(`expected ${JSON.stringify(text)}, found ${JSON.stringify(decoded)}`);
  }
});

Deno.test("byte-level BPE restores random bytes and decodes random ids", () => {
  const random = randomIntegers(6);
  for (let i = 0; i < caseCount(2000); i++) {
    const bytes = Uint8Array.from({ length: random(40) }, () => random(256));
    assertEquals(byteLevel.decodeBytes(byteLevel.encodeBytes(bytes)), bytes);
    const ids = Array.from({ length: random(40) }, () => random(byteLevel.size));
    assertEquals(
      byteLevel.decode(ids),
      new TextDecoder("utf-8", { ignoreBOM: true }).decode(byteLevel.decodeBytes(ids)),
    );
  }
  assertThrows(() => byteLevel.decodeBytes([400]), RangeError, "expected 0 to");
  const other = byteLevel.with({ preTokenizer: new preTokenizers.Whitespace() });
  assertThrows(() => other.encodeBytes(new Uint8Array()), TypeError, "expected a byte-level tokenizer");
});

Deno.test("encode and encoding give the same ids, and offsets cover the text", () => {
  for (const text of [...hard, ...HARD_TEXTS]) {
    const { ids, offsets, tokens } = byteLevel.encoding(text);
    assertEquals([...byteLevel.encode(text)], ids);
    assertEquals(tokens, ids.map((id) => byteLevel.tokens[id]!));
    let covered = 0;
    for (const [start, end] of offsets) {
      assert(start <= covered && end >= start, `${JSON.stringify(text.slice(0, 50))}: a gap before ${start}`);
      covered = end;
    }
    assertEquals(covered, text.length);
  }
});

Deno.test("words that have been encoded before have the same ids, wherever they stand", () => {
  const tokenizer = new PipelineTokenizer({
    normalizer: new normalizers.Sequence([new normalizers.NFC(), new normalizers.Lowercase()]),
    preTokenizer: new preTokenizers.Whitespace(),
    model: wordLevel(["<unk>", "a", "b", ".", "é"]),
  });
  for (const text of ["A b.  a", "b. A\nb", " a  b ", "e\u0301 \u0301a", "x A b.", ...hard, ...HARD_TEXTS]) {
    for (let time = 0; time < 2; time++) assertEquals([...tokenizer.encode(text)], tokenizer.encoding(text).ids);
  }
});

Deno.test("hard texts never throw, whatever the parts", () => {
  const model = byteLevel.parts.model;
  const pipelines = [
    byteLevel,
    byteLevel.with({ normalizer: new normalizers.NFKC() }),
    byteLevel.with({ preTokenizer: new preTokenizers.ByteLevel({ addPrefixSpace: true }) }),
    new PipelineTokenizer({ model, normalizer: new normalizers.BERT(), preTokenizer: new preTokenizers.BERT() }),
    new PipelineTokenizer({ model, preTokenizer: new preTokenizers.Metaspace(), decoder: new decoders.Metaspace() }),
    new PipelineTokenizer({ model }),
  ];
  for (const pipeline of pipelines) {
    const copy = PipelineTokenizer.fromJSON(JSON.parse(JSON.stringify(pipeline)));
    for (const text of hard) {
      const encoding = pipeline.encoding(text);
      const { ids } = encoding;
      assertEquals([...pipeline.encode(text)], ids);
      assertEquals(copy.encoding(text), encoding);
      const decoder = pipeline.decoder();
      const pieces = ids.map((id) => decoder.push(id));
      assertEquals(pieces.join("") + decoder.flush(), pipeline.decode(ids));
    }
  }
});

Deno.test("pairs, special tokens, truncation and padding work together", () => {
  const vocabulary = new Map(["[PAD]", "[CLS]", "[SEP]", "[UNK]", "a", "b", "c"].map((token, id) => [token, id]));
  const tokenizer = new PipelineTokenizer({
    model: new models.WordLevel({ vocabulary, unknownToken: "[UNK]" }),
    preTokenizer: new preTokenizers.WhitespaceSplit(),
    postProcessor: new postProcessors.Template({
      single: "[CLS] $A [SEP]",
      pair: "[CLS] $A [SEP] $B:1 [SEP]:1",
      specialTokens: { "[CLS]": 1, "[SEP]": 2 },
    }),
    addedTokens: ["[PAD]", "[CLS]", "[SEP]"].map((content, id) => ({ content, id, special: true })),
    truncation: new Truncation({ maxLength: 6 }),
    padding: new Padding(),
  });
  assertEquals([...tokenizer.encode("a b c a b c")], [1, 4, 5, 6, 4, 5, 6, 2], "encode does not truncate");
  assertEquals([...tokenizer.encodePrompt("a")], [1, 4]);
  const [first, second] = tokenizer.encodings([["a b c", "b c"], "a"]);
  assertEquals(first.ids, [1, 4, 5, 2, 5, 2]);
  assertEquals(first.typeIds, [0, 0, 0, 0, 1, 1]);
  assertEquals(first.sequenceIds, [undefined, 0, 0, undefined, 1, undefined]);
  assertEquals(first.specialTokensMask, [1, 0, 0, 1, 0, 1]);
  assertEquals(first.overflowing.map(({ ids }) => ids), [[1, 6, 2, 5, 2, 0], [1, 6, 2, 6, 2, 0], [1, 4, 5, 2, 6, 2]]);
  assertEquals(second.ids, [1, 4, 2, 0, 0, 0]);
  assertEquals(second.attentionMask, [1, 1, 1, 0, 0, 0]);
  assertEquals(tokenizer.encoding("a b", { addSpecialTokens: false }).ids, [4, 5]);
  assertEquals(tokenizer.decode(second.ids), "[CLS] a [SEP] [PAD] [PAD] [PAD]");
  assertEquals(tokenizer.decode(second.ids, { skipSpecialTokens: true }), "a");
  assertEquals(tokenizer.unknownSymbols("a zz b y zz"), ["zz", "y"]);
  assertEquals([tokenizer.id("c"), tokenizer.id("[SEP]"), tokenizer.id("d")], [6, 2, undefined]);
  assertEquals(tokenizer.boundary("a b c"), 0, "special tokens around a text leave no place to cut it");
});

Deno.test("a token named __proto__ is ordinary, and no prototype changes", () => {
  const text = "constructor __proto__ toString hasOwnProperty\n";
  const words = text.trim().split(" ");
  for (
    const json of [
      JSON.stringify(
        new PipelineTokenizer({ model: wordLevel(words), preTokenizer: new preTokenizers.WhitespaceSplit() }),
      ),
      '{"version":"1.0","truncation":null,"padding":null,"added_tokens":[],"normalizer":null,"pre_tokenizer":' +
      '{"type":"WhitespaceSplit"},"post_processor":null,"decoder":null,"model":{"type":"WordLevel","vocab":{"constructor":' +
      '0,"__proto__":1,"toString":2,"hasOwnProperty":3},"unk_token":"__proto__"}}',
    ]
  ) {
    const tokenizer = tokenizerFromJSON(JSON.parse(json));
    assertEquals([...tokenizer.encode(text)], [0, 1, 2, 3]);
    assertEquals(tokenizer.decode([1, 3]), "__proto__ hasOwnProperty");
  }
  assertEquals(Object.keys(Object.prototype), []);
});

function wordLevel(words: readonly string[]): models.WordLevel {
  return new models.WordLevel({ vocabulary: new Map(words.map((word, id) => [word, id])), unknownToken: words[0] });
}

Deno.test("dropout and sampling vary the tokens of a text, reproducibly for each seed", async () => {
  const text = "the cat sat on the mat, and the dog sat on the cat.";
  const { model } = byteLevel.parts;
  assert(model instanceof models.BPE);
  const dropping = (seed: number): PipelineTokenizer => {
    const { vocabulary, merges } = model;
    return byteLevel.with({ model: new models.BPE({ vocabulary, merges, dropout: 0.3, seed }) });
  };
  const unigram = await PipelineTokenizer.train(CORPUS, presets.unigram({ vocabSize: 60 }));
  const trained = unigram.parts.model as models.Unigram;
  const sampling = (seed: number): PipelineTokenizer => {
    const { pieces, unknownId } = trained;
    return unigram.with({ model: new models.Unigram({ pieces, unknownId, sampling: { alpha: 0.1, seed } }) });
  };
  for (const make of [dropping, sampling]) {
    const encode = (seed: number): string[] => {
      const tokenizer = make(seed);
      return Array.from({ length: 10 }, () => {
        const ids = tokenizer.encode(text);
        assertEquals(tokenizer.decode(ids), text);
        return ids.join(" ");
      });
    };
    assert(new Set(encode(1)).size > 5);
    assertEquals(encode(1), encode(1));
    assert(encode(1).join() !== encode(2).join());
  }
});

Deno.test("training accepts sync and async iterables and reports progress", async () => {
  async function* stream(): AsyncGenerator<string> {
    for (const line of CORPUS) yield await Promise.resolve(line);
  }
  const stages = new Set<string>();
  const onProgress = ({ stage, done, total }: { stage: string; done: number; total?: number }): void => {
    assert(done >= 0 && (total === undefined || done <= total));
    stages.add(stage);
  };
  const streamed = await PipelineTokenizer.train(stream(), { ...presets.bpe({ vocabSize: 400 }), onProgress });
  assertEquals(JSON.stringify(streamed), JSON.stringify(byteLevel));
  assertEquals([...stages].includes("count pieces"), true);
});

Deno.test("training rejects an empty corpus and too small a vocabulary", async () => {
  for (const preset of [presets.bpe, presets.wordpiece, presets.unigram]) {
    for (const [texts, vocabSize] of [[[], 300], [[""], 300], [CORPUS, 3]] as const) {
      let message = "";
      await PipelineTokenizer.train(texts, preset({ vocabSize })).catch((error) => {
        assert(error instanceof RangeError);
        message = error.message;
      });
      assert(message.includes("expected") && message.includes("found"), message);
    }
  }
  assertThrows(() => new trainers.BPE({ vocabSize: 0 }), RangeError, "vocabSize");
});

Deno.test("a text is not cut at a space if a normalizer removes the character before it", () => {
  const split = new preTokenizers.Split({ pattern: patterns.literalPattern(" "), behavior: "Contiguous" });
  const tokenizer = new PipelineTokenizer({
    normalizer: new normalizers.BERT(),
    preTokenizer: split,
    model: wordLevel(["a", " ", "  ", "b"]),
  });
  const text = "a \0 b\u0301 b";
  assertEquals([...tokenizer.encode(text)], [0, 2, 3, 1, 3]);
  for (let end = 1; end <= text.length; end++) {
    const cut = tokenizer.boundary(text.slice(0, end));
    const ids = [...tokenizer.encodePrompt(text.slice(0, cut)), ...tokenizer.encode(text.slice(cut))];
    assertEquals(ids, [0, 2, 3, 1, 3], `cut at ${cut}`);
  }
});

Deno.test("without an unknown token, an error names the unknown part and its index in the text", () => {
  const vocabulary = new Map([["a", 0], ["b", 1]]);
  const splitting = { preTokenizer: new preTokenizers.Whitespace() };
  const named = { vocabulary, unknownToken: "<unk>" };
  const unknown = 'which lacks the unknown token "<unk>", found "x", in the piece that starts at index 2';
  for (
    const model of [new models.WordLevel(named), new models.WordPiece(named), new models.BPE({ ...named, merges: [] })]
  ) {
    const tokenizer = new PipelineTokenizer({ ...splitting, model });
    assertThrows(() => tokenizer.encode("a x"), RangeError, unknown);
    assertThrows(() => tokenizer.encoding("a x"), RangeError, unknown);
  }
  const unnamed = new PipelineTokenizer({
    ...splitting,
    model: new models.WordLevel({ vocabulary, unknownToken: "" }),
  });
  const nameless =
    'expected words of the vocabulary, which has no unknown token, found "x", in the piece that starts at';
  assertThrows(() => unnamed.encode("a x"), RangeError, nameless);
  const unigram = new PipelineTokenizer({ ...splitting, model: new models.Unigram({ pieces: [["a", -1]] }) });
  assertThrows(
    () => unigram.encode("a x"),
    RangeError,
    'which has no unknown token, found "x", in the piece that starts at index 2',
  );
});

Deno.test("unknown symbols are listed by any model without an unknown token, as the text has them", () => {
  const vocabulary = new Map(["a", "b"].map((token, id) => [token, id]));
  const made = [
    new models.WordLevel({ vocabulary, unknownToken: "<unk>" }),
    new models.WordPiece({ vocabulary, unknownToken: "<unk>" }),
    new models.BPE({ vocabulary, merges: [], unknownToken: "<unk>" }),
    new models.BPE({ vocabulary, merges: [] }),
    new models.Unigram({ pieces: [["a", -1], ["b", -2]] }),
  ];
  for (const model of made) {
    const tokenizer = new PipelineTokenizer({
      model,
      normalizer: new normalizers.Lowercase(),
      preTokenizer: new preTokenizers.WhitespaceSplit(),
    });
    assertEquals(tokenizer.unknownSymbols("A X b"), ["X"], model.type);
    assertEquals(tokenizer.unknownSymbols("a b"), [], model.type);
  }
});

Deno.test("an unknown symbol of bytes is the character, whichever of its bytes are unknown", () => {
  const symbolsOf = (text: string): string[] =>
    [...new preTokenizers.ByteLevel({ addPrefixSpace: false }).split(
      AlignedText.of(text),
    )].flatMap((piece) => [...piece.text]);
  const [first, second] = symbolsOf("\u00e9");
  for (const known of [[], [first], [second]]) {
    const vocabulary = new Map([..."caf", ...known].map((token, id) => [token, id]));
    const tokenizer = new PipelineTokenizer({
      model: new models.BPE({ vocabulary, merges: [] }),
      preTokenizer: new preTokenizers.ByteLevel({ addPrefixSpace: false }),
    });
    assertEquals(tokenizer.unknownSymbols("caf\u00e9"), ["\u00e9"]);
  }
});

Deno.test("an added token has one id", () => {
  const parts = { model: wordLevel(["a"]), preTokenizer: new preTokenizers.WhitespaceSplit() };
  const addedTokens = [1, 2].map((id) => ({ content: "<x>", id }));
  assertThrows(() => new PipelineTokenizer({ ...parts, addedTokens }), RangeError, "expected 1, as before, found 2");
});
