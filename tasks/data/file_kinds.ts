// deno-lint-ignore-file no-control-regex -- signatures have control characters

import { InputRangeError } from "../../errors.ts";

/** Files that are no text: what they are, how their first bytes look as Latin-1, and what to do. */
const KINDS: readonly (readonly [name: string, start: RegExp, remedy: string])[] = [
  ["gzip data within compressed data", /^\x1f\x8b/, "decompress it first"],
  ["Zstandard data within compressed data", /^\x28\xb5\x2f\xfd/, "decompress it first"],
  ["a bzip2 file", /^BZh[1-9](?:1AY&SY|\x17rE8P\x90)/, "decompress it first"],
  ["an xz file", /^\xfd7zXZ\x00/, "decompress it first"],
  ["an LZ4 file", /^\x04\x22\x4d\x18/, "decompress it first"],
  ["an Excel workbook", /^PK\x03\x04[^]*?xl\//, "save it as CSV"],
  ["an Office document", /^PK\x03\x04[^]{26}(?:\[Content_Types\]\.xml|mimetypeapplication)/, "save it as text or CSV"],
  ["a zip archive", /^PK(?:\x03\x04|\x05\x06)/, "unpack it first"],
  ["a 7z archive", /^7z\xbc\xaf\x27\x1c/, "unpack it first"],
  ["a RAR archive", /^Rar!\x1a\x07/, "unpack it first"],
  ["a tar archive", /^[^]{257}ustar/, "unpack it first"],
  ["a PDF document", /^%PDF-\d/, "extract its text first"],
  ["a Parquet file", /^PAR1[\x00-\x1f]/, "convert it to CSV or JSON Lines"],
  ["an Arrow file", /^ARROW1\x00/, "convert it to CSV or JSON Lines"],
  ["an SQLite database", /^SQLite format 3\x00/, "export its table as CSV"],
  ["an Office document of before 2007", /^\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1/, "save it as text or CSV"],
  ["UTF-32", /^(?:\xff\xfe\x00\x00|\x00\x00\xfe\xff)/, "convert it to UTF-8"],
];

/** Number of bytes that are inspected. */
const START_LENGTH = 4096;

/** Throws `RangeError`, with `action` in front, if a file that should be a text begins as one of another kind. */
export function refuseOtherKinds(action: string, bytes: Uint8Array): void {
  const start = Array.from(bytes.subarray(0, START_LENGTH), (byte) => String.fromCharCode(byte)).join("");
  const kind = KINDS.find(([, pattern]) => pattern.test(start));
  if (kind) throw new InputRangeError(`${action}: expected text, found ${kind[0]}; ${kind[2]}`);
}
