import type { AlignedText } from "../aligned_text.ts";

/**
 * Cuts a text into the pieces that a model sees one by one: words, usually. No token reaches over the end of a piece.
 */
export interface PreTokenizer {
  /**
   * Whether it always cuts before a space (U+0020) that follows something other than white space, and whether the
   * pieces after such a cut are those of the text after it alone.
   */
  readonly cutsBeforeSpaces: boolean;

  /** The pieces in their order; none is empty. What separates them may be left out. */
  split(text: AlignedText): AlignedText[];

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown;
}
