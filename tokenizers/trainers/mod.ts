/**
 * Trainers build models from the piece counts of a corpus; {@linkcode countPieces} counts the pieces. One algorithm per
 * file.
 *
 * They see pieces and counts. They must not know how a text is normalized or split, beyond passing it to a normalizer
 * and a pre-tokenizer. Training is deterministic: the same counts give the same model.
 *
 * @module
 */
export type { Trainer, TrainingProgress } from "./trainer.ts";
export { BPE } from "./bpe.ts";
export type { BPETrainerOptions } from "./bpe_settings.ts";
export { countPieces, type CountPiecesOptions } from "./count_pieces.ts";
export type { WordCounts } from "../word_counts.ts";
export { Unigram, type UnigramTrainerOptions } from "./unigram.ts";
export { WordLevel, type WordLevelTrainerOptions } from "./word_level.ts";
export { WordPiece, type WordPieceTrainerOptions } from "./word_piece.ts";
