/**
 * Decoders turn tokens back into text, one algorithm per file. Each works as a stream, so decoding a whole text and
 * decoding it token by token give the same result.
 *
 * They see tokens. They must not know ids, vocabularies or which tokens are special.
 *
 * @module
 */
import type { JSONFields } from "../json_fields.ts";
import { BPE } from "./bpe.ts";
import { ByteFallback } from "./byte_fallback.ts";
import { ByteLevel } from "./byte_level.ts";
import { CTC } from "./ctc.ts";
import type { Decoder } from "./decoder.ts";
import { Fuse } from "./fuse.ts";
import { Kmer } from "./kmer.ts";
import { Metaspace } from "./metaspace.ts";
import { Replace } from "./replace.ts";
import { SentencePiece } from "./sentencepiece.ts";
import { Sequence } from "./sequence.ts";
import { Strip } from "./strip.ts";
import { WordPiece } from "./word_piece.ts";

export { BPE, type BPEOptions } from "./bpe.ts";
export { ByteFallback } from "./byte_fallback.ts";
export { ByteLevel, type ByteLevelOptions } from "./byte_level.ts";
export { CTC, type CTCOptions } from "./ctc.ts";
export { type Decoder, decodeTokens, type FragmentSink, type TokenStream } from "./decoder.ts";
export { Fuse } from "./fuse.ts";
export { Kmer, type KmerOptions } from "./kmer.ts";
export { Metaspace, type MetaspaceOptions } from "./metaspace.ts";
export { Replace, type ReplaceOptions } from "./replace.ts";
export { SentencePiece, type SentencePieceOptions } from "./sentencepiece.ts";
export { Sequence } from "./sequence.ts";
export { Strip, type StripOptions } from "./strip.ts";
export { WordPiece, type WordPieceOptions } from "./word_piece.ts";

const TYPES: Readonly<Record<string, (fields: JSONFields) => Decoder>> = {
  BPEDecoder: BPE.fromJSON,
  ByteFallback: ByteFallback.fromJSON,
  ByteLevel: ByteLevel.fromJSON,
  CTC: CTC.fromJSON,
  Fuse: Fuse.fromJSON,
  Kmer: Kmer.fromJSON,
  Metaspace: Metaspace.fromJSON,
  Replace: Replace.fromJSON,
  Sequence: (fields) =>
    fields.isAbsent("sentencepiece")
      ? new Sequence(fields.objects("decoders").map(decoderFromJSON))
      : SentencePiece.fromJSON(fields),
  Strip: Strip.fromJSON,
  WordPiece: WordPiece.fromJSON,
};

/**
 * Reads a decoder from a `tokenizer.json`.
 *
 * @throws {SyntaxError} If a field is missing or of the wrong type, or the type is unknown.
 * @throws {RangeError} If a value is invalid.
 *
 * @example
 * ```ts
 * import { decoders, JSONFields } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const decoder = decoders.decoderFromJSON(new JSONFields({ type: "WordPiece", prefix: "##", cleanup: true }, "decoder"));
 * assertEquals(decoders.decodeTokens(decoder, ["play", "##ing"]).join(""), "playing");
 * ```
 */
export function decoderFromJSON(fields: JSONFields): Decoder {
  return TYPES[fields.choice("type", Object.keys(TYPES))](fields);
}
