import { gzipSync, zstdCompressSync } from "node:zlib";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { openText, readBytes, readText } from "../../../tasks/data/mod.ts";
import { findEncoding, isEncoding } from "../../../tasks/data/encodings.ts";
import { inTempDir } from "../../support/command.ts";
import { encoderOf } from "../../support/encoder.ts";

/** Text in UTF-16, with a byte-order mark unless `hasMark` is false. */
function utf16(text: string, { littleEndian = true, hasMark = true } = {}): Uint8Array<ArrayBuffer> {
  const units = (hasMark ? "\ufeff" : "") + text;
  const view = new DataView(new ArrayBuffer(2 * units.length));
  for (let i = 0; i < units.length; i++) view.setUint16(2 * i, units.charCodeAt(i), littleEndian);
  return new Uint8Array(view.buffer);
}

/** Bytes and, read with the encoding if there is one, their text. */
interface Case {
  readonly encoding?: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly text: string;
}

const MIXED = "a\r\nb\rc\nd😀é\r\r\nlast\r";
const MIXED_LF = "a\nb\nc\nd😀é\n\nlast\n";

const CASES: Readonly<Record<string, Case>> = {
  "UTF-8 without a mark": { bytes: new TextEncoder().encode(MIXED), text: MIXED_LF },
  "UTF-8 with a mark": { bytes: new TextEncoder().encode("\ufeff" + MIXED), text: MIXED_LF },
  "UTF-8 with a mark, against the option": {
    encoding: "windows-1252",
    bytes: new TextEncoder().encode("\ufeff" + MIXED),
    text: MIXED_LF,
  },
  "UTF-16LE with a mark": { bytes: utf16(MIXED), text: MIXED_LF },
  "UTF-16BE with a mark": { bytes: utf16(MIXED, { littleEndian: false }), text: MIXED_LF },
  "UTF-16BE without a mark": {
    encoding: "utf-16be",
    bytes: utf16(MIXED, { littleEndian: false, hasMark: false }),
    text: MIXED_LF,
  },
  "windows-1252": {
    encoding: "latin1",
    bytes: Uint8Array.of(0x80, 0x35, 0x0d, 0x0a, 0x63, 0x61, 0x66, 0xe9, 0x0d, 0x93, 0x94),
    text: "€5\ncafé\n“”",
  },
  "koi8-r": {
    encoding: "koi8-r",
    bytes: Uint8Array.of(0xcd, 0xc9, 0xd2, 0x0d, 0x0a, 0xce, 0xc5, 0xd4),
    text: "мир\nнет",
  },
  "Shift_JIS": {
    encoding: "shift_jis",
    bytes: Uint8Array.of(0x82, 0xb1, 0x82, 0xf1, 0x0d, 0x0a, 0x95, 0x5c, 0x83, 0x5c, 0x0a, 0x82, 0xcd),
    text: "こん\n表ソ\nは",
  },
  "GB18030": {
    encoding: "gb18030",
    bytes: Uint8Array.of(0xc4, 0xe3, 0xba, 0xc3, 0x0a, 0x81, 0x30, 0x84, 0x36, 0x0a),
    text: "你好\n\u00a5\n".replace("\u00a5", "¥"),
  },
  "gzip": { bytes: new Uint8Array(gzipSync("gz\r\nip")), text: "gz\nip" },
  "gzip of two members": { bytes: new Uint8Array([...gzipSync("one\n"), ...gzipSync("two\n")]), text: "one\ntwo\n" },
  "gzip of UTF-16": { bytes: new Uint8Array(gzipSync(utf16("äö\r\n"))), text: "äö\n" },
  "Zstandard": { bytes: new Uint8Array(zstdCompressSync(new TextEncoder().encode("zs\rtd"))), text: "zs\ntd" },
};

for (const [name, { encoding, bytes, text }] of Object.entries(CASES)) {
  Deno.test(`${name} is read in whole and in any part, whatever the chunk size`, async () => {
    await inTempDir(async (directory) => {
      const path = `${directory}/text`;
      await Deno.writeFile(path, bytes);
      assertEquals(await readText(path, { encoding }), text);
      for (const chunk of [8, 9, 10, 11, 64]) {
        const file = await openText(path, { encoding, chunk });
        assertEquals(file.length, text.length);
        for (let start = 0; start < text.length; start++) {
          for (let end = start; end <= text.length; end++) {
            assertEquals(file.slice(start, end), text.slice(start, end));
          }
        }
      }
    });
  });
}

/** The message with which a file of these bytes is refused, without the path. */
async function refusalOf(bytes: Uint8Array<ArrayBuffer>, encoding?: string): Promise<string> {
  let message = "";
  await inTempDir(async (directory) => {
    const path = `${directory}/text`;
    await Deno.writeFile(path, bytes);
    message = (await assertRejects(() => readText(path, { encoding }), RangeError)).message.replace(path, "FILE");
  });
  return message;
}

const encoded = (...parts: (string | number)[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(parts.flatMap((part) => typeof part === "number" ? [part] : [...new TextEncoder().encode(part)]));

Deno.test("bytes that are not UTF-8 are named with their line, the likely encoding and the option", async () => {
  assertEquals(
    await refusalOf(encoded("one\r\ntwo\rna", 0xef, "ve\n")),
    "read FILE: expected UTF-8 text, found 0xef at byte 11 on line 3; " +
      "the text is likely windows-1252: set --encoding windows-1252",
  );
  const advised = async (...parts: (string | number)[]): Promise<string> =>
    (await refusalOf(encoded(...parts))).split("--encoding ")[1];
  assertEquals(await advised(0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2, ", ", 0xec, 0xe8, 0xf0, "!\n"), "windows-1251");
  assertEquals(await advised(0xf0, 0xd2, 0xc9, 0xd7, 0xc5, 0xd4, ", ", 0xcd, 0xc9, 0xd2, "!\n"), "koi8-r");
  assertEquals(await advised(0x82, 0xb1, 0x82, 0xf1, 0x82, 0xc9, 0x82, 0xbf, 0x82, 0xcd, "\n"), "shift_jis");
  assertEquals(await advised(0xbe, 0xc8, 0xb3, 0xe7, 0xc7, 0xcf, 0xbc, 0xbc, 0xbf, 0xe4, "\n"), "euc-kr");
});

Deno.test("a bad byte after characters in UTF-8 is taken for damage", async () => {
  assertEquals(
    await refusalOf(encoded("café au lait", 0xe2, 0x82)),
    "read FILE: expected UTF-8 text, found 0xe2 at byte 13 on line 1; " +
      "other characters are UTF-8, so the file may be damaged",
  );
});

Deno.test("the beginning of a UTF-8 character at the end of a file is taken for a cut", async () => {
  const cut = "; the file may be cut off within its last character";
  for (const start of [[0xe2, 0x82], [0xc3], [0xf0, 0x9f], [0xf0, 0x9f, 0x98], [0xe4, 0xbd]]) {
    assert((await refusalOf(encoded("An ordinary line.\nA word ", ...start))).endsWith(`line 2${cut}`), `${start}`);
  }
  // One byte may be a letter, as in "voilà".
  for (const start of [0xe2, 0xe0]) {
    assert((await refusalOf(encoded("voil", start))).endsWith(`line 1${cut}, or else ${LIKELY}`), `${start}`);
  }
  assert((await refusalOf(encoded("voil", 0xe0, "\n"))).endsWith(`line 1; ${LIKELY}`));
  assert((await refusalOf(encoded("d", 0xe9, "j", 0xe0))).endsWith(`line 1; ${LIKELY}`));
});

const LIKELY = "the text is likely windows-1252: set --encoding windows-1252";

Deno.test("a likely encoding is found for a long file whose first lines are ASCII", async () => {
  const lines = "an ordinary line\n".repeat(10_000);
  assertEquals(
    await refusalOf(encoded(lines, "caf", 0xe9, " au lait\n", lines)),
    "read FILE: expected UTF-8 text, found 0xe9 at byte 170003 on line 10001; " +
      "the text is likely windows-1252: set --encoding windows-1252",
  );
});

Deno.test("UTF-16 without a mark is recognized by its zeros", async () => {
  const bytes = utf16("ordinary words\n".repeat(9), { hasMark: false });
  assertEquals(
    await refusalOf(bytes),
    "read FILE: expected UTF-8 text, found zeros between the characters; " +
      "the text is likely utf-16le: set --encoding utf-16le",
  );
});

Deno.test("an unknown encoding, an invalid one and a damaged file are refused in one line", async () => {
  assertEquals(
    await refusalOf(encoded("text"), "klingon"),
    'decode a text: expected an encoding such as utf-8 or windows-1252, found "klingon"',
  );
  const lone = utf16("ab\ud800cd\n");
  assert((await refusalOf(lone)).startsWith("read FILE: expected UTF-16LE text, found 0x"));
  const damaged = new Uint8Array(gzipSync("a text that is cut off")).slice(0, -9);
  assert((await refusalOf(damaged)).startsWith("read FILE: expected whole gzip data, found "));
});

Deno.test("readBytes decompresses", async () => {
  await inTempDir(async (directory) => {
    const path = `${directory}/bytes.gz`;
    await Deno.writeFile(path, new Uint8Array(gzipSync(Uint8Array.of(1, 2, 3))));
    assertEquals(await readBytes(path), Uint8Array.of(1, 2, 3));
  });
});

Deno.test("encodings have TextDecoder's names and Python's", () => {
  const names = {
    "utf-8": "utf-8 UTF8 utf_8 utf_8_sig utf-8-sig U8 cp65001",
    "utf-16le": "utf-16-le utf_16_le UTF-16LE utf_16",
    "utf-16be": "utf_16_be",
    "windows-1252": "latin-1 latin_1 latin1 L1 iso8859_1 iso_8859_1 cp1252 ascii us_ascii",
    "iso-8859-15": "iso8859_15 latin9",
    "iso-8859-2": "latin_2 iso8859-2",
    "macintosh": "mac_roman macroman",
    "x-mac-cyrillic": "mac_cyrillic",
    "koi8-r": "koi8_r",
    "shift_jis": "cp932 shift_jis shiftjis ms_kanji sjis",
    "euc-jp": "euc_jp eucjp",
    "euc-kr": "euc_kr cp949 uhc",
    "gbk": "gb2312 cp936",
    "big5": "cp950 big5hkscs",
    "iso-2022-jp": "iso2022_jp",
    "windows-874": "cp874 tis_620",
  };
  for (const [standard, others] of Object.entries(names)) {
    for (const name of others.split(" ")) assertEquals(findEncoding(new Uint8Array(), name).name, standard, name);
  }
  for (const name of ["klingon", "cp437", "rot13", "constructor", ""]) assertEquals(isEncoding(name), false, name);
});

Deno.test("text that is no UTF-8 is not taken for damaged, even if its first characters could be UTF-8", async () => {
  const text = encoderOf("gb18030")("模型在我们的国家里是有意思的事情，你可以来看。\n");
  assertEquals(new TextDecoder("utf-8", { fatal: true }).decode(text.subarray(0, 2)).length, 1);
  assertStringIncludes(await refusalOf(text), "the text is likely gb18030: set --encoding gb18030");
});

Deno.test("bytes of no known kind of text are advised without a guess", async () => {
  const noise = Uint8Array.from({ length: 4000 }, (_, i) => (i * i * 31 + (i >> 3) * 17 + 0x41) & 0xff);
  assert(
    (await refusalOf(noise)).endsWith("; its encoding is not recognized: set --encoding NAME, or convert it to UTF-8"),
  );
});
