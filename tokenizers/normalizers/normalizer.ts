import type { AlignedText } from "../aligned_text.ts";

/** Rewrites a text before it is cut into pieces: Unicode forms, case, accents, white space. */
export interface Normalizer {
  /**
   * Whether a text may be cut before a space (U+0020) that follows something else, and its parts normalized alone, with
   * the same result.
   */
  readonly isLocal: boolean;

  /** The rewritten text. */
  normalize(text: AlignedText): AlignedText;

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown;
}
