import { type AddedToken, addedTokenToJSON } from "../added_tokens.ts";
import { FORMAT_VERSION } from "../tokenizer_json.ts";

/** Parts of a `tokenizer.json` that a file of another format gives. */
export interface TokenizerFileParts {
  /** Tokens that are found in the text as it stands. */
  readonly addedTokens: readonly AddedToken[];
  /** What rewrites a text; nothing by default. */
  readonly normalizer?: unknown;
  /** What cuts it into pieces. */
  readonly preTokenizer: unknown;
  /** What adds special tokens; nothing by default. */
  readonly postProcessor?: unknown;
  /** What makes a text of tokens. */
  readonly decoder: unknown;
  /** What turns a piece into tokens. */
  readonly model: unknown;
}

/** A `tokenizer.json` of these parts. */
export function tokenizerFile(parts: TokenizerFileParts): Record<string, unknown> {
  return {
    version: FORMAT_VERSION,
    truncation: null,
    padding: null,
    added_tokens: parts.addedTokens.map(addedTokenToJSON),
    normalizer: parts.normalizer ?? null,
    pre_tokenizer: parts.preTokenizer,
    post_processor: parts.postProcessor ?? null,
    decoder: parts.decoder,
    model: parts.model,
  };
}

/** A regular expression that matches a text as it stands. */
export function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
