import { assertEquals } from "@std/assert";
import { ByteTokenizer, type Tokenizer } from "../../mod.ts";
import { decoderAfter, finishedText, finishedTextAfter } from "../../tokenizers/decoder_after.ts";
import { type Decoder, decoders, models, PipelineTokenizer } from "../../tokenizers/mod.ts";
import { decodeAll } from "../../tokenizers/stream_decoder.ts";

/** A tokenizer of these tokens, and their ids by name. */
function made(decoder: Decoder, tokens: readonly string[]): { tokenizer: Tokenizer; ids: (text: string) => number[] } {
  const vocabulary = new Map(["<unk>", ...tokens].map((token, id) => [token, id] as const));
  const tokenizer = new PipelineTokenizer({
    model: new models.WordLevel({ vocabulary, unknownToken: "<unk>" }),
    decoder,
  });
  return { tokenizer, ids: (text) => text.split(" ").map((token) => vocabulary.get(token)!) };
}

const BYTES = ["<0xC3>", "<0xA9>", "<0xE2>", "<0x82>", "<0xAC>"];
const fallback = made(new decoders.Sequence([new decoders.ByteFallback(), new decoders.Fuse()]), [...BYTES, "a"]);
const pieces = made(
  new decoders.SentencePiece({ unknownPiece: "<unk>", unknownSurface: "?", byteFallback: true }),
  [...BYTES, "\u2581a"],
);
// As symbols of bytes: h and the first byte of é, the second one, h and the first byte of €, its others.
const mixed = made(new decoders.ByteLevel(), ["h\u00c3", "\u00a9", "h\u00e2", "\u0124", "\u00ac", "a"]);

const CASES: Record<string, [tokenizer: Tokenizer, ids: readonly number[], text: string]> = {
  "byte fallback": [
    fallback.tokenizer,
    fallback.ids("a <0xC3> <0xA9> <0xC3> <0xA9> <0xE2> <0x82> <0xAC> a <0xE2> <0x82> <0xAC>"),
    "aéé€a€",
  ],
  SentencePiece: [
    pieces.tokenizer,
    pieces.ids("\u2581a <0xC3> <0xA9> <0xC3> <0xA9> <0xE2> <0x82> <0xAC> \u2581a <0xE2> <0x82> <0xAC>"),
    "aéé€ a€",
  ],
  bytes: [new ByteTokenizer(), [...new TextEncoder().encode("aéé€😀a")], "aéé€😀a"],
  "parts of characters among others": [
    mixed.tokenizer,
    mixed.ids("a h\u00c3 \u00a9 h\u00e2 \u0124 \u00ac h\u00c3 \u00a9 a"),
    "ahéh€héa",
  ],
};

for (const [name, [tokenizer, ids, text]] of Object.entries(CASES)) {
  Deno.test(`a text is the same in parts, however its tokens are divided: ${name}`, () => {
    assertEquals(tokenizer.decode(ids), text);
    for (let end = 0; end <= ids.length; end++) {
      const before = ids.slice(0, end);
      const rest = decodeAll(decoderAfter(tokenizer, before), ids.slice(end));
      assertEquals(finishedText(tokenizer, before) + rest, text, `${end}`);
      for (let start = 0; start <= end; start++) {
        const between = finishedTextAfter(tokenizer, ids.slice(0, start), ids.slice(start, end));
        assertEquals(finishedText(tokenizer, ids.slice(0, start)) + between + rest, text, `${start} to ${end}`);
      }
    }
  });
}

Deno.test("bytes that no more tokens can finish are a part of the text", () => {
  const { tokenizer, ids } = fallback;
  assertEquals(finishedText(tokenizer, ids("a <0xA9> <0xC3>")), "a\ufffd");
  assertEquals(finishedText(tokenizer, ids("<0xC3> <0xA9> <0xA9>")), "\ufffd\ufffd\ufffd");
  assertEquals(finishedText(new ByteTokenizer(), [0x80, 0xc3]), "\ufffd");
});
