import type { Encoding } from "../encoding.ts";

/** Adds the special tokens that a model expects around a text or a pair, and sets the type ids. */
export interface PostProcessor {
  /** The ids added before and after a single text. */
  readonly around: { readonly before: readonly number[]; readonly after: readonly number[] };

  /** The ids of all special tokens that are added to a text or a pair. */
  readonly ids: readonly number[];

  /** The number of tokens added to one text or to a pair, for which truncation must leave room. */
  addedTokens(isPair: boolean): number;

  /**
   * Adds special tokens to the encodings of a text or a pair. Returns one encoding per text, each with its special
   * tokens, to be concatenated in this order.
   *
   * @param encodings The encodings of the texts, or the output of another post-processor.
   * @param addSpecialTokens Whether to add special tokens.
   */
  process(encodings: readonly Encoding[], addSpecialTokens: boolean): readonly Encoding[];

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown;
}
