/**
 * Tokenizers turn text into ids and ids back into text; vocabularies say which symbol has which id.
 *
 * This layer knows strings and ids. It must not know what the ids are for: no tensors, no models, no batches, no files
 * and no random numbers. It imports nothing from the rest of Elman and depends on nothing but web standards, so that it
 * is of use on its own. A new tokenizer is one file that implements {@linkcode Tokenizer} and one entry in
 * `from_json.ts`.
 *
 * ```ts
 * import { CharTokenizer, tokenizerFromJSON } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const tokenizer = CharTokenizer.train("hello world");
 * const ids = tokenizer.encode("hold");
 * assertEquals(tokenizer.decode(ids), "hold");
 *
 * const copy = tokenizerFromJSON(JSON.parse(JSON.stringify(tokenizer)));
 * assertEquals(copy.encode("hold"), ids);
 * ```
 *
 * @module
 */
export type { Tokenizer } from "./tokenizer.ts";
export type { StreamDecoder } from "./stream_decoder.ts";
export { tokenizerFromJSON } from "./from_json.ts";
export { CharTokenizer, type CharTrainOptions } from "./char.ts";
export { WordTokenizer, type WordTrainOptions } from "./word.ts";
export { ByteTokenizer } from "./byte.ts";
export { Vocabulary, type VocabularyCountOptions, type VocabularyOptions } from "./vocabulary.ts";
