import type { AlignedText } from "../aligned_text.ts";

/** Rewrites a text before it is split into pieces: Unicode forms, case, accents, white space. */
export interface Normalizer {
  /**
   * Whether cutting a text before a space (U+0020) that follows another character and normalizing the parts separately
   * gives the same result.
   */
  readonly isLocal: boolean;

  /** Normalizes a text. */
  normalize(text: AlignedText): AlignedText;

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown;
}
