/**
 * Post-processors add the special tokens that a model expects around a text or a pair. One algorithm per file.
 *
 * They see encodings. They must not know the text, nor how it was split.
 *
 * @module
 */
import type { JSONFields } from "../json_fields.ts";
import { BERT } from "./bert.ts";
import { ByteLevel } from "./byte_level.ts";
import type { PostProcessor } from "./post_processor.ts";
import { RoBERTa } from "./roberta.ts";
import { Sequence } from "./sequence.ts";
import { Template } from "./template.ts";

export { BERT, type BERTOptions } from "./bert.ts";
export { ByteLevel, type ByteLevelOptions } from "./byte_level.ts";
export type { PostProcessor } from "./post_processor.ts";
export { RoBERTa, type RoBERTaOptions } from "./roberta.ts";
export { Sequence } from "./sequence.ts";
export type { SpecialToken } from "./special_encoding.ts";
export { Template, type TemplateOptions, type TemplatePiece } from "./template.ts";

const TYPES: Readonly<Record<string, (fields: JSONFields) => PostProcessor>> = {
  BertProcessing: BERT.fromJSON,
  ByteLevel: ByteLevel.fromJSON,
  RobertaProcessing: RoBERTa.fromJSON,
  Sequence: (fields) => new Sequence(fields.objects("processors").map(postProcessorFromJSON)),
  TemplateProcessing: Template.fromJSON,
};

/**
 * Reads a post-processor from a `tokenizer.json`.
 *
 * @throws {SyntaxError} If a field is missing or of the wrong type, or the type is unknown.
 * @throws {RangeError} If a value is invalid, or parts contradict each other.
 *
 * @example
 * ```ts
 * import { JSONFields, postProcessors } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const json = { type: "BertProcessing", sep: ["[SEP]", 102], cls: ["[CLS]", 101] };
 * const postProcessor = postProcessors.postProcessorFromJSON(new JSONFields(json, "post_processor"));
 * assertEquals(postProcessor.toJSON(), json);
 * ```
 */
export function postProcessorFromJSON(fields: JSONFields): PostProcessor {
  return TYPES[fields.choice("type", Object.keys(TYPES))](fields);
}
