/**
 * Tokenizers convert text to ids and back; vocabularies map symbols to ids.
 *
 * This layer knows only strings and ids, and nothing of their use: no tensors, language models, batches or files. It
 * imports nothing from the rest of Elman and needs only web standards, so it can be used on its own.
 *
 * {@linkcode CharTokenizer}, {@linkcode WordTokenizer} and {@linkcode ByteTokenizer} are complete tokenizers, small and
 * fast. {@linkcode PipelineTokenizer} is assembled from parts, like Hugging Face's tokenizers: {@linkcode normalizers},
 * {@linkcode preTokenizers}, {@linkcode models}, {@linkcode postProcessors} and {@linkcode decoders}.
 * {@linkcode trainers} build models from text; {@linkcode presets} provide the best-known combinations. Each algorithm
 * is one file in the folder of its part and one entry in that folder's `mod.ts`.
 *
 * Every function throws `TypeError` if an option has an unknown name or a value has the wrong type.
 *
 * ```ts
 * import { PipelineTokenizer, presets, tokenizerFromJSON } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const lines = ["the cat sat on the mat\n", "the dog sat on the cat\n"];
 * const tokenizer = await PipelineTokenizer.train(lines, presets.bpe({ vocabSize: 270 }));
 * const { ids, tokens, offsets } = tokenizer.encoding("the mat");
 * assertEquals(tokens, ["the", "Ġ", "m", "at"]);
 * assertEquals(offsets, [[0, 3], [3, 4], [4, 5], [5, 7]]);
 * assertEquals(tokenizer.decode(ids), "the mat");
 *
 * const copy = tokenizerFromJSON(JSON.parse(JSON.stringify(tokenizer)));
 * assertEquals([...copy.encode("the mat")], ids);
 * ```
 *
 * @module
 */
export type { Tokenizer } from "./tokenizer.ts";
export type { StreamDecoder } from "./stream_decoder.ts";
export type { EncodeOptions } from "./encode_options.ts";
export { tokenizerFromJSON } from "./from_json.ts";
export { CharTokenizer, type CharTrainOptions } from "./char.ts";
export { WordTokenizer, type WordTrainOptions } from "./word.ts";
export { type ExtendOptions, extendTokenizer } from "./extend.ts";
export { asPipeline } from "./as_pipeline.ts";
export { ByteTokenizer } from "./byte.ts";
export { type OutOfVocabulary, Vocabulary, type VocabularyCountOptions, type VocabularyOptions } from "./vocabulary.ts";
export { PipelineTokenizer } from "./pipeline_tokenizer.ts";
export type { DecodeOptions, EncodingOptions, PipelineParts, TextInput, TrainOptions } from "./pipeline_parts.ts";
export type { AddedToken } from "./added_tokens.ts";
export { AlignedText, AlignedTextEdit } from "./aligned_text.ts";
export { type Direction, Encoding, type EncodingFields, type MergeOptions, type PadToken } from "./encoding.ts";
export { Padding, type PaddingOptions } from "./padding.ts";
export { Truncation, type TruncationOptions, type TruncationStrategy } from "./truncation.ts";
export { JSONFields } from "./json_fields.ts";
export {
  type BERTFiles,
  bertJSON,
  type GPT2Files,
  gpt2JSON,
  sentencePieceJSON,
  TIKTOKEN_PATTERNS,
  type TiktokenFiles,
  tiktokenJSON,
} from "./files/mod.ts";
export type { Normalizer } from "./normalizers/mod.ts";
export type { PreTokenizer } from "./pre_tokenizers/mod.ts";
export type { Model, TokenSink } from "./models/mod.ts";
export type { PostProcessor } from "./post_processors/mod.ts";
export type { Decoder, FragmentSink, TokenStream } from "./decoders/mod.ts";
export type { Pattern } from "./regex/mod.ts";
export type { Trainer, TrainingProgress } from "./trainers/mod.ts";
export * as decoders from "./decoders/mod.ts";
export * as models from "./models/mod.ts";
export * as normalizers from "./normalizers/mod.ts";
export * as patterns from "./regex/mod.ts";
export * as postProcessors from "./post_processors/mod.ts";
export * as preTokenizers from "./pre_tokenizers/mod.ts";
export * as presets from "./presets.ts";
export * as trainers from "./trainers/mod.ts";
