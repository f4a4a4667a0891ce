import { assert, assertEquals, assertThrows } from "@std/assert";
import { AlignedText } from "../../../tokenizers/aligned_text.ts";
import { JSONFields } from "../../../tokenizers/json_fields.ts";
import { type Normalizer, normalizerFromJSON } from "../../../tokenizers/normalizers/mod.ts";

function read(json: unknown): Normalizer {
  return normalizerFromJSON(new JSONFields(json, "normalizer"));
}

/** A normalizer, a text, Hugging Face's result, and the range of each of its characters in the original. */
const CASES: readonly (readonly [json: Record<string, unknown>, text: string, expected: string, places: string])[] = [
  [{ "type": "NFC" }, "e\u0301x", "\u00e9x", "0-1 2-3"],
  [{ "type": "NFC" }, "e\u0323\u0301", "\u1eb9\u0301", "0-1 2-3"],
  [{ "type": "NFC" }, "\u1112\u1161\u11ab", "\ud55c", "0-1"],
  [{ "type": "NFC" }, "A\u030a \u212b", "\u00c5 \u00c5", "0-1 2-3 3-4"],
  [{ "type": "NFC" }, "\u0f73", "\u0f71\u0f72", "0-1 0-1"],
  [{ "type": "NFC" }, "plain", "plain", "0-1 1-2 2-3 3-4 4-5"],
  [{ "type": "NFD" }, "\u00e9\u0323x", "e\u0323\u0301x", "0-1 1-2 1-2 2-3"],
  [{ "type": "NFD" }, "\ud55c", "\u1112\u1161\u11ab", "0-1 0-1 0-1"],
  [{ "type": "NFD" }, "\u1e9b\u0323", "\u017f\u0323\u0307", "0-1 1-2 1-2"],
  [{ "type": "NFKC" }, "\ufb01\u00bd\uff76\uff9e", "fi1\u20442\u30ac", "0-1 0-1 1-2 1-2 1-2 2-3"],
  [{ "type": "NFKC" }, "\u2126\u33d2", "\u03a9log", "0-1 1-2 1-2 1-2"],
  [
    { "type": "NFKC" },
    "\ufdfa",
    "\u0635\u0644\u0649 \u0627\u0644\u0644\u0647 \u0639\u0644\u064a\u0647 \u0648\u0633\u0644\u0645",
    "0-1 0-1 0-1 0-1 0-1 0-1 0-1 0-1 0-1 0-1 0-1 0-1 0-1 0-1 0-1 0-1 0-1 0-1",
  ],
  [{ "type": "NFKC" }, "e\u0301\ufb03", "\u00e9ffi", "0-1 2-3 2-3 2-3"],
  [{ "type": "NFKD" }, "\ufb01x", "fix", "0-1 0-1 1-2"],
  [{ "type": "NFKD" }, "\u00e9\u00bd", "e\u03011\u20442", "0-1 0-1 1-2 1-2 1-2"],
  [{ "type": "Lowercase" }, "\u0130A", "i\u0307a", "0-1 0-1 1-2"],
  [{ "type": "Lowercase" }, "\u039f\u0394\u039f\u03a3", "\u03bf\u03b4\u03bf\u03c3", "0-1 1-2 2-3 3-4"],
  [{ "type": "Lowercase" }, "\u01c5\u00df", "\u01c6\u00df", "0-1 1-2"],
  [{ "type": "Strip", "strip_left": true, "strip_right": true }, " \u00a0ab\t ", "ab", "2-3 3-4"],
  [{ "type": "Strip", "strip_left": true, "strip_right": true }, "   ", "", ""],
  [{ "type": "Strip", "strip_left": false, "strip_right": true }, " ab ", " ab", "0-1 1-2 2-3"],
  [{ "type": "StripAccents" }, "e\u0301a", "ea", "0-1 2-3"],
  [{ "type": "StripAccents" }, "\u09c7x", "x", "1-2"],
  [{ "type": "Nmt" }, "a\u200bb\u0001c\t", "a bc ", "0-1 1-2 2-3 4-5 5-6"],
  [
    {
      "type": "BertNormalizer",
      "clean_text": true,
      "handle_chinese_chars": true,
      "strip_accents": null,
      "lowercase": true,
    },
    "H\u00e9llo\u0000\u00a0\u6f22\u200d!",
    "hello  \u6f22 !",
    "0-1 1-2 2-3 3-4 4-5 6-7 7-8 7-8 7-8 9-10",
  ],
  [
    {
      "type": "BertNormalizer",
      "clean_text": true,
      "handle_chinese_chars": true,
      "strip_accents": null,
      "lowercase": true,
    },
    "\u0130\ufffd\r\n",
    "i  ",
    "0-1 2-3 3-4",
  ],
  [
    {
      "type": "BertNormalizer",
      "clean_text": true,
      "handle_chinese_chars": true,
      "strip_accents": null,
      "lowercase": false,
    },
    "\u00c0B",
    "\u00c0B",
    "0-1 1-2",
  ],
  [
    {
      "type": "BertNormalizer",
      "clean_text": true,
      "handle_chinese_chars": true,
      "strip_accents": false,
      "lowercase": true,
    },
    "\u00c0B",
    "\u00e0b",
    "0-1 1-2",
  ],
  [
    { "type": "Replace", "pattern": { "String": "ab" }, "content": "xyz" },
    "cabab",
    "cxyzxyz",
    "0-1 2-3 2-3 2-3 4-5 4-5 4-5",
  ],
  [{ "type": "Replace", "pattern": { "String": "ab" }, "content": "xyz" }, "\u00e9", "\u00e9", "0-1"],
  [{ "type": "Replace", "pattern": { "Regex": "\\s+" }, "content": "" }, "a  b c", "abc", "0-1 3-4 5-6"],
  [
    { "type": "Replace", "pattern": { "Regex": "x*" }, "content": "-" },
    "\ud83d\ude00ax",
    "-\ud83d\ude00-a-",
    "0-0 0-2 0-2 2-3 3-4",
  ],
  [{ "type": "Replace", "pattern": { "Regex": "x*" }, "content": "-" }, "", "", ""],
  [
    { "type": "Replace", "pattern": { "String": "" }, "content": "-" },
    "\ud83d\ude00ax",
    "-\ud83d\ude00-a-x-",
    "0-0 0-2 0-2 2-3 2-3 3-4 3-4",
  ],
  [{ "type": "Replace", "pattern": { "String": "" }, "content": "-" }, "", "", ""],
  [{ "type": "Prepend", "prepend": "\u2581_" }, "\ud83d\ude00a", "\u2581_\ud83d\ude00a", "0-2 0-2 0-2 2-3"],
  [{ "type": "Prepend", "prepend": "\u2581_" }, "", "", ""],
  [{ "type": "ByteLevel" }, "\u00e9 a", "\u00c3\u00a9\u0120a", "0-1 0-1 1-2 2-3"],
  [
    {
      "type": "Sequence",
      "normalizers": [{ "type": "NFKD" }, { "type": "StripAccents" }, { "type": "Prepend", "prepend": "\u2581" }],
    },
    "\u00c9\ufb01",
    "\u2581Efi",
    "0-1 0-1 1-2 1-2",
  ],
];

for (const [json, text, expected, places] of CASES) {
  Deno.test(`${json.type} normalizes ${JSON.stringify(text)} to ${JSON.stringify(expected)}`, () => {
    const normalizer = read(json);
    const found = normalizer.normalize(AlignedText.of(text));
    assertEquals(found.text, expected);
    let at = 0;
    const spans = [...found.text].map((character) => {
      const span = `${found.start(at)}-${found.end(at + character.length - 1)}`;
      at += character.length;
      return span;
    });
    assertEquals(spans.join(" "), places);
    assertEquals(normalizer.toJSON(), json);
  });
}

const NORMALIZERS = [...new Set(CASES.map(([json]) => JSON.stringify(json)))].map((json) => read(JSON.parse(json)));

Deno.test("normalizers accept any string, including unpaired surrogates, and keep offsets in order", () => {
  const texts = ["", "\ud800", "a\udc00b\ud83d", "\u0301\u0301", "\0", "\ufffe\uffff", "👩\u200d👧", "\u0344\ufdfa"];
  for (const normalizer of NORMALIZERS) {
    for (const text of texts) {
      const result = normalizer.normalize(AlignedText.of(text));
      for (let i = 0; i < result.length; i++) assert(result.start(i) >= 0 && result.end(i) <= text.length);
    }
  }
});

Deno.test("a normalizer returns an unchanged text as the same object", () => {
  const text = AlignedText.of("nothing to do here");
  for (const normalizer of NORMALIZERS) {
    const result = normalizer.normalize(text);
    if (result.text === text.text) assert(result === text, JSON.stringify(normalizer.toJSON()));
  }
});

Deno.test("a local normalizer gives the same result for the parts before and after a space", () => {
  const texts = ["Éa\u0301 \u0301b", "x\u00a8 ﬁ", "İ ß Σ", "漢 字", "a\u0000 b", "ab ab", "a\u1112\u1161 \u11ab"];
  for (const normalizer of NORMALIZERS.filter(({ isLocal }) => isLocal)) {
    for (const text of texts) {
      const at = text.indexOf(" ");
      const parts = [text.slice(0, at), text.slice(at)].map((part) => normalizer.normalize(AlignedText.of(part)).text);
      assertEquals(parts.join(""), normalizer.normalize(AlignedText.of(text)).text);
    }
  }
});

Deno.test("a hundred thousand consecutive marks are put in canonical order in linear time", () => {
  const pair = AlignedText.of("e" + "\u0301\u0323".repeat(50_000));
  assertEquals(read({ type: "NFD" }).normalize(pair).text, "e" + "\u0323".repeat(50_000) + "\u0301".repeat(50_000));
  assertEquals(read({ type: "NFKC" }).normalize(pair).text.slice(0, 2), "\u1eb9\u0323");
  const marks = ["\u0301", "\u0323", "\u0345", "\u0334", "\u05b0", "\u09be", "\u20dd", "\u0344", "\u302a", "\u0f73"];
  for (let seed = 1; seed < 50; seed++) {
    const text = "a" + Array.from({ length: 100 }, (_, i) => marks[(i * seed * 7919 >> 3) % marks.length]).join("");
    for (const type of ["NFC", "NFD", "NFKC", "NFKD"] as const) {
      assertEquals(read({ type }).normalize(AlignedText.of(text)).text, text.normalize(type));
    }
  }
});

Deno.test("a million consecutive marks do not overflow the stack", () => {
  const marks = AlignedText.of("\u0301".repeat(1_000_000));
  assert(read({ type: "NFD" }).normalize(marks) === marks);
  assertEquals(
    read({ type: "Sequence", normalizers: [{ type: "NFD" }, { type: "StripAccents" }] }).normalize(marks).text,
    "",
  );
});

Deno.test("invalid normalizers are rejected by field name", () => {
  const refuses = (json: unknown, message: string): void => {
    assertThrows(() => read(json), Error, message);
  };
  refuses({ type: "Magic" }, 'normalizer.type: expected one of "BertNormalizer"');
  refuses({ type: "Strip", strip_left: 1 }, "normalizer.strip_left: expected true or false, found 1");
  refuses({ type: "Replace", content: "" }, "normalizer.pattern: the field is missing");
  refuses({ type: "Replace", pattern: { Regex: "(" }, content: "" }, "normalizer.pattern.Regex: read a pattern");
  refuses({ type: "Sequence", normalizers: [{ type: "NFC" }, {}] }, "normalizer.normalizers[1].type");
  refuses({ type: "Precompiled", precompiled_charsmap: "***" }, "normalizer.precompiled_charsmap: expected bytes");
  refuses({ type: "Precompiled", precompiled_charsmap: "AAAA" }, "normalizer.precompiled_charsmap: expected a table");
  refuses({ type: "Precompiled", precompiled_charsmap: "/////wAA" }, "normalizer.precompiled_charsmap");
});
