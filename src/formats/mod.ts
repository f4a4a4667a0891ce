/**
 * The files that outsiders read: the safetensors format, and directories whose files change all at once or not at all.
 *
 * This layer turns named arrays into bytes and bytes into files. It must not know what a model, a layer, an optimizer
 * or a tokenizer is, nor where in memory an array stands; it imports nothing from the other folders.
 *
 * @module
 */
export * from "./safetensors.ts";
export * from "./directory.ts";
export {
  decodeWordVectors,
  readWordVectors,
  type ReadWordVectorsOptions,
  type WordVectorFormat,
  type WordVectors,
} from "./word_vectors.ts";
