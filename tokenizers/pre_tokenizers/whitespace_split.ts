import type { AlignedText } from "../aligned_text.ts";
import { WHITE_SPACE } from "./character_set.ts";
import type { PreTokenizer } from "./pre_tokenizer.ts";
import { splitText } from "./split_text.ts";

/**
 * Splits at Unicode white space and removes it.
 *
 * @example Keep punctuation with its word
 * ```ts
 * import { AlignedText, preTokenizers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const pieces = new preTokenizers.WhitespaceSplit().split(AlignedText.of("Well, well."));
 * assertEquals(pieces.map((piece) => piece.text), ["Well,", "well."]);
 * ```
 */
export class WhitespaceSplit implements PreTokenizer {
  /** Always true. */
  readonly cutsBeforeSpaces = true;

  /** Reads the pre-tokenizer from a `tokenizer.json`; it has no settings. */
  static fromJSON(): WhitespaceSplit {
    return new WhitespaceSplit();
  }

  /** Splits a text at white space. */
  split(text: AlignedText): AlignedText[] {
    return splitText(text, WHITE_SPACE, "Removed");
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return { type: "WhitespaceSplit" };
  }
}
