import type { Vocabulary } from "./vocabulary.ts";

/** The parts of a `tokenizer.json` around its model; the same for all tokenizers of a kind. */
export interface Pipeline {
  readonly normalizer: unknown;
  readonly pre_tokenizer: unknown;
  readonly post_processor: unknown;
  readonly decoder: unknown;
}

/** The supported version of the format. Files of other versions are rejected. */
export const FORMAT_VERSION = "1.0";

/**
 * Builds a `tokenizer.json`. Hugging Face's reader rejects unknown fields, so the file has no custom ones. It declares
 * no added tokens: those match anywhere in a text, even inside words, which these tokenizers do not do.
 */
export function tokenizerJSON(pipeline: Pipeline, model: Record<string, unknown>): Record<string, unknown> {
  return { version: FORMAT_VERSION, truncation: null, padding: null, added_tokens: [], ...pipeline, model };
}

/**
 * Builds a WordLevel model. The format requires an unknown token; the empty string, which no text contains, stands for
 * none.
 */
export function wordLevelJSON(vocabulary: Vocabulary): Record<string, unknown> {
  const { unknownId } = vocabulary;
  const unknown = unknownId === undefined ? "" : vocabulary.symbol(unknownId);
  return { type: "WordLevel", vocab: vocabulary.toJSON(), unk_token: unknown };
}
