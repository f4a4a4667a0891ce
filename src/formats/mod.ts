/**
 * File formats: safetensors, word vectors, and directories whose files are replaced atomically.
 *
 * This folder converts named arrays to bytes and bytes to files. Of the other folders, it imports only
 * `src/schema`. It must not depend on models, layers, optimizers or tokenizers, or on where in memory an array is.
 *
 * @module
 */
export * from "./safetensors.ts";
export { type Checkpoint, readCheckpoint } from "./checkpoint.ts";
export * from "./directory.ts";
export { encodeShards, type ShardOptions } from "./shards.ts";
export { decodePyTorch, type DecodePyTorchOptions, encodePyTorch, encodePyTorchParts } from "./pytorch/mod.ts";
export type { LoadProgress, WebFilesOptions } from "./web_files.ts";
export {
  decodeWordVectors,
  readWordVectors,
  type ReadWordVectorsOptions,
  type WordVectorFormat,
  type WordVectors,
} from "./word_vectors.ts";
