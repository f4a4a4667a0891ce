import type { AlignedText } from "../aligned_text.ts";
import type { JSONFields } from "../json_fields.ts";
import { lowercase } from "./lowercase.ts";
import type { Normalizer } from "./normalizer.ts";
import { without } from "./strip_accents.ts";
import { NFD } from "./unicode_form.ts";
import { checkOptions, FLAG, type Kinds } from "../options.ts";

/** Options of {@linkcode BERT}. */
export interface BERTOptions {
  /** Whether to remove control characters and replace all white space with spaces. Default: true. */
  readonly cleanText?: boolean;
  /** Whether to put spaces around Chinese characters. Default: true. */
  readonly handleChineseChars?: boolean;
  /** Whether to strip accents. Default: the value of `lowercase`. */
  readonly stripAccents?: boolean;
  /** Whether to lowercase the text. Default: true. */
  readonly lowercase?: boolean;
}

const KINDS: Kinds<BERTOptions> = { cleanText: FLAG, handleChineseChars: FLAG, stripAccents: FLAG, lowercase: FLAG };

/**
 * BERT's normalization (Devlin et al. 2019).
 *
 * @example
 * ```ts
 * import { AlignedText, normalizers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(new normalizers.BERT().normalize(AlignedText.of("Déjà\tvu\u0000 漢字")).text, "deja vu  漢  字 ");
 * ```
 */
export class BERT implements Normalizer {
  /** Always true: each character is rewritten independently. */
  readonly isLocal = true;
  /** Whether to remove control characters and replace all white space with spaces. */
  readonly cleanText: boolean;
  /** Whether to put spaces around Chinese characters. */
  readonly handleChineseChars: boolean;
  /** Whether to strip accents; `undefined`: if the text is lowercased. */
  readonly stripAccents: boolean | undefined;
  /** Whether to lowercase the text. */
  readonly lowercase: boolean;

  /** Creates a normalizer with these settings. */
  constructor(options: BERTOptions = {}) {
    const { cleanText = true, handleChineseChars = true, stripAccents, lowercase = true } = checkOptions(
      "make a BERT normalizer",
      options,
      KINDS,
    );
    this.cleanText = cleanText;
    this.handleChineseChars = handleChineseChars;
    this.stripAccents = stripAccents;
    this.lowercase = lowercase;
  }

  /** Reads the normalizer from a `tokenizer.json`. */
  static fromJSON(fields: JSONFields): BERT {
    return new BERT({
      cleanText: fields.boolean("clean_text"),
      handleChineseChars: fields.boolean("handle_chinese_chars"),
      stripAccents: fields.isAbsent("strip_accents") ? undefined : fields.boolean("strip_accents"),
      lowercase: fields.boolean("lowercase"),
    });
  }

  /** Normalizes a text. */
  normalize(text: AlignedText): AlignedText {
    let result = text;
    if (this.cleanText) result = clean(result);
    if (this.handleChineseChars) result = aroundChinese(result);
    if (this.stripAccents ?? this.lowercase) result = withoutAccents(result);
    return this.lowercase ? lowercase(result) : result;
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return {
      type: "BertNormalizer",
      clean_text: this.cleanText,
      handle_chinese_chars: this.handleChineseChars,
      strip_accents: this.stripAccents ?? null,
      lowercase: this.lowercase,
    };
  }
}

const DECOMPOSED = new NFD();

/**
 * The characters that `clean` removes: NUL, U+FFFD, and control, format and private-use characters except tabs and line
 * ends.
 */
const UNCLEAN = /[\0\ufffd]|(?![\t\n\r])[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu;
/** All white space except the space itself; all of it takes one code unit. */
const SPACES = /(?! )\p{White_Space}/gu;
const CHINESE =
  /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\uf900-\ufaff\u{2f800}-\u{2fa1f}]/u;
const ASCII = /^\p{ASCII}*$/u;

function clean(text: AlignedText): AlignedText {
  const kept = without(text, UNCLEAN);
  return kept.withText(kept.text.replace(SPACES, " "));
}

function aroundChinese(text: AlignedText): AlignedText {
  if (!CHINESE.test(text.text)) return text;
  return text.mapCharacters((character) => CHINESE.test(character) ? ` ${character} ` : character);
}

function withoutAccents(text: AlignedText): AlignedText {
  return ASCII.test(text.text) ? text : without(DECOMPOSED.normalize(text), /\p{Mn}+/gu);
}
