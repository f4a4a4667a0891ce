/** The character that stands for a space in a piece. */
export const MARK = "\u2581";

/** The type of a SentencePiece piece. */
export type PieceType = "normal" | "unknown" | "control" | "user-defined" | "unused" | "byte";

/** All types, in the order of their numbers in a `.model` file. */
export const PIECE_TYPES: readonly PieceType[] = ["normal", "unknown", "control", "user-defined", "unused", "byte"];

/** A piece of a SentencePiece model. */
export interface Piece {
  /** The text, with U+2581 for spaces. */
  readonly text: string;
  /** The logarithm of the piece's probability (unigram), or a number that decreases with merge order (BPE). */
  readonly score: number;
  /** The piece's type. */
  readonly type: PieceType;
}

/** Splits a text into pieces. */
export interface Segmenter {
  /** The id of each piece, {@linkcode UNKNOWN} outside the vocabulary, and its end in the text. */
  segment(text: string): readonly number[];
}

/** The ids of the pieces that can match in a text, by their text. */
export function matchable(pieces: readonly Piece[]): Map<string, number> {
  const ids = new Map<string, number>();
  for (const [id, { text, type }] of pieces.entries()) {
    if (type === "normal" || type === "user-defined" || type === "unused") ids.set(text, id);
  }
  return ids;
}

/** SentencePiece's algorithms, in the order of their numbers in a `.model` file. */
export const ALGORITHMS = ["unigram", "bpe", "word", "char"] as const;

/** The algorithm by which a SentencePiece model splits a text. */
export type SentencePieceAlgorithm = (typeof ALGORITHMS)[number];

/** The parameters of a `SentencePiece` model. */
export interface SentencePieceOptions {
  /** How a text is split. */
  readonly algorithm: SentencePieceAlgorithm;
  /** The pieces; a piece's index is its id. Exactly one is of type unknown. */
  readonly pieces: readonly Piece[];
  /** Whether unknown characters are encoded as byte pieces such as `<0xE2>`. Default: false. */
  readonly byteFallback?: boolean;
  /** Probability of skipping a merge of a BPE model. Default: 0. */
  readonly dropout?: number;
  /** Seed of the dropout; not saved in a `tokenizer.json`. Default: 0. */
  readonly seed?: number;
}

/** The texts of the user-defined pieces. */
export function userDefined(pieces: readonly Piece[]): string[] {
  return pieces.filter(({ type }) => type === "user-defined").map(({ text }) => text);
}
