/**
 * Pre-tokenizers split a text into the pieces that a model processes: at white space, punctuation, digits, or where a
 * pattern matches. One algorithm per file.
 *
 * They see one part of the normalized text at a time. They must not know the vocabulary, the model or the special
 * tokens.
 *
 * @module
 */
import type { JSONFields } from "../json_fields.ts";
import { BERT } from "./bert.ts";
import { ByteLevel } from "./byte_level.ts";
import { CharDelimiterSplit } from "./char_delimiter_split.ts";
import { Digits } from "./digits.ts";
import { FixedLength } from "./fixed_length.ts";
import { Kmer } from "./kmer.ts";
import { Metaspace } from "./metaspace.ts";
import type { PreTokenizer } from "./pre_tokenizer.ts";
import { Punctuation } from "./punctuation.ts";
import { Sequence } from "./sequence.ts";
import { Split } from "./split.ts";
import { UnicodeScripts } from "./unicode_scripts.ts";
import { Whitespace } from "./whitespace.ts";
import { WhitespaceSplit } from "./whitespace_split.ts";

export type { PreTokenizer } from "./pre_tokenizer.ts";
export type { SplitBehavior } from "./split_text.ts";
export { BERT } from "./bert.ts";
export { ByteLevel, type ByteLevelOptions } from "./byte_level.ts";
export { CharDelimiterSplit, type CharDelimiterSplitOptions } from "./char_delimiter_split.ts";
export { Digits, type DigitsOptions } from "./digits.ts";
export { FixedLength, type FixedLengthOptions } from "./fixed_length.ts";
export { Kmer, type KmerOptions } from "./kmer.ts";
export { Metaspace, type MetaspaceOptions } from "./metaspace.ts";
export type { PrependScheme } from "../prepend_scheme.ts";
export { Punctuation, type PunctuationOptions } from "./punctuation.ts";
export { Sequence } from "./sequence.ts";
export { Split, type SplitOptions } from "./split.ts";
export { UnicodeScripts } from "./unicode_scripts.ts";
export { Whitespace } from "./whitespace.ts";
export { WhitespaceSplit } from "./whitespace_split.ts";

const READERS = {
  BertPreTokenizer: BERT.fromJSON,
  ByteLevel: ByteLevel.fromJSON,
  CharDelimiterSplit: CharDelimiterSplit.fromJSON,
  Digits: Digits.fromJSON,
  FixedLength: FixedLength.fromJSON,
  Kmer: Kmer.fromJSON,
  Metaspace: Metaspace.fromJSON,
  Punctuation: Punctuation.fromJSON,
  Sequence: (fields: JSONFields) => Sequence.fromJSON(fields, preTokenizerFromJSON),
  Split: Split.fromJSON,
  UnicodeScripts: UnicodeScripts.fromJSON,
  Whitespace: Whitespace.fromJSON,
  WhitespaceSplit: WhitespaceSplit.fromJSON,
} as const;

/**
 * Reads the pre-tokenizer from a `tokenizer.json`.
 *
 * @throws {SyntaxError} If a field is missing or of the wrong type, or the type is unknown.
 * @throws {RangeError} If a value is invalid.
 *
 * @example
 * ```ts
 * import { AlignedText, JSONFields, preTokenizers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const preTokenizer = preTokenizers.preTokenizerFromJSON(new JSONFields({ type: "Whitespace" }, "pre_tokenizer"));
 * assertEquals(preTokenizer.split(AlignedText.of("to be!")).map(({ text }) => text), ["to", "be", "!"]);
 * ```
 */
export function preTokenizerFromJSON(fields: JSONFields): PreTokenizer {
  return READERS[fields.choice("type", Object.keys(READERS) as (keyof typeof READERS)[])](fields);
}
