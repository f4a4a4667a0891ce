import { InputRangeError } from "../../errors.ts";
import type { AlignedText } from "../aligned_text.ts";
import type { JSONFields } from "../json_fields.ts";
import { literalPattern, type Pattern } from "../regex/mod.ts";
import { characterField, isCharacter } from "../character.ts";
import type { PreTokenizer } from "./pre_tokenizer.ts";
import { splitText } from "./split_text.ts";
import { checkOptions, type Kinds, TEXT } from "../options.ts";

/** Options of {@linkcode CharDelimiterSplit}. */
export interface CharDelimiterSplitOptions {
  /** The character between pieces. */
  readonly delimiter: string;
}

const KINDS: Kinds<CharDelimiterSplitOptions> = { delimiter: TEXT };

/**
 * Splits at each occurrence of a character and removes it.
 *
 * @example Split the cells of a table
 * ```ts
 * import { AlignedText, preTokenizers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const pieces = new preTokenizers.CharDelimiterSplit({ delimiter: "|" }).split(AlignedText.of("a|b c||d"));
 * assertEquals(pieces.map((piece) => piece.text), ["a", "b c", "d"]);
 * ```
 */
export class CharDelimiterSplit implements PreTokenizer {
  /** The character between pieces. */
  readonly delimiter: string;
  readonly #pattern: Pattern;

  /**
   * Creates a pre-tokenizer with these settings.
   *
   * @throws {RangeError} If the delimiter is not a single character.
   */
  constructor(options: CharDelimiterSplitOptions) {
    const { delimiter } = checkOptions("split at a delimiter", options, KINDS, ["delimiter"]);
    if (!isCharacter(delimiter)) {
      throw new InputRangeError(`split at a delimiter: expected one character, found ${JSON.stringify(delimiter)}`);
    }
    this.delimiter = delimiter;
    this.#pattern = literalPattern(delimiter);
  }

  /** True if the delimiter is the space. */
  get cutsBeforeSpaces(): boolean {
    return this.delimiter === " ";
  }

  /** Reads the pre-tokenizer from a `tokenizer.json`. */
  static fromJSON(fields: JSONFields): CharDelimiterSplit {
    return new CharDelimiterSplit({ delimiter: characterField(fields, "delimiter") });
  }

  /** Splits a text at the delimiters. */
  split(text: AlignedText): AlignedText[] {
    return splitText(text, this.#pattern, "Removed");
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return { type: "CharDelimiterSplit", delimiter: this.delimiter };
  }
}
