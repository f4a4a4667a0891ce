import { addedTokenFromJSON, addedTokenToJSON } from "./added_tokens.ts";
import { decoderFromJSON } from "./decoders/mod.ts";
import { JSONFields } from "./json_fields.ts";
import { modelFromJSON } from "./models/mod.ts";
import { normalizerFromJSON } from "./normalizers/mod.ts";
import { Padding } from "./padding.ts";
import type { PipelineParts } from "./pipeline_parts.ts";
import { postProcessorFromJSON } from "./post_processors/mod.ts";
import { preTokenizerFromJSON } from "./pre_tokenizers/mod.ts";
import { FORMAT_VERSION } from "./tokenizer_json.ts";
import { Truncation } from "./truncation.ts";

/** The fields of a `tokenizer.json` beside its model, with their values if they are missing. */
const DEFAULTS = {
  version: FORMAT_VERSION,
  truncation: null,
  padding: null,
  added_tokens: [],
  normalizer: null,
  pre_tokenizer: null,
  post_processor: null,
  decoder: null,
} as const;

/**
 * Reads the fields of a `tokenizer.json`; all but the model may be missing, as in Hugging Face's library. Checks that
 * the version is supported.
 */
export function fileFields(json: unknown): JSONFields {
  const file = new JSONFields({ ...DEFAULTS, ...Object.fromEntries(new JSONFields(json, "").entries()) }, "");
  if (file.raw("version") !== FORMAT_VERSION) throw file.error("version", `"${FORMAT_VERSION}"`);
  return file;
}

/** Reads the parts of a tokenizer from a `tokenizer.json`. Throws `RangeError` if one of them has an unknown field. */
export function pipelineFromJSON(file: JSONFields): PipelineParts {
  const part = <T>(field: string, read: (fields: JSONFields) => T): T | undefined =>
    file.isAbsent(field) ? undefined : read(file.object(field));
  const parts = {
    truncation: part("truncation", (fields) => Truncation.fromJSON(fields)),
    padding: part("padding", (fields) => Padding.fromJSON(fields)),
    addedTokens: file.objects("added_tokens").map(addedTokenFromJSON),
    normalizer: part("normalizer", normalizerFromJSON),
    preTokenizer: part("pre_tokenizer", preTokenizerFromJSON),
    postProcessor: part("post_processor", postProcessorFromJSON),
    decoder: part("decoder", decoderFromJSON),
    model: modelFromJSON(file.object("model")),
  };
  file.refuseOthers();
  return parts;
}

/** Converts parts to a `tokenizer.json`. */
export function pipelineToJSON(parts: PipelineParts): Record<keyof typeof DEFAULTS | "model", unknown> {
  return {
    version: FORMAT_VERSION,
    truncation: parts.truncation?.toJSON() ?? null,
    padding: parts.padding?.toJSON() ?? null,
    added_tokens: [...parts.addedTokens ?? []].sort((a, b) => a.id - b.id).map(addedTokenToJSON),
    normalizer: parts.normalizer?.toJSON() ?? null,
    pre_tokenizer: parts.preTokenizer?.toJSON() ?? null,
    post_processor: parts.postProcessor?.toJSON() ?? null,
    decoder: parts.decoder?.toJSON() ?? null,
    model: parts.model.toJSON(),
  };
}
