/**
 * Files of tokenizers in other formats than `tokenizer.json`, each read into that one's form: GPT-2's, BERT's and SentencePiece's. One
 * format a file.
 *
 * They see texts or bytes and make JSON. They must not know where files stand, nor how a tokenizer is built from JSON.
 *
 * @module
 */
export { type BERTFiles, bertJSON } from "./bert.ts";
export { type GPT2Files, gpt2JSON } from "./gpt2.ts";
export { sentencePieceJSON } from "./sentencepiece.ts";
