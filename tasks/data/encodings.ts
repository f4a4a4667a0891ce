import { InputRangeError } from "../../errors.ts";

/** Stands for UTF-8, or for windows-1252 if a text can be nothing else. */
export const AUTO = "auto";

/** An encoding of texts: how its bytes are cut into parts and decoded. */
export interface Encoding {
  /** The name, as `TextDecoder` knows it. */
  readonly name: string;
  /** Length of the byte-order mark at the start. */
  readonly markLength: number;
  /**
   * Returns how many of these bytes, the beginning of what remains of a file, can be decoded alone: whole characters
   * that do not end between `"\r"` and `"\n"`. 0 if more bytes are needed to tell.
   */
  readonly wholeLength: (bytes: Uint8Array) => number;
}

/** Byte-order marks, and the encodings that they announce. */
const MARKS: readonly (readonly [name: string, mark: readonly number[]])[] = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];

/** Encodings in which characters have more than one byte and parts can be cut only after line ends. */
const MULTIBYTE = /^(?:big5|euc-jp|euc-kr|gb18030|gbk|iso-2022-jp|shift_jis)$/;

const [LINE_FEED, RETURN] = [0x0a, 0x0d];

/**
 * Returns the encoding of a text that begins with these bytes: the one that its byte-order mark announces, or else the
 * named one. Default: UTF-8.
 *
 * Throws `RangeError` if the name is unknown.
 */
export function findEncoding(bytes: Uint8Array, name = "utf-8"): Encoding {
  const asked = encodingName(name);
  const [found, mark] = MARKS.find(([, mark]) => mark.every((byte, i) => bytes[i] === byte)) ?? [asked, []];
  return { name: found, markLength: mark.length, wholeLength: cutOf(found) };
}

/** Names of encodings in Python that `TextDecoder` does not know, without hyphens, and its own names for them. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  big5hkscs: "big5-hkscs",
  cp65001: "utf-8",
  cp874: "windows-874",
  cp932: "shift_jis",
  cp936: "gbk",
  cp949: "euc-kr",
  cp950: "big5",
  eucjp: "euc-jp",
  euckr: "euc-kr",
  iso2022jp: "iso-2022-jp",
  latin10: "iso-8859-16",
  latin9: "iso-8859-15",
  maccyrillic: "x-mac-cyrillic",
  macroman: "macintosh",
  shiftjis: "shift_jis",
  u8: "utf-8",
  uhc: "euc-kr",
  utf: "utf-8",
  utf16be: "utf-16be",
  utf16le: "utf-16le",
  utf8sig: "utf-8",
};

/** Whether there is an encoding of this name: one of `TextDecoder`'s or Python's. */
export function isEncoding(label: string): boolean {
  return knownName(label) !== undefined;
}

/** Returns `TextDecoder`'s name of an encoding: "latin1" and Python's "latin_1" are "windows-1252". */
function knownName(label: string): string | undefined {
  const hyphened = label.trim().toLowerCase().replaceAll("_", "-").replace(/^iso-?8859-?/, "iso-8859-");
  const joined = hyphened.replaceAll("-", "");
  const names = [label, hyphened, joined, ...Object.hasOwn(OTHER_NAMES, joined) ? [OTHER_NAMES[joined]] : []];
  for (const name of names) {
    try {
      return new TextDecoder(name).encoding;
    } catch {
      // The next name may be known.
    }
  }
  return undefined;
}

/** Returns the standard name of an encoding. Throws `RangeError` if it is unknown. */
function encodingName(label: string): string {
  const known = knownName(label);
  if (known !== undefined) return known;
  const given = JSON.stringify(label.slice(0, 40));
  throw new InputRangeError(`decode a text: expected an encoding such as utf-8 or windows-1252, found ${given}`);
}

function cutOf(name: string): Encoding["wholeLength"] {
  if (name === "utf-8") return (bytes) => beforeReturn(bytes, wholeUTF8(bytes));
  if (name === "utf-16le") return (bytes) => wholeUTF16(bytes, 1);
  if (name === "utf-16be") return (bytes) => wholeUTF16(bytes, 0);
  if (MULTIBYTE.test(name)) return (bytes) => bytes.lastIndexOf(LINE_FEED) + 1;
  return (bytes) => beforeReturn(bytes, bytes.length);
}

/** Leaves a carriage return at the end of the bytes to the next part, since a line feed may follow it. */
function beforeReturn(bytes: Uint8Array, length: number): number {
  return length === bytes.length && bytes[length - 1] === RETURN ? length - 1 : length;
}

/** Length of UTF-8 bytes without an incomplete character at the end. */
function wholeUTF8(bytes: Uint8Array): number {
  for (let length = bytes.length - 1; length >= bytes.length - 3; length--) {
    const first = bytes[length];
    if (first < 0x80) break;
    const expected = first < 0xc0 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (expected > 0) return length + expected > bytes.length ? length : bytes.length;
  }
  return bytes.length;
}

/** Length of UTF-16 bytes that does not end within a surrogate pair or a line end. */
function wholeUTF16(bytes: Uint8Array, high: 0 | 1): number {
  const length = bytes.length & ~1;
  if (length < 2) return length;
  const unit = bytes[length - 2 + high] << 8 | bytes[length - 1 - high];
  const isOpen = unit === RETURN || unit >= 0xd800 && unit < 0xdc00;
  return isOpen ? length - 2 : length;
}

/** Returns UTF-16 without a mark if most bytes at the even or at the odd places are 0, else undefined. */
export function guessUTF16(bytes: Uint8Array): string | undefined {
  const zeros = [0, 0];
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === 0) zeros[i & 1]++;
  const isMost = (count: number, other: number): boolean => count > bytes.length / 4 && other < count / 10;
  if (isMost(zeros[1], zeros[0])) return "utf-16le";
  return isMost(zeros[0], zeros[1]) ? "utf-16be" : undefined;
}
