import { assert, assertEquals } from "@std/assert";
import { ByteTokenizer, PipelineTokenizer, presets, tokenizerFromJSON, WordTokenizer } from "../../mod.ts";
import { TokenTexts } from "../../tokenizers/token_texts.ts";

Deno.test("a token is shown as the text that it adds, and bytes of a part of a character in hexadecimal", async () => {
  const sample = ["héllo wörld 🙂\n", "hello héllo\n"];
  const bpe = await PipelineTokenizer.train(sample, presets.bpe({ vocabSize: 275 }));
  const texts = new TokenTexts(bpe);
  const shown = bpe.tokens.map((_, id) => texts.of(id));
  for (const expected of ["h", " ", "\n", "<0xC3>", "<0xF0>", "h<0xC3>", "<0xA9>llo", "héllo"]) {
    assert(shown.includes(expected), expected);
  }
  assert(shown.every((text) => !text.includes("\ufffd")));
  const bytes = new TokenTexts(new ByteTokenizer());
  assertEquals([0x41, 0x0a, 0x80, 0xff].map((id) => bytes.of(id)), ["A", "\n", "<0x80>", "<0xFF>"]);
  const words = WordTokenizer.train("the cat\n");
  const ofWords = new TokenTexts(words);
  assertEquals(words.vocabulary.symbols.map((_, id) => ofWords.of(id)), [" <unk>", "\n", " the", " cat"]);
  // Pieces of SentencePiece spell a space as a letter; bytes are tokens of their own.
  const vocab = { "<unk>": 0, "▁the": 1, "the": 2, "<0xE2>": 3, "▁": 4 };
  const replaced = { type: "Replace", pattern: { String: "▁" }, content: " " };
  const strip = { type: "Strip", content: " ", start: 1, stop: 0 };
  const pieces = tokenizerFromJSON({
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: null,
    post_processor: null,
    decoder: { type: "Sequence", decoders: [replaced, { type: "ByteFallback" }, { type: "Fuse" }, strip] },
    model: { type: "WordLevel", vocab, unk_token: "<unk>" },
  });
  const ofPieces = new TokenTexts(pieces);
  assertEquals([1, 2, 3, 4].map((id) => ofPieces.of(id)), [" the", "the", "<0xE2>", " "]);
});
