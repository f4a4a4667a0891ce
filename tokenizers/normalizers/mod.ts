/**
 * Normalizers rewrite a text before pre-tokenization: Unicode forms, case, accents, white space. One algorithm per
 * file.
 *
 * They see one text. They must not know how it will be split, nor the vocabulary.
 *
 * @module
 */
import type { JSONFields } from "../json_fields.ts";
import { BERT } from "./bert.ts";
import { ByteLevel } from "./byte_level.ts";
import { Lowercase } from "./lowercase.ts";
import { Nmt } from "./nmt.ts";
import type { Normalizer } from "./normalizer.ts";
import { Precompiled } from "./precompiled.ts";
import { Prepend } from "./prepend.ts";
import { Replace } from "./replace.ts";
import { SentencePiece } from "./sentencepiece.ts";
import { Sequence } from "./sequence.ts";
import { Strip } from "./strip.ts";
import { StripAccents } from "./strip_accents.ts";
import { NFC, NFD, NFKC, NFKD } from "./unicode_form.ts";

export { BERT, type BERTOptions } from "./bert.ts";
export { ByteLevel } from "./byte_level.ts";
export { Lowercase } from "./lowercase.ts";
export { Nmt } from "./nmt.ts";
export type { Normalizer } from "./normalizer.ts";
export { Precompiled } from "./precompiled.ts";
export { Prepend } from "./prepend.ts";
export { Replace, type ReplaceOptions } from "./replace.ts";
export { SentencePiece, type SentencePieceOptions } from "./sentencepiece.ts";
export { Sequence } from "./sequence.ts";
export { Strip, type StripOptions } from "./strip.ts";
export { StripAccents } from "./strip_accents.ts";
export { NFC, NFD, NFKC, NFKD } from "./unicode_form.ts";

const TYPES: Readonly<Record<string, (fields: JSONFields) => Normalizer>> = {
  BertNormalizer: BERT.fromJSON,
  ByteLevel: ByteLevel.fromJSON,
  Lowercase: Lowercase.fromJSON,
  NFC: () => new NFC(),
  NFD: () => new NFD(),
  NFKC: () => new NFKC(),
  NFKD: () => new NFKD(),
  Nmt: Nmt.fromJSON,
  Precompiled: Precompiled.fromJSON,
  Prepend: Prepend.fromJSON,
  Replace: Replace.fromJSON,
  Sequence: (fields) =>
    fields.isAbsent("sentencepiece")
      ? new Sequence(fields.objects("normalizers").map(normalizerFromJSON))
      : SentencePiece.fromJSON(fields),
  Strip: Strip.fromJSON,
  StripAccents: StripAccents.fromJSON,
};

/**
 * Reads a normalizer from a `tokenizer.json`.
 *
 * @throws {SyntaxError} If a field is missing or of the wrong type.
 * @throws {RangeError} If the type is unknown, or a value is invalid.
 *
 * @example
 * ```ts
 * import { AlignedText, JSONFields, normalizers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const json = { type: "Sequence", normalizers: [{ type: "NFKC" }, { type: "Lowercase" }] };
 * const normalizer = normalizers.normalizerFromJSON(new JSONFields(json, "normalizer"));
 * assertEquals(normalizer.normalize(AlignedText.of("ﬁNE")).text, "fine");
 * ```
 */
export function normalizerFromJSON(fields: JSONFields): Normalizer {
  return TYPES[fields.choice("type", Object.keys(TYPES))](fields);
}
