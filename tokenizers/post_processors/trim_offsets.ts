import type { Encoding } from "../encoding.ts";

/**
 * The encoding of byte symbols with offsets that leave out the white space at the ends of each token.
 *
 * @param addPrefixSpace Whether texts got a space at their beginning, which stands for nothing: where the first token of a text
 * begins with one space, it is taken for that.
 */
export function trimOffsets(encoding: Encoding, addPrefixSpace: boolean): Encoding {
  return encoding.map(({ tokens, offsets, sequenceIds }) => {
    const first = sequenceIds.findIndex((sequence) => sequence !== undefined);
    return {
      offsets: offsets.map(([start, end], i) => {
        const [leading, trailing] = spacesAround(tokens[i]);
        const isPrefix = addPrefixSpace && leading === 1 && (i === first || start === 0);
        // The space that was put before a text stands where its first character does, however many code units that has.
        if (isPrefix && tokens[i].length === 1) return [start, start];
        const from = isPrefix ? start : Math.min(start + leading, end);
        return [from, trailing <= end ? Math.max(end - trailing, from) : end];
      }),
    };
  });
}

/** How many spaces a token begins and ends with; where it has nothing else, both are all of them. */
function spacesAround(token: string): [leading: number, trailing: number] {
  let leading = 0;
  while (leading < token.length && isSpace(token[leading])) leading++;
  let trailing = 0;
  while (trailing < token.length && isSpace(token[token.length - 1 - trailing])) trailing++;
  return [leading, trailing];
}

/** Whether a character is white space, or the symbol of a space's byte. */
function isSpace(character: string): boolean {
  return character === "\u0120" || /\p{White_Space}/u.test(character);
}
