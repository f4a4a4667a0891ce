/**
 * Models turn a piece of text into tokens of a fixed vocabulary: whole words, or subwords found by merges, longest
 * match or probability. One algorithm per file.
 *
 * They see one piece at a time. They must not know how the text was normalized or split, nor what special tokens are.
 *
 * @module
 */
import type { JSONFields } from "../json_fields.ts";
import { BPE } from "./bpe.ts";
import type { Model } from "./model.ts";
import { SentencePiece } from "./sentencepiece.ts";
import { Unigram } from "./unigram.ts";
import { WordLevel } from "./word_level.ts";
import { WordPiece } from "./word_piece.ts";

export type { Model, TokenSink } from "./model.ts";
export { BPE, type BPEOptions } from "./bpe.ts";
export { SentencePiece } from "./sentencepiece.ts";
export type { Piece, PieceType, SentencePieceAlgorithm, SentencePieceOptions } from "./sentencepiece_pieces.ts";
export { Unigram, type UnigramOptions, type UnigramSampling } from "./unigram.ts";
export { WordLevel, type WordLevelOptions } from "./word_level.ts";
export { WordPiece, type WordPieceOptions } from "./word_piece.ts";

const TYPES = { WordLevel, BPE, WordPiece, Unigram } as const;

/**
 * Reads a model from a `tokenizer.json`.
 *
 * @throws {SyntaxError} If a field is missing or of the wrong type.
 * @throws {RangeError} If the type is not supported, or a value is invalid.
 *
 * @example
 * ```ts
 * import { JSONFields, models } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const json = { type: "WordLevel", vocab: { "[UNK]": 0, "to": 1, "be": 2 }, unk_token: "[UNK]" };
 * const model = models.modelFromJSON(new JSONFields(json, "model"));
 * assertEquals(model.vocabulary.get("be"), 2);
 * ```
 */
export function modelFromJSON(fields: JSONFields): Model {
  if (!fields.isAbsent("sentencepiece")) return SentencePiece.fromJSON(fields);
  const types = Object.keys(TYPES) as Model["type"][];
  const type = fields.isAbsent("type") ? impliedType(fields) : fields.choice("type", types);
  return TYPES[type].fromJSON(fields);
}

/** Infers the type of a model in an old file, which does not state it. */
function impliedType(fields: JSONFields): Model["type"] {
  if (fields.raw("merges") !== undefined) return "BPE";
  if (Array.isArray(fields.raw("vocab"))) return "Unigram";
  return fields.raw("max_input_chars_per_word") === undefined ? "WordLevel" : "WordPiece";
}
