import type { Encoding } from "../encoding.ts";

/** Adds the special tokens that a model expects around one text or two, and says which token belongs to which. */
export interface PostProcessor {
  /** The ids that it puts before and after a single text. */
  readonly around: { readonly before: readonly number[]; readonly after: readonly number[] };

  /** How many tokens it adds to one text, or to a pair: those that truncation must leave room for. */
  addedTokens(isPair: boolean): number;

  /**
   * The encodings of one text or two with special tokens among them, to be put together in this order: one for each
   * text, with the special tokens that belong to it.
   *
   * @param encodings The texts', or what another post-processor made of them.
   * @param addSpecialTokens Whether special tokens are added.
   */
  process(encodings: readonly Encoding[], addSpecialTokens: boolean): readonly Encoding[];

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown;
}
