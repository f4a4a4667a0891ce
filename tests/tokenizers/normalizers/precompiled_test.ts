import { assert, assertEquals, assertThrows } from "@std/assert";
import { AlignedText } from "../../../tokenizers/aligned_text.ts";
import { Precompiled } from "../../../tokenizers/normalizers/mod.ts";
import { charsMap, charsMapOf, LEAF } from "./chars_map.ts";

const MAP = charsMap([
  ["\u2460", "1"],
  ["\ufb01", "fi"],
  ["e\u0301", "\u00e9"],
  ["\u200b", ""],
  ["\r\n", "\n"],
  ["\u{1f600}", ":)"],
  ["\u0600", "#"],
  ["\ufffd", " "],
]);

/** Texts, Hugging Face's results with this table, and the range of each character in the original. */
const CASES = [
  ["plain", "plain", "0-1 1-2 2-3 3-4 4-5"],
  ["\u2460\ufb01x", "1fix", "0-1 1-2 1-2 2-3"],
  ["e\u0301x e\u0301\u0323 ae\u0301", "\u00e9x \u00e9 a\u00e9", "0-1 2-3 3-4 4-5 7-8 8-9 9-10"],
  ["e\u0301\u0323\u0323x", "e\u0301\u0323\u0323x", "0-1 1-2 2-3 3-4 4-5"],
  ["\ufb01\u200b\u200bx", "fix", "0-1 1-2 3-4"],
  ["a\u200bb", "ab", "0-1 2-3"],
  ["a\r\n\r\nb\r", "a\n\nb\r", "0-1 1-2 3-4 5-6 6-7"],
  ["a\u{1f600}b", "a:)b", "0-1 1-3 1-3 3-4"],
  ["\u0600a\u0600", "##", "0-1 2-3"],
  ["\ud83dx", " x", "0-1 1-2"],
  ["e\u0301\u200d\u0301z", "e\u0301\u200d\u0301z", "0-1 1-2 2-3 3-4 4-5"],
  ["\0\ufb01", "\0fi", "0-1 1-2 1-2"],
] as const;

for (const [text, expected, places] of CASES) {
  Deno.test(`Precompiled normalizes ${JSON.stringify(text)} to ${JSON.stringify(expected)}`, () => {
    const found = new Precompiled(MAP).normalize(AlignedText.of(text));
    assertEquals(found.text, expected);
    assertEquals(Array.from(expected, (_, i) => `${found.start(i)}-${found.end(i)}`).join(" "), places);
  });
}

Deno.test("Precompiled returns a text without table entries as the same object, long graphemes included", () => {
  const normalizer = new Precompiled(MAP);
  for (const part of ["word ", "👩\u200d", "\u0301", "漢字", "\r"]) {
    const text = AlignedText.of(part.repeat(5000));
    assert(normalizer.normalize(text) === text, part);
  }
  const text = "👩\u200d".repeat(5000) + "\u2460" + "漢".repeat(5000) + "e\u0301";
  assertEquals(normalizer.normalize(AlignedText.of(text)).text, text.replace("\u2460", "1").replace("e\u0301", "é"));
});

Deno.test("Precompiled handles a megabyte of line ends or of decomposed letters", () => {
  const normalizer = new Precompiled(MAP);
  assertEquals(normalizer.normalize(AlignedText.of("\r\n".repeat(500_000))).text, "\n".repeat(500_000));
  assertEquals(normalizer.normalize(AlignedText.of("e\u0301".repeat(500_000))).text, "é".repeat(500_000));
});

Deno.test("Precompiled rejects a table truncated anywhere", () => {
  for (let length = 0; length < MAP.length; length += length < 8 || length > MAP.length - 20 ? 1 : 997) {
    assertThrows(() => new Precompiled(MAP.subarray(0, length)), RangeError, "expected");
  }
  assertEquals(new Precompiled(MAP).charsMap, MAP);
});

Deno.test("Precompiled rejects a table with invalid sizes or offsets", () => {
  const refuses = (bytes: Uint8Array, message: string): void => {
    assertThrows(() => new Precompiled(bytes), RangeError, message);
  };
  refuses(charsMapOf([], [97, 0]), "expected a trie of at most 2 bytes, a multiple of 4, found 0");
  refuses(charsMapOf([0, LEAF | 2], [97, 0]), "expected offsets into 2 bytes of texts, found 2");
  refuses(charsMapOf([0], [97]), "expected texts that end with a zero, found 97 at the end");
  refuses(charsMapOf([0], [0xff, 0]), "expected texts in UTF-8, found other bytes");
});

Deno.test("Precompiled terminates on tries with cycles or offsets out of range", () => {
  let state = 1;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
  const text = AlignedText.of("abcabc e\u0301漢😀");
  let changed = 0;
  for (let i = 0; i < 2000; i++) {
    // Labels that occur in the text, so that its bytes lead on; every third unit points into the texts.
    const units = Array.from({ length: 200 + random(100) }, (_, at) => {
      return at > 0 && random(8) === 0
        ? LEAF | random(4)
        : "abc "[random(4)].charCodeAt(0) | random(2) << 8 | random(256) << 10;
    });
    const result = new Precompiled(charsMapOf(units, [97, 98, 0, 0])).normalize(text);
    for (let at = 0; at < result.length; at++) assert(result.start(at) >= 0 && result.end(at) <= text.length);
    if (result !== text) changed++;
  }
  assert(changed > 20, `${changed}`);
});
