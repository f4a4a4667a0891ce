/**
 * Models turn a piece of text into tokens of a fixed vocabulary: whole words, pieces of words found by merges, by longest match or
 * by probability. One algorithm a file.
 *
 * They see one piece at a time. They must not know how the text was cut or normalized, nor what special tokens are.
 *
 * @module
 */
import type { JSONFields } from "../json_fields.ts";
import { BPE } from "./bpe.ts";
import type { Model } from "./model.ts";
import { Unigram } from "./unigram.ts";
import { WordLevel } from "./word_level.ts";
import { WordPiece } from "./word_piece.ts";

export type { Model, TokenSink } from "./model.ts";
export { BPE, type BPEOptions } from "./bpe.ts";
export { Unigram, type UnigramOptions, type UnigramSampling } from "./unigram.ts";
export { WordLevel, type WordLevelOptions } from "./word_level.ts";
export { WordPiece, type WordPieceOptions } from "./word_piece.ts";

const TYPES = { WordLevel, BPE, WordPiece, Unigram } as const;

/**
 * The model that a `tokenizer.json` describes.
 *
 * @throws {SyntaxError} If a field is missing or of the wrong type.
 * @throws {RangeError} If the type is another one, or a value is impossible.
 */
export function modelFromJSON(fields: JSONFields): Model {
  return TYPES[fields.choice("type", Object.keys(TYPES) as Model["type"][], impliedType(fields))].fromJSON(fields);
}

/** The type of a model in an old file, which does not name it. */
function impliedType(fields: JSONFields): Model["type"] {
  if (fields.raw("merges") !== undefined) return "BPE";
  if (Array.isArray(fields.raw("vocab"))) return "Unigram";
  return fields.raw("max_input_chars_per_word") === undefined ? "WordLevel" : "WordPiece";
}
