import { type AddedToken, addedTokenToJSON } from "../added_tokens.ts";
import { FORMAT_VERSION } from "../tokenizer_json.ts";

/** The parts of a `tokenizer.json` converted from another format. */
export interface TokenizerFileParts {
  /** Tokens matched verbatim in the text. */
  readonly addedTokens: readonly AddedToken[];
  /** The normalizer. Default: none. */
  readonly normalizer?: unknown;
  /** The pre-tokenizer. */
  readonly preTokenizer: unknown;
  /** The post-processor. Default: none. */
  readonly postProcessor?: unknown;
  /** The decoder. */
  readonly decoder: unknown;
  /** The model. */
  readonly model: unknown;
}

/** Builds a `tokenizer.json` from these parts. */
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
