/**
 * How BLEU divides texts: as mteval-v13a does, which suits Western languages; by all of Unicode's punctuation and symbols, as
 * mteval-v14 does in its international mode; into characters; or only where there is space.
 */
export type BleuTokenizer = "13a" | "intl" | "char" | "none";
/** All of them. */
export const BLEU_TOKENIZERS: readonly BleuTokenizer[] = ["13a", "intl", "char", "none"];

/** The tokens that BLEU compares, as sacreBLEU has them. Throws a RangeError for a tokenizer that is none. */
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
      throw new RangeError(
        `tokenize for BLEU: expected one of ${BLEU_TOKENIZERS.join(", ")}, found ${JSON.stringify(tokenizer)}`,
      );
  }
}

// What Python takes for space: unlike JavaScript with U+001C to U+001F and U+0085, and without U+FEFF.
const SPACE = "[\\t-\\r\\x1c- \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const SPACES = new RegExp(`${SPACE}+`, "g");
const TRAILING_SPACE = new RegExp(`(?<!${SPACE})${SPACE}+$`);

/** The words between spaces. */
export function splitAtSpace(text: string): string[] {
  return text.split(SPACES).filter((word) => word !== "");
}

/** The code points that are not space. */
export function charactersOf(text: string): string[] {
  return [...text.replaceAll(SPACES, "")];
}

/** What is put in place of what, one after the other. */
type Rules = readonly (readonly [RegExp, string])[];

/** Of mteval-v13a; the symbols of the first are those of ASCII but the apostrophe, comma, hyphen and full stop. */
const WESTERN: Rules = [
  [/[ -&(-+:-@[-`{-~/]/g, " $& "],
  [/([^0-9])([.,])/gu, "$1 $2 "],
  [/([.,])([^0-9])/gu, " $1 $2"],
  [/([0-9])-/g, "$1 - "],
];

/** Of mteval-v14. */
const INTERNATIONAL: Rules = [
  [/(\P{N})(\p{P})/gu, "$1 $2 "],
  [/(\p{P})(\P{N})/gu, " $1 $2"],
  [/\p{S}/gu, " $& "],
];

function separate(text: string, rules: Rules): string {
  return rules.reduce((text, [pattern, replacement]) => text.replaceAll(pattern, replacement), text);
}

/** Without marks of skipped text, words divided at the ends of lines, and entities. `&amp;lt;` is unescaped twice, as mteval-v13a does. */
function plain(text: string): string {
  const joined = text.replaceAll("<skipped>", "").replaceAll("-\n", "").replaceAll("\n", " ");
  if (!joined.includes("&")) return joined;
  return joined.replaceAll("&quot;", '"').replaceAll("&amp;", "&").replaceAll("&lt;", "<").replaceAll("&gt;", ">");
}
