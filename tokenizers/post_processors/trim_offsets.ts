import type { Encoding } from "../encoding.ts";

/**
 * Excludes the white space at the ends of each token of byte symbols from the offsets.
 *
 * @param addPrefixSpace Whether texts got a prefix space, which belongs to no part of the original. If the first token
 * of a text starts with a space, that space is taken for the prefix.
 */
export function trimOffsets(encoding: Encoding, addPrefixSpace: boolean): Encoding {
  return encoding.map(({ tokens, offsets, sequenceIds }) => {
    const first = sequenceIds.findIndex((sequence) => sequence !== undefined);
    return {
      offsets: offsets.map(([start, end], i) => {
        const [leading, trailing] = spacesAround(tokens[i]);
        const isPrefix = addPrefixSpace && leading === 1 && (i === first || start === 0);
        // The prefix space maps to the text's first character, however many code units that has.
        if (isPrefix && tokens[i].length === 1) return [start, start];
        const from = isPrefix ? start : Math.min(start + leading, end);
        return [from, trailing <= end ? Math.max(end - trailing, from) : end];
      }),
    };
  });
}

/** The number of leading and trailing spaces of a token; a token of only spaces counts all of them for both. */
function spacesAround(token: string): [leading: number, trailing: number] {
  let leading = 0;
  while (leading < token.length && isSpace(token[leading])) leading++;
  let trailing = 0;
  while (trailing < token.length && isSpace(token[token.length - 1 - trailing])) trailing++;
  return [leading, trailing];
}

/** Whether a character is white space, or the byte symbol of a space. */
function isSpace(character: string): boolean {
  return character === "\u0120" || /\p{White_Space}/u.test(character);
}
