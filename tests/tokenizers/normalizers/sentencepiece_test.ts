import { assertEquals, assertThrows } from "@std/assert";
import { AlignedText } from "../../../tokenizers/aligned_text.ts";
import { JSONFields } from "../../../tokenizers/json_fields.ts";
import {
  normalizerFromJSON,
  Precompiled,
  SentencePiece,
  type SentencePieceOptions,
} from "../../../tokenizers/normalizers/mod.ts";
import { charsMap } from "./chars_map.ts";

const MAP = charsMap([
  ["e\u0302", "ê"],
  ["e\u0302\u0301", "ế"],
  ["\u1112\u1161\u11ab", "한"],
  ["\u1112\u1161", "하"],
  ["\uff8a\uff9f", "パ"],
  ["\ufb01", "fi"],
  ["\u3000", " "],
  ["\u2026", " .  . "],
  ["\u200b", ""],
  ["\u{1d7d8}", "0"],
]);

function normalized(text: string, options: SentencePieceOptions = {}): string {
  return new SentencePiece({ charsMap: MAP, ...options }).normalize(AlignedText.of(text)).text;
}

// The algorithm is compared with SentencePiece itself in tests/tokenizers/files/sentencepiece_goldens_test.ts.

Deno.test("the longest entry that starts at each position is replaced", () => {
  assertEquals(normalized("e\u0302\u0301e\u0302e\u0301"), "▁ếêe\u0301");
  assertEquals(normalized("\u1112\u1161\u11ab\u1112\u1161\u1112"), "▁한하\u1112");
  assertEquals(normalized("\uff8a\uff9f\uff8a \ufb01\u{1d7d8}😀"), "▁パ\uff8a▁fi0😀");
  const lost = new Precompiled(MAP).normalize(AlignedText.of("e\u0302\u0301")).text;
  assertEquals(lost, "ê");
});

Deno.test("user-defined symbols are not rewritten, and the longest of them counts", () => {
  const userDefinedSymbols = ["\ufb01", "e\u0302", "e\u0302\u0301x"];
  assertEquals(normalized("\ufb01e\u0302\u0301", { userDefinedSymbols }), "▁\ufb01e\u0302\u0301");
  assertEquals(normalized("e\u0302\u0301x e\u0301", { userDefinedSymbols }), "▁e\u0302\u0301x▁e\u0301");
});

Deno.test("extra spaces are removed after the table is applied", () => {
  assertEquals(normalized("\u3000 a \u3000\u200b b\u3000"), "▁a▁b");
  // Within a replacement, only the spaces at its start are removed.
  assertEquals(normalized("a \u2026 b"), "▁a▁.▁▁.▁b");
  assertEquals(normalized("▁ a ▁"), "▁▁▁a");
  for (const empty of ["", " ", "\u3000 ", "\u200b", " \u200b "]) assertEquals(normalized(empty), "", empty);
});

Deno.test("spaces are kept, added and written according to the settings", () => {
  const kept = { removeExtraWhitespaces: false };
  assertEquals(normalized(" a  b ", kept), "▁▁a▁▁b▁");
  assertEquals(normalized("\u200b", kept), "▁");
  assertEquals(normalized(" a  b ", { ...kept, addDummyPrefix: false }), "▁a▁▁b▁");
  assertEquals(normalized(" a  b ", { whitespaceAsSuffix: true }), "a▁b▁");
  assertEquals(normalized("a ", { ...kept, whitespaceAsSuffix: true }), "a▁▁");
  assertEquals(normalized(" a  ▁ ", { escapeWhitespaces: false }), " a ▁");
});

Deno.test("each character maps to the part of the original that it comes from", () => {
  const ranges = (text: string, options: SentencePieceOptions = {}): string => {
    const found = new SentencePiece({ charsMap: MAP, ...options }).normalize(AlignedText.of(text));
    return Array.from({ length: found.length }, (_, i) => `${found.start(i)}-${found.end(i)}`).join(" ");
  };
  assertEquals(ranges("  \ufb01  e\u0302\u0301"), "2-3 2-3 2-3 3-4 5-8");
  assertEquals(ranges("a\u200bb", { whitespaceAsSuffix: true }), "0-1 2-3 2-3");
});

Deno.test("an unpaired surrogate counts as U+FFFD", () => {
  assertEquals(normalized("a\ud83d b"), "▁a\ufffd▁b");
});

Deno.test("long runs take linear time", () => {
  assertEquals(normalized("a" + " ".repeat(500_000) + "b"), "▁a▁b");
  assertEquals(normalized("e\u0302\u0301".repeat(200_000)), "▁" + "ế".repeat(200_000));
});

Deno.test("the normalizer is read from and written to a tokenizer.json", () => {
  const options = {
    charsMap: MAP,
    addDummyPrefix: false,
    whitespaceAsSuffix: true,
    removeExtraWhitespaces: false,
    escapeWhitespaces: false,
    userDefinedSymbols: ["<a>"],
  };
  const json = JSON.parse(JSON.stringify(new SentencePiece(options)));
  const copy = normalizerFromJSON(new JSONFields(json, "normalizer"));
  assertEquals((copy as SentencePiece).options, options);
  assertEquals(copy.toJSON(), json);
  delete json.sentencepiece;
  assertEquals(normalizerFromJSON(new JSONFields(json, "normalizer")) instanceof SentencePiece, false);
  const broken = { ...json, sentencepiece: { add_dummy_prefix: "yes" } };
  assertThrows(
    () => normalizerFromJSON(new JSONFields(broken, "normalizer")),
    SyntaxError,
    'normalizer.sentencepiece.add_dummy_prefix: expected true or false, found "yes"',
  );
});
