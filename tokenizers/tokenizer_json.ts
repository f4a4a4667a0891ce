import { type AddedToken, addedTokenToJSON } from "./added_tokens.ts";
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
 * added tokens only where there is no other way: they match anywhere in a text, even beside other signs, which these
 * tokenizers do not do.
 */
export function tokenizerJSON(
  pipeline: Pipeline,
  model: Record<string, unknown>,
  addedTokens: readonly AddedToken[] = [],
): Record<string, unknown> {
  const added_tokens = addedTokens.map(addedTokenToJSON);
  return { version: FORMAT_VERSION, truncation: null, padding: null, added_tokens, ...pipeline, model };
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

/** The fields of a BPE model that vary; those that are not given are off. */
export interface BPEFields {
  /** The tokens and their ids. */
  readonly vocab: ReadonlyMap<string, number>;
  /** The merges, in order of priority. */
  readonly merges: unknown;
  /** Probability of skipping a merge. */
  readonly dropout?: number;
  /** The token for characters outside the vocabulary. */
  readonly unk_token?: string;
  /** The prefix of tokens that continue a word. */
  readonly continuing_subword_prefix?: string;
  /** The suffix of tokens that end a word. */
  readonly end_of_word_suffix?: string;
  /** Whether consecutive unknown characters become one token. */
  readonly fuse_unk?: boolean;
  /** Whether unknown characters are encoded as byte tokens. */
  readonly byte_fallback?: boolean;
  /** Whether a piece that is itself a token stays whole. */
  readonly ignore_merges?: boolean;
}

/** Builds a BPE model. */
export function bpeJSON(fields: BPEFields): Record<string, unknown> {
  return {
    type: "BPE",
    dropout: fields.dropout ?? null,
    unk_token: fields.unk_token ?? null,
    continuing_subword_prefix: fields.continuing_subword_prefix ?? null,
    end_of_word_suffix: fields.end_of_word_suffix ?? null,
    fuse_unk: fields.fuse_unk ?? false,
    byte_fallback: fields.byte_fallback ?? false,
    ignore_merges: fields.ignore_merges ?? false,
    vocab: Object.fromEntries(fields.vocab),
    merges: fields.merges,
  };
}
