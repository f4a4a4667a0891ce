import type { AlignedText } from "../aligned_text.ts";
import { PUNCTUATION, WHITE_SPACE } from "./character_set.ts";
import type { PreTokenizer } from "./pre_tokenizer.ts";
import { splitText } from "./split_text.ts";

/**
 * Splits at white space and makes each punctuation mark a separate piece, like BERT (Devlin et al., 2019,
 * https://arxiv.org/abs/1810.04805).
 *
 * @example Separate words and punctuation
 * ```ts
 * import { AlignedText, preTokenizers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const pieces = new preTokenizers.BERT().split(AlignedText.of("Is it? No..."));
 * assertEquals(pieces.map((piece) => piece.text), ["Is", "it", "?", "No", ".", ".", "."]);
 * ```
 */
export class BERT implements PreTokenizer {
  /** Always true. */
  readonly cutsBeforeSpaces = true;

  /** Reads the pre-tokenizer from a `tokenizer.json`; it has no settings. */
  static fromJSON(): BERT {
    return new BERT();
  }

  /** Splits a text into words and punctuation marks. */
  split(text: AlignedText): AlignedText[] {
    return splitText(text, WHITE_SPACE, "Removed").flatMap((word) => splitText(word, PUNCTUATION, "Isolated"));
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return { type: "BertPreTokenizer" };
  }
}
