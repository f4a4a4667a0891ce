/**
 * Trainers make models from how often each piece of a corpus occurs, and {@linkcode countPieces} counts the pieces. One algorithm a file.
 *
 * They see pieces and counts. They must not know how the text was cut or normalized beyond handing it to a normalizer and a pre-tokenizer,
 * and they depend on nothing that changes from run to run: the same counts give the same model.
 *
 * @module
 */
export type { Trainer, TrainingProgress } from "./trainer.ts";
export { BPE } from "./bpe.ts";
export type { BPETrainerOptions } from "./bpe_settings.ts";
export { countPieces, type CountPiecesOptions } from "./count_pieces.ts";
export { Unigram, type UnigramTrainerOptions } from "./unigram.ts";
export { WordLevel, type WordLevelTrainerOptions } from "./word_level.ts";
export { WordPiece, type WordPieceTrainerOptions } from "./word_piece.ts";
