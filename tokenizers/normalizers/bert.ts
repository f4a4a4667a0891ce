import type { AlignedText } from "../aligned_text.ts";
import type { JSONFields } from "../json_fields.ts";
import { lowercase } from "./lowercase.ts";
import type { Normalizer } from "./normalizer.ts";
import { without } from "./strip_accents.ts";
import { NFD } from "./unicode_form.ts";
import { checkOptions, FLAG, type Kinds } from "../options.ts";

/** Options of {@linkcode BERT}. */
export interface BERTOptions {
  /** Whether control characters are left out and all white space becomes spaces; true by default. */
  readonly cleanText?: boolean;
  /** Whether spaces are put around Chinese characters; true by default. */
  readonly handleChineseChars?: boolean;
  /** Whether accents are left out; where the text is made lower case by default. */
  readonly stripAccents?: boolean;
  /** Whether the text is made lower case; true by default. */
  readonly lowercase?: boolean;
}

const KINDS: Kinds<BERTOptions> = { cleanText: FLAG, handleChineseChars: FLAG, stripAccents: FLAG, lowercase: FLAG };

/**
 * What BERT does to a text before it is cut (Devlin et al. 2019).
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
  /** true: each character is rewritten for itself. */
  readonly isLocal = true;
  /** Whether control characters are left out and all white space becomes spaces. */
  readonly cleanText: boolean;
  /** Whether spaces are put around Chinese characters. */
  readonly handleChineseChars: boolean;
  /** Whether accents are left out; `undefined`: where the text is made lower case. */
  readonly stripAccents: boolean | undefined;
  /** Whether the text is made lower case. */
  readonly lowercase: boolean;

  /** A normalizer with these settings. */
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

  /** The normalizer that a part of a `tokenizer.json` describes. */
  static fromJSON(fields: JSONFields): BERT {
    return new BERT({
      cleanText: fields.boolean("clean_text"),
      handleChineseChars: fields.boolean("handle_chinese_chars"),
      stripAccents: fields.isAbsent("strip_accents") ? undefined : fields.boolean("strip_accents"),
      lowercase: fields.boolean("lowercase"),
    });
  }

  /** The rewritten text. */
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

/** What `clean` leaves out: NUL, U+FFFD, and control, format and private characters but tabs and line ends. */
const UNCLEAN = /[\0\ufffd]|(?![\t\n\r])[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu;
/** Tabs, line ends and all other white space of one code unit, as all of it is. */
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
