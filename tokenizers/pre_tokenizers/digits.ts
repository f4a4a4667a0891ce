import type { AlignedText } from "../aligned_text.ts";
import type { JSONFields } from "../json_fields.ts";
import { CharacterSet } from "./character_set.ts";
import type { PreTokenizer } from "./pre_tokenizer.ts";
import { splitText } from "./split_text.ts";
import { checkOptions, FLAG, type Kinds } from "../options.ts";

const DIGITS = new CharacterSet("\\p{N}");

/** Options of {@linkcode Digits}. */
export interface DigitsOptions {
  /** Whether each digit is a piece of its own; false by default. */
  readonly individualDigits?: boolean;
}

const KINDS: Kinds<DigitsOptions> = { individualDigits: FLAG };

/**
 * Parts digits from everything else. All of Unicode's numeric characters are digits here: `½` and `Ⅷ` too.
 *
 * @example Digit by digit
 * ```ts
 * import { AlignedText, preTokenizers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const pieces = new preTokenizers.Digits({ individualDigits: true }).split(AlignedText.of("since 1984"));
 * assertEquals(pieces.map((piece) => piece.text), ["since ", "1", "9", "8", "4"]);
 * ```
 */
export class Digits implements PreTokenizer {
  /** Whether each digit is a piece of its own. */
  readonly individualDigits: boolean;
  /** false */
  readonly cutsBeforeSpaces = false;

  /** A pre-tokenizer with these settings. */
  constructor(options: DigitsOptions = {}) {
    const { individualDigits = false } = checkOptions("split at digits", options, KINDS);
    this.individualDigits = individualDigits;
  }

  /** The pre-tokenizer that a part of a `tokenizer.json` describes. */
  static fromJSON(fields: JSONFields): Digits {
    return new Digits({ individualDigits: fields.boolean("individual_digits") });
  }

  /** Runs of digits, or single ones, and what stands between them. */
  split(text: AlignedText): AlignedText[] {
    return splitText(text, DIGITS, this.individualDigits ? "Isolated" : "Contiguous");
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return { type: "Digits", individual_digits: this.individualDigits };
  }
}
