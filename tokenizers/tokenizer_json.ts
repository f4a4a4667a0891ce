import type { Vocabulary } from "./vocabulary.ts";

/** The parts of a `tokenizer.json` that stand around its model, and that are the same for all tokenizers of a kind. */
export interface Pipeline {
  readonly normalizer: unknown;
  readonly pre_tokenizer: unknown;
  readonly post_processor: unknown;
  readonly decoder: unknown;
}

/** The version of the format. A file of another one is refused. */
export const FORMAT_VERSION = "1.0";

/**
 * A `tokenizer.json`. Hugging Face's reader fails on any field that it does not know, so nothing of our own stands
 * here. No tokens are declared as added ones: an added token is found anywhere in the text, in the middle of a word
 * too, and the tokenizers here do not do that.
 */
export function tokenizerJSON(pipeline: Pipeline, model: Record<string, unknown>): Record<string, unknown> {
  return { version: FORMAT_VERSION, truncation: null, padding: null, added_tokens: [], ...pipeline, model };
}

/** A WordLevel model. The format wants an unknown token: the empty one, which no text has, says that there is none. */
export function wordLevelJSON(vocabulary: Vocabulary): Record<string, unknown> {
  const { unknownId } = vocabulary;
  const unknown = unknownId === undefined ? "" : vocabulary.symbol(unknownId);
  return { type: "WordLevel", vocab: vocabulary.toJSON(), unk_token: unknown };
}
