import type { Kind, Kinds } from "./options.ts";

/** Options of encoding a text. */
export interface EncodeOptions {
  /**
   * The special tokens that the text may contain: all, or those in a list or set. Others are encoded as the text that
   * spells them, so that a text from elsewhere cannot forge a special token. Has no effect on the special tokens that a
   * tokenizer adds around a text. Default: `"all"`.
   */
  readonly allowedSpecial?: "all" | readonly string[] | ReadonlySet<string>;
}

const ALLOWED: Kind = {
  words: '"all", or a list or set of tokens',
  holds: (value) => value === "all" || Array.isArray(value) || value instanceof Set,
};

/** The kinds of `EncodeOptions`. */
export const ENCODE_KINDS: Kinds<EncodeOptions> = { allowedSpecial: ALLOWED };

/** The special tokens that are not allowed. */
export function barredTokens(
  special: readonly string[],
  allowed: EncodeOptions["allowedSpecial"] = "all",
): string[] {
  if (allowed === "all") return [];
  const kept = new Set(allowed);
  return special.filter((token) => !kept.has(token));
}
