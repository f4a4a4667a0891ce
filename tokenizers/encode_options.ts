import { InputRangeError } from "../errors.ts";
import { brief } from "./json_fields.ts";
import { type Kind, type Kinds, TEXT } from "./options.ts";

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
  holds: (value) =>
    value === "all" || ((Array.isArray(value) || value instanceof Set) && Array.from<unknown>(value).every(TEXT.holds)),
};

/** The kinds of `EncodeOptions`. */
export const ENCODE_KINDS: Kinds<EncodeOptions> = { allowedSpecial: ALLOWED };

/** Maximum number of special tokens that a message lists. */
const MAX_LISTED = 8;

/** The special tokens that are not allowed. Throws `RangeError` if a token that is allowed is not special. */
export function barredTokens(
  special: readonly string[],
  allowed: EncodeOptions["allowedSpecial"] = "all",
): string[] {
  if (allowed === "all") return [];
  const kept = new Set(allowed);
  const known = new Set(special);
  for (const token of kept) if (!known.has(token)) throw notSpecial(token, special);
  return special.filter((token) => !kept.has(token));
}

function notSpecial(token: string, special: readonly string[]): RangeError {
  const listed = special.slice(0, MAX_LISTED).map(brief).join(", ");
  const more = special.length > MAX_LISTED ? ` and ${special.length - MAX_LISTED} more` : "";
  const expected = special.length === 0 ? "none, as the tokenizer has no special tokens" : `one of ${listed}${more}`;
  return new InputRangeError(`encode: allowedSpecial: expected ${expected}, found ${brief(token)}`);
}
