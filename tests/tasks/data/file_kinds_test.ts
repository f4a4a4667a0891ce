import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import { assertEquals, assertRejects } from "@std/assert";
import { readText } from "../../../tasks/data/mod.ts";
import { decodeLines } from "../../../tasks/data/line_stream.ts";
import { refuseOtherKinds } from "../../../tasks/data/file_kinds.ts";
import { inTempDir } from "../../support/command.ts";

/** Bytes of the characters of a text in Latin-1. */
const bytesOf = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

const FOUND: readonly (readonly [start: string, found: string])[] = [
  ["BZh91AY&SY\x64\x8c\xbb\x73", "a bzip2 file; decompress it first"],
  ["\xfd7zXZ\x00\x00\x04", "an xz file; decompress it first"],
  ["\x04\x22\x4d\x18\x64", "an LZ4 file; decompress it first"],
  ["PK\x03\x04\x14\x00" + "\x00".repeat(24) + "reviews.txt", "a zip archive; unpack it first"],
  ["PK\x05\x06" + "\x00".repeat(18), "a zip archive; unpack it first"],
  ["PK\x03\x04\x14\x00" + "\x00".repeat(24) + "xl/workbook.xml", "an Excel workbook; save it as CSV"],
  ["PK\x03\x04\x14\x00" + "\x00".repeat(24) + "[Content_Types].xml", "an Office document; save it as text or CSV"],
  ["7z\xbc\xaf\x27\x1c\x00\x04", "a 7z archive; unpack it first"],
  ["Rar!\x1a\x07\x01\x00", "a RAR archive; unpack it first"],
  ["reviews.txt".padEnd(257, "\x00") + "ustar\x0000", "a tar archive; unpack it first"],
  ["%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF document; extract its text first"],
  ["PAR1\x15\x04\x15", "a Parquet file; convert it to CSV or JSON Lines"],
  ["\xff\xfe\x00\x00a\x00\x00\x00", "UTF-32; convert it to UTF-8"],
  ["\x00\x00\xfe\xff\x00\x00\x00a", "UTF-32; convert it to UTF-8"],
];

Deno.test("a file that is no text is named with what to do, whatever the encoding", async () => {
  await inTempDir(async (directory) => {
    const path = `${directory}/text`;
    for (const [start, found] of FOUND) {
      await Deno.writeFile(path, bytesOf(start));
      for (const encoding of ["utf-8", "windows-1252"]) {
        const { message } = await assertRejects(() => readText(path, { encoding }), RangeError);
        assertEquals(message, `read ${path}: expected text, found ${found}`);
      }
    }
    for (const compress of [gzipSync, zstdCompressSync]) {
      await Deno.writeFile(path, new Uint8Array(gzipSync(compress("text"))));
      await assertRejects(() => readText(path), RangeError, "data within compressed data; decompress it first");
    }
  });
});

Deno.test("bytes that arrive in chunks are named likewise", async () => {
  const chunks = ReadableStream.from([bytesOf("7z\xbc\xaf\x27\x1c\x00\x04")]);
  const lines = decodeLines(chunks, "read standard input");
  await assertRejects(() => lines.next(), RangeError, "read standard input: expected text, found a 7z archive");
});

Deno.test("texts that mention such files are texts", () => {
  for (
    const text of ["PK", "BZh9 is a name", "PAR1 and PAR2\n", "%PDF is a format", "Rar!\n", "7z\n", "\xff\xfea\x00"]
  ) {
    refuseOtherKinds("read a text", bytesOf(text));
  }
  refuseOtherKinds("read a text", new Uint8Array(brotliCompressSync("no signature")));
});
