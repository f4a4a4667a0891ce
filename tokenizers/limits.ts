import { InputRangeError } from "../errors.ts";

/**
 * Limits of what a tokenizer's file may ask for. A file may come from anyone, and a few bytes of it can ask for
 * gigabytes or hours. Within these limits, reading a file takes time and memory in proportion to its size, and encoding
 * a text in proportion to its length, with a factor that docs/tokenizers.md states. They lie far above what published
 * tokenizers need.
 */

/** Maximum number of normalizers, of pre-tokenizers, of post-processors and of decoders in a sequence. */
export const MAX_PARTS = 64;

/** Maximum length that encodings are padded to, and maximum number whose multiples they are padded to. */
export const MAX_PADDED_LENGTH = 2 ** 17;

/** Maximum number of overflowing parts that share a token, which the stride decides. */
export const MAX_SHARING_PARTS = 64;

/** Maximum number of special tokens that a post-processor adds to a text or a pair. */
export const MAX_SPECIAL_TOKENS = 2 ** 12;

/**
 * How much a text may grow while it is normalized, split or decoded: to this many code units for each byte of its
 * UTF-8. NFKD makes 18 characters of U+FDFA, a character of 3 bytes; these are 33 bytes and so 33 characters of a
 * byte-level alphabet.
 */
const MAX_GROWTH = 12;

/** Further growth in code units, such as a prefix of a short text. */
const MAX_ADDED_UNITS = 2 ** 10;

/** The length in code units that a text may grow to. */
export function maxGrown(bytes: number): number {
  return MAX_GROWTH * bytes + MAX_ADDED_UNITS;
}

/** Throws `RangeError` if a text has grown too much from a text of a number of bytes. */
export function checkGrowth(action: string, length: number, bytes: number): void {
  if (length <= maxGrown(bytes)) return;
  const limit = `${maxGrown(bytes)} code units, ${MAX_GROWTH} for each byte and ${MAX_ADDED_UNITS} more`;
  throw new InputRangeError(
    `${action}: expected a text of ${bytes} ${bytes === 1 ? "byte" : "bytes"} to grow to at most ${limit}, ` +
      `found at least ${length}`,
  );
}

/** Maximum number of unused ids below the largest one. */
export const MAX_UNUSED_IDS = 2 ** 20;

/** Maximum length of a regular expression, in code units. */
export const MAX_PATTERN_LENGTH = 2 ** 16;

/** Maximum number of steps of a compiled regular expression, with counted repetitions expanded. */
export const MAX_PATTERN_STEPS = 4000;

/** Maximum number of different character classes of a regular expression. */
export const MAX_PATTERN_CLASSES = 48;

/** Maximum number of tables of 64 KB for character classes; beyond it, all are dropped and built again when needed. */
export const MAX_CLASS_TABLES = 832;

/**
 * Number of steps that a regular expression may take for each code unit of a text, on average. The published patterns
 * take up to 45.
 */
export const MAX_STEPS_PER_UNIT = 128;

/** Maximum number of bytes for each code unit of a text in which a regular expression remembers what cannot match. */
export const MAX_MEMORY_PER_UNIT = 256;

/**
 * Maximum length in code units of an added token or a Unigram piece, and of a WordPiece token or word: the longest part
 * of a text that is looked up at each position.
 */
export const MAX_LOOKUP_LENGTH = 2 ** 9;

/** Throws `RangeError` if a token is too long to be looked up at each position of a text. */
export function checkLookup(action: string, token: string): void {
  if (token.length <= MAX_LOOKUP_LENGTH) return;
  const found = `${token.length}: ${JSON.stringify(token.slice(0, 60))}...`;
  throw new InputRangeError(`${action}: expected a token of at most ${MAX_LOOKUP_LENGTH} code units, found ${found}`);
}

/** Maximum length in code units of the prefix and the suffix that BPE adds to each character. */
export const MAX_AFFIX_LENGTH = 256;

/** Maximum length of a token of a `.tiktoken` file, in bytes. */
export const MAX_RANKED_BYTES = 2 ** 10;
