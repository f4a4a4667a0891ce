import { InputRangeError } from "../../errors.ts";
import type { AlignedText } from "../aligned_text.ts";
import type { JSONFields } from "../json_fields.ts";
import type { PreTokenizer } from "./pre_tokenizer.ts";
import { checkOptions, type Kinds, NUMBER } from "../options.ts";

/** Options of {@linkcode FixedLength}. */
export interface FixedLengthOptions {
  /** Characters (code points) per piece. Default: 5. */
  readonly length?: number;
}

const KINDS: Kinds<FixedLengthOptions> = { length: NUMBER };

/**
 * Splits a text into pieces of equal length, such as for DNA sequences.
 *
 * @example Split into codons
 * ```ts
 * import { AlignedText, preTokenizers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const pieces = new preTokenizers.FixedLength({ length: 3 }).split(AlignedText.of("ATGGCATAA"));
 * assertEquals(pieces.map((piece) => piece.text), ["ATG", "GCA", "TAA"]);
 * ```
 */
export class FixedLength implements PreTokenizer {
  /** Characters (code points) per piece. */
  readonly length: number;
  /** Always false. */
  readonly cutsBeforeSpaces = false;

  /**
   * Creates a pre-tokenizer with these settings.
   *
   * @throws {RangeError} If the length is not an integer of at least 1.
   */
  constructor(options: FixedLengthOptions = {}) {
    const { length = 5 } = checkOptions("cut to a fixed length", options, KINDS);
    if (!isLength(length)) {
      throw new InputRangeError(`cut to a fixed length: expected a whole number of at least 1, found ${length}`);
    }
    this.length = length;
  }

  /** Reads the pre-tokenizer from a `tokenizer.json`. */
  static fromJSON(fields: JSONFields): FixedLength {
    const length = fields.number("length", 5);
    if (!isLength(length)) throw fields.error("length", "a whole number of at least 1");
    return new FixedLength({ length });
  }

  /** Splits a text into pieces of `length` characters; the last may be shorter. */
  split(text: AlignedText): AlignedText[] {
    const pieces: AlignedText[] = [];
    let start = 0;
    let end = 0;
    let count = 0;
    for (const character of text.text) {
      end += character.length;
      if (++count < this.length) continue;
      pieces.push(text.slice(start, end));
      start = end;
      count = 0;
    }
    if (start < end) pieces.push(text.slice(start, end));
    return pieces;
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return { type: "FixedLength", length: this.length };
  }
}

function isLength(length: number): boolean {
  return Number.isSafeInteger(length) && length >= 1;
}
