import { assertEquals } from "@std/assert";
import { SentencePiece } from "../../../tokenizers/decoders/sentencepiece.ts";
import { SentencePiece as Normalizer } from "../../../tokenizers/normalizers/sentencepiece.ts";
import { charsMap } from "../normalizers/chars_map.ts";
import { decode, decoderContract, fragments } from "./contract.ts";

const PIECES = { unknownPiece: "<unk>", unknownSurface: " ⁇ ", controls: ["<s>", "</s>"] };
const DENORMALIZER = new Normalizer({
  charsMap: charsMap([["aa", "A"], ["b", ""]]),
  addDummyPrefix: false,
  removeExtraWhitespaces: false,
  escapeWhitespaces: false,
});

decoderContract("SentencePiece", new SentencePiece({ ...PIECES, byteFallback: true }));
decoderContract("SentencePiece with a denormalizer", new SentencePiece({ ...PIECES, denormalizer: DENORMALIZER }));

// The algorithm is compared with SentencePiece itself in tests/tokenizers/files/sentencepiece_goldens_test.ts.

Deno.test("SentencePiece: the mark before each piece is removed until there is text", () => {
  const all = new SentencePiece(PIECES);
  assertEquals(decode(all, ["▁", "<s>", "▁", "▁a", "▁b"]), "a b");
  assertEquals(decode(all, ["▁▁a"]), " a");
  const first = new SentencePiece({ ...PIECES, removeExtraWhitespaces: false });
  assertEquals(decode(first, ["▁", "▁a"]), " a");
  const none = new SentencePiece({ ...PIECES, removeExtraWhitespaces: false, addDummyPrefix: false });
  assertEquals(decode(none, ["▁", "▁a"]), "  a");
});

Deno.test("SentencePiece: bytes become characters, and each byte that is in none becomes U+FFFD", () => {
  const decoder = new SentencePiece({ ...PIECES, byteFallback: true });
  assertEquals(decode(decoder, ["<0xC3>", "<0xA9>", "<0xE2>", "<0x82>", "a"]), "é\ufffd\ufffda");
  assertEquals(fragments(decoder, ["<0xF0>", "<0x9F>", "<0x98>", "<0x80>", "a"]), ["", "", "", "😀", "a", ""]);
  assertEquals(decode(new SentencePiece(PIECES), ["<0x41>"]), "<0x41>");
});

Deno.test("SentencePiece: the denormalizer rewrites the whole text", () => {
  assertEquals(decode(new SentencePiece({ ...PIECES, denormalizer: DENORMALIZER }), ["▁a", "a", "▁ab", "b"]), "A a");
});
