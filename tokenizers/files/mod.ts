/**
 * Converts tokenizer files of other formats to `tokenizer.json` form: GPT-2's, BERT's, SentencePiece's and tiktoken's.
 * One format per file.
 *
 * They take texts or bytes and return JSON. They must not know where files are stored, nor how a tokenizer is built
 * from JSON.
 *
 * @module
 */
export { type BERTFiles, bertJSON } from "./bert.ts";
export { type GPT2Files, gpt2JSON } from "./gpt2.ts";
export { sentencePieceJSON } from "./sentencepiece.ts";
export { type TiktokenFiles, tiktokenJSON } from "./tiktoken.ts";
export { TIKTOKEN_PATTERNS } from "./tiktoken_patterns.ts";
