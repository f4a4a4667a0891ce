import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { PipelineTokenizer, sentencePieceJSON, tokenizerFromJSON } from "../../../tokenizers/mod.ts";
import goldens from "../../goldens/sentencepiece/models.json" with { type: "json" };

// The models and ids come from SentencePiece 0.1.97; see tests/goldens/sentencepiece/generate.py.

interface Golden {
  readonly name: string;
  /** The ids of each text; null if SentencePiece fails. */
  readonly ids: readonly (readonly number[] | null)[];
  /** Sequences of ids and their texts. */
  readonly decoded: readonly (readonly [ids: readonly number[], text: string])[];
  /** The file, in base64. */
  readonly model: string;
}

const MODELS = goldens.models as unknown as readonly Golden[];

function read({ model }: Golden): PipelineTokenizer {
  const bytes = Uint8Array.from(atob(model), (character) => character.charCodeAt(0));
  return PipelineTokenizer.fromJSON(sentencePieceJSON(bytes));
}

/** The model written to a `tokenizer.json` and read back. */
function copy(tokenizer: PipelineTokenizer): PipelineTokenizer {
  return tokenizerFromJSON(JSON.parse(JSON.stringify(tokenizer))) as PipelineTokenizer;
}

for (const golden of MODELS) {
  Deno.test(`SentencePiece model ${golden.name}: the ids are SentencePiece's, also after saving`, () => {
    const tokenizer = read(golden);
    for (const each of [tokenizer, copy(tokenizer)]) {
      for (const [i, expected] of golden.ids.entries()) {
        if (expected !== null) assertEquals([...each.encode(goldens.texts[i])], expected, goldens.texts[i]);
      }
    }
    assertEquals(JSON.stringify(copy(tokenizer)), JSON.stringify(tokenizer));
  });

  Deno.test(`SentencePiece model ${golden.name}: the decoded texts are SentencePiece's, also token by token`, () => {
    const tokenizer = copy(read(golden));
    for (const [ids, text] of golden.decoded) {
      assertEquals(tokenizer.decode(ids), text, `${ids}`);
      const decoder = tokenizer.decoder();
      assertEquals(ids.map((id) => decoder.push(id)).join("") + decoder.flush(), text, `${ids}`);
    }
  });
}

function named(name: string): PipelineTokenizer {
  return read(MODELS.find((model) => model.name === name)!);
}

Deno.test("decomposed letters, Korean syllables and half-width kana keep their marks", () => {
  const tokenizer = named("unigram, plain");
  for (const [decomposed, composed] of [["e\u0302\u0301", "ế"], ["\u1112\u1161\u11ab", "한"], ["\uff8a\uff9f", "パ"]]) {
    assertEquals([...tokenizer.encode(decomposed)], [...tokenizer.encode(composed)]);
    assert(!tokenizer.encode(decomposed).includes(tokenizer.unknownId!), decomposed);
  }
});

Deno.test("offsets of a SentencePiece model refer to the original text", () => {
  const { tokens, offsets } = named("char, plain").encoding("  a\u3000\ufb01e\u0302\u0301");
  assertEquals(tokens, ["▁", "a", "▁", "f", "i", "ế"]);
  assertEquals(offsets, [[2, 3], [2, 3], [3, 4], [4, 5], [4, 5], [5, 8]]);
});

Deno.test("a word that spells a control piece is unknown", () => {
  const tokenizer = named("word, bare");
  assertEquals([...tokenizer.encode("<s>")], [tokenizer.unknownId]);
});

Deno.test("without the field sentencepiece, the file means what Hugging Face's library reads", () => {
  const json = JSON.parse(JSON.stringify(named("unigram, plain")));
  delete json.normalizer.sentencepiece;
  delete json.model.sentencepiece;
  const other = PipelineTokenizer.fromJSON(json);
  assertEquals([...other.encode("the boat")], [...named("unigram, plain").encode("the boat")]);
  assertNotEquals([...other.encode("e\u0302\u0301")], [...other.encode("ế")]);
  assert(other.encode("<s>").includes(other.id("<s>")!));
});
