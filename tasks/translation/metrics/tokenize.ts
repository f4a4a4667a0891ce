import { InputRangeError } from "../../../errors.ts";

/**
 * The tokenization of BLEU: `13a` follows mteval-v13a and suits Western languages; `intl` splits at all Unicode
 * punctuation and symbols, as mteval-v14 does in its international mode; `char` splits into characters; `none` splits
 * only at white space.
 */
export type BleuTokenizer = "13a" | "intl" | "char" | "none";
/** All tokenizations of BLEU. */
export const BLEU_TOKENIZERS: readonly BleuTokenizer[] = ["13a", "intl", "char", "none"];

/** Tokenizes a text for BLEU as sacreBLEU does. Throws `RangeError` if the tokenizer is unknown. */
export function tokenizeForBleu(text: string, tokenizer: BleuTokenizer): string[] {
  const trimmed = text.replace(TRAILING_SPACE, "");
  switch (tokenizer) {
    case "13a":
      return splitAtSpace(separate(` ${plain(trimmed)} `, WESTERN));
    case "intl":
      return splitAtSpace(separate(trimmed, INTERNATIONAL));
    case "char":
      return charactersOf(trimmed);
    case "none":
      return splitAtSpace(trimmed);
    default:
      throw new InputRangeError(
        `tokenize for BLEU: expected one of ${BLEU_TOKENIZERS.join(", ")}, found ${JSON.stringify(tokenizer)}`,
      );
  }
}

// White space as defined by Python: unlike JavaScript's, it includes U+001C to U+001F and U+0085 and excludes U+FEFF.
const SPACE = "[\\t-\\r\\x1c- \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const SPACES = new RegExp(`${SPACE}+`, "g");
const TRAILING_SPACE = new RegExp(`(?<!${SPACE})${SPACE}+$`);

/** Splits a text at white space. */
export function splitAtSpace(text: string): string[] {
  return text.split(SPACES).filter((word) => word !== "");
}

/** Splits a text into code points without white space. */
export function charactersOf(text: string): string[] {
  return [...text.replaceAll(SPACES, "")];
}

/** Patterns and replacements, applied in order. */
type Rules = readonly (readonly [RegExp, string])[];

/** The rules of mteval-v13a; the first covers all ASCII symbols except apostrophe, comma, hyphen and period. */
const WESTERN: Rules = [
  [/[ -&(-+:-@[-`{-~/]/g, " $& "],
  [/([^0-9])([.,])/gu, "$1 $2 "],
  [/([.,])([^0-9])/gu, " $1 $2"],
  [/([0-9])-/g, "$1 - "],
];

/** The rules of mteval-v14. */
const INTERNATIONAL: Rules = [
  [/(\P{N})(\p{P})/gu, "$1 $2 "],
  [/(\p{P})(\P{N})/gu, " $1 $2"],
  [/\p{S}/gu, " $& "],
];

function separate(text: string, rules: Rules): string {
  return rules.reduce((text, [pattern, replacement]) => text.replaceAll(pattern, replacement), text);
}

/**
 * Removes `<skipped>` marks and line-end hyphenation and unescapes entities; `&amp;lt;` is unescaped twice, as in
 * mteval-v13a.
 */
function plain(text: string): string {
  const joined = text.replaceAll("<skipped>", "").replaceAll("-\n", "").replaceAll("\n", " ");
  if (!joined.includes("&")) return joined;
  return joined.replaceAll("&quot;", '"').replaceAll("&amp;", "&").replaceAll("&lt;", "<").replaceAll("&gt;", ">");
}
