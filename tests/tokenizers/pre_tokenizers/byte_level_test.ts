import { assertEquals, assertThrows } from "@std/assert";
import { AlignedText } from "../../../tokenizers/aligned_text.ts";
import { ByteLevel } from "../../../tokenizers/pre_tokenizers/byte_level.ts";
import { cut, pieces, preTokenizerContract, randomTexts, read } from "./contract.ts";

preTokenizerContract("ByteLevel", new ByteLevel());
preTokenizerContract("ByteLevel without a prefix", new ByteLevel({ addPrefixSpace: false }));
preTokenizerContract("ByteLevel without its pattern", new ByteLevel({ useRegex: false }));

Deno.test("ByteLevel: splits like GPT-2", () => {
  assertEquals(pieces(new ByteLevel({ addPrefixSpace: false }), "Hello there   dear\nfriend"), [
    ["Hello", 0, 5],
    ["Ġthere", 5, 11],
    ["ĠĠ", 11, 13],
    ["Ġdear", 13, 18],
    ["Ċ", 18, 19],
    ["friend", 19, 25],
  ]);
});

Deno.test("ByteLevel: the prefix space maps to the first character and is not added before a space", () => {
  assertEquals(pieces(new ByteLevel(), "'s"), [["Ġ'", 0, 1], ["s", 1, 2]]);
  assertEquals(pieces(new ByteLevel(), "😀"), [["ĠðŁĺĢ", 0, 2]]);
  assertEquals(cut(new ByteLevel(), " a"), ["Ġa"]);
  assertEquals(cut(new ByteLevel({ useRegex: false }), "héllo wörld"), ["ĠhÃ©lloĠwÃ¶rld"]);
});

Deno.test("ByteLevel: each symbol maps to its whole character", () => {
  const [piece] = new ByteLevel({ addPrefixSpace: false, useRegex: false }).split(AlignedText.of("aé😀"));
  const spans = Array.from({ length: piece.length }, (_, i) => [piece.start(i), piece.end(i)]);
  assertEquals(spans, [[0, 1], [1, 2], [1, 2], [2, 4], [2, 4], [2, 4], [2, 4]]);
});

Deno.test("ByteLevel: the symbols spell the text's UTF-8, with U+FFFD for an unpaired surrogate", () => {
  const byteLevel = new ByteLevel({ addPrefixSpace: false, useRegex: false });
  const symbols = cut(byteLevel, Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).join(""))[0];
  assertEquals(symbols.slice(0x1f, 0x22) + symbols.slice(-2), "ğĠ!~ġ");
  assertEquals(cut(byteLevel, "\ud800"), ["ï¿½"]);
  for (const text of randomTexts(300)) {
    assertEquals(cut(byteLevel, text).join("").length, new TextEncoder().encode(text).length);
    assertEquals(cut(byteLevel, text.toWellFormed()), cut(byteLevel, text));
  }
});

Deno.test("ByteLevel: the alphabet has a symbol for each byte", () => {
  assertEquals(new Set(ByteLevel.alphabet).size, 256);
  assertEquals(cut(new ByteLevel(), "é")[0].slice(1), ByteLevel.alphabet[0xc3] + ByteLevel.alphabet[0xa9]);
});

Deno.test("ByteLevel: a file may omit only use_regex", () => {
  const json = { type: "ByteLevel", add_prefix_space: false, trim_offsets: false };
  assertEquals(read(json).toJSON(), { ...json, use_regex: true });
  assertThrows(() => read({ type: "ByteLevel", trim_offsets: true }), SyntaxError, "pre_tokenizer.add_prefix_space");
  assertThrows(() => read({ type: "ByteLevel", add_prefix_space: true }), SyntaxError, "pre_tokenizer.trim_offsets");
});
