import { InputRangeError } from "../../errors.ts";
import { guessEncodings } from "./guess_encoding.ts";
import { countLineEnds, lineEndsToLF } from "./line_ends.ts";
import { firstInvalid } from "./utf8.ts";

/** Length of the bytes from which the likely encoding is guessed, before and after the first invalid one. */
const SAMPLE_LENGTH = 2 ** 16;

/** The place of some bytes in a file. */
interface Place {
  /** Number of bytes before them. */
  readonly offset: number;
  /** Number of line ends before them. */
  readonly lines: number;
}

/**
 * Finds the first bytes that are not text in an encoding. Returns the text before them, and an error that names them,
 * their line and, for UTF-8, the likely encoding.
 */
export function invalidBytes(
  action: string,
  encoding: string,
  bytes: Uint8Array,
  { offset, lines }: Place,
): { before: string; error: RangeError } {
  const index = encoding === "utf-8" ? firstInvalid(bytes) : longestValid(bytes, encoding);
  const before = lineEndsToLF(new TextDecoder(encoding).decode(bytes.slice(0, index)));
  const byte = bytes[index].toString(16).padStart(2, "0");
  const sample = bytes.subarray(Math.max(0, index - SAMPLE_LENGTH), index + SAMPLE_LENGTH);
  const advice = encoding === "utf-8" ? utf8Advice(sample, bytes.subarray(index)) : "";
  const found = `0x${byte} at byte ${offset + index} on line ${lines + countLineEnds(before) + 1}`;
  return {
    before,
    error: new InputRangeError(`${action}: expected ${encoding.toUpperCase()} text, found ${found}${advice}`),
  };
}

/** Advice on bytes that are not UTF-8: a text in which as many other characters are UTF-8 is likely damaged. */
function utf8Advice(sample: Uint8Array, rest: Uint8Array): string {
  const characters = new TextDecoder().decode(sample).match(/\P{ASCII}/gu) ?? [];
  const wrong = characters.filter((character) => character === "\ufffd").length;
  if (wrong <= characters.length / 2) return "; other characters are UTF-8, so the file may be damaged";
  const encodings = encodingAdvice(guessEncodings(sample));
  if (wrong > 1 || !isCutOff(rest)) return encodings;
  const isLetter = rest.length === 1 && rest[0] >= FIRST_SMALL_LETTER;
  return `; the file may be cut off within its last character${isLetter ? `, or else${encodings.slice(1)}` : ""}`;
}

/** The first byte of a UTF-8 character that is a lowercase letter at the end of a word in windows-1252: "voilà". */
const FIRST_SMALL_LETTER = 0xe0;

/** Whether bytes are the beginning of a UTF-8 character and nothing more. */
function isCutOff(bytes: Uint8Array): boolean {
  try {
    // A decoder waits for the rest of a character.
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true }) === "";
  } catch {
    return false;
  }
}

/** Names the likely encodings of a text, if there are any, and the option that sets one. */
export function encodingAdvice(encodings: readonly string[]): string {
  if (encodings.length === 0) return "; its encoding is not recognized: set --encoding NAME, or convert it to UTF-8";
  const names = encodings.join(" or ");
  return `; the text is likely ${names}: set --encoding ${names}`;
}

/** Length of the longest beginning that decodes. */
function longestValid(bytes: Uint8Array, encoding: string): number {
  const decoder = new TextDecoder(encoding);
  // The last character may be cut off.
  const isValid = (length: number): boolean => !decoder.decode(bytes.slice(0, length)).slice(0, -1).includes("\ufffd");
  let [low, high] = [0, bytes.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (isValid(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
