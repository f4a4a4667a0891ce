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
  const advice = encoding === "utf-8" ? utf8Advice(sample) : "";
  const found = `0x${byte} at byte ${offset + index} on line ${lines + countLineEnds(before) + 1}`;
  return {
    before,
    error: new InputRangeError(`${action}: expected ${encoding.toUpperCase()} text, found ${found}${advice}`),
  };
}

/** Advice on bytes that are not UTF-8: a text in which as many other characters are UTF-8 is likely damaged. */
function utf8Advice(sample: Uint8Array): string {
  const characters = new TextDecoder().decode(sample).match(/\P{ASCII}/gu) ?? [];
  const wrong = characters.filter((character) => character === "\ufffd").length;
  const isUTF8 = wrong <= characters.length / 2;
  return isUTF8 ? "; other characters are UTF-8, so the file may be damaged" : encodingAdvice(guessEncodings(sample));
}

/** Names the likely encodings of a text, if there are any, and the option that sets one. */
export function encodingAdvice(encodings: readonly string[]): string {
  if (encodings.length === 0) return "; set --encoding if the text has another encoding";
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
