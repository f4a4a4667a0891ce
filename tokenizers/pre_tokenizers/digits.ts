import type { AlignedText } from "../aligned_text.ts";
import type { JSONFields } from "../json_fields.ts";
import { CharacterSet } from "./character_set.ts";
import type { PreTokenizer } from "./pre_tokenizer.ts";
import { splitText } from "./split_text.ts";
import { checkOptions, FLAG, type Kinds } from "../options.ts";

const DIGITS = new CharacterSet("\\p{N}");

/** Options of {@linkcode Digits}. */
export interface DigitsOptions {
  /** Whether to make each digit a separate piece. Default: false. */
  readonly individualDigits?: boolean;
}

const KINDS: Kinds<DigitsOptions> = { individualDigits: FLAG };

/**
 * Separates digits from other text. Digits are all of Unicode's numeric characters, including `½` and `Ⅷ`.
 *
 * @example Split a number into digits
 * ```ts
 * import { AlignedText, preTokenizers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const pieces = new preTokenizers.Digits({ individualDigits: true }).split(AlignedText.of("since 1984"));
 * assertEquals(pieces.map((piece) => piece.text), ["since ", "1", "9", "8", "4"]);
 * ```
 */
export class Digits implements PreTokenizer {
  /** Whether to make each digit a separate piece. */
  readonly individualDigits: boolean;
  /** Always false. */
  readonly cutsBeforeSpaces = false;

  /** Creates a pre-tokenizer with these settings. */
  constructor(options: DigitsOptions = {}) {
    const { individualDigits = false } = checkOptions("split at digits", options, KINDS);
    this.individualDigits = individualDigits;
  }

  /** Reads the pre-tokenizer from a `tokenizer.json`. */
  static fromJSON(fields: JSONFields): Digits {
    return new Digits({ individualDigits: fields.boolean("individual_digits") });
  }

  /** Splits a text into digits, or runs of digits, and the text between them. */
  split(text: AlignedText): AlignedText[] {
    return splitText(text, DIGITS, this.individualDigits ? "Isolated" : "Contiguous");
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return { type: "Digits", individual_digits: this.individualDigits };
  }
}
