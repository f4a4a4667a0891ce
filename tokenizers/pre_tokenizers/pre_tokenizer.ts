import type { AlignedText } from "../aligned_text.ts";

/** Splits a text into the pieces that a model processes, usually words. No token crosses the end of a piece. */
export interface PreTokenizer {
  /**
   * Whether the pre-tokenizer always splits before a space (U+0020) that follows a character other than white space,
   * and splits the text after such a cut the same way on its own.
   */
  readonly cutsBeforeSpaces: boolean;

  /** Splits a text into nonempty pieces, in order. Delimiters may be left out. */
  split(text: AlignedText): AlignedText[];

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown;
}
