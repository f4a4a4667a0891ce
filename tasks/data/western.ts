import type { Bytes } from "./bytes.ts";
import { guessEncodings } from "./guess_encoding.ts";
import { characterLength } from "./utf8.ts";

/** The encoding in which Western programs stored most texts before UTF-8. */
export const WESTERN = "windows-1252";

/** The highest share of bytes that are not ASCII: in an English text few are, and a wrong guess does little harm. */
const MOST_FOREIGN = 0.01;

/** Length of the bytes from which the encoding is guessed, before and after the first one that is not ASCII. */
const SAMPLE_LENGTH = 2 ** 16;

/** The most bytes of a character of UTF-8. */
const LONGEST = 4;

/**
 * Whether a text that is not UTF-8 can only be windows-1252: nearly all of its bytes are ASCII, the others form no
 * character of UTF-8, the text is not cut off within one, and no other encoding is about as likely.
 */
export function isSurelyWestern(bytes: Bytes, chunk: number): boolean {
  let [foreign, first, last] = [0, -1, -1];
  for (let offset = 0; offset < bytes.size; offset += chunk) {
    const part = bytes.read(offset, Math.min(offset + chunk + LONGEST, bytes.size));
    for (let i = 0; i < Math.min(chunk, part.length); i++) {
      if (part[i] < 0x80) continue;
      if (characterLength(part, i) > 0) return false;
      if (foreign++ === 0) first = offset + i;
      last = offset + i;
    }
  }
  if (foreign > MOST_FOREIGN * bytes.size || last === bytes.size - 1) return false;
  const sample = bytes.read(Math.max(0, first - SAMPLE_LENGTH), Math.min(first + SAMPLE_LENGTH, bytes.size));
  const likely = guessEncodings(sample);
  return likely.length === 1 && likely[0] === WESTERN;
}
