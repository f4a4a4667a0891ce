import type { Decoder, TokenStream } from "./decoder.ts";

/**
 * Joins all tokens into one, so that later decoders see the whole text.
 *
 * @example
 * ```ts
 * import { decoders } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(decoders.decodeTokens(new decoders.Fuse(), ["to", " be"]), ["to be"]);
 * ```
 */
export class Fuse implements Decoder {
  /** Reads the decoder from a `tokenizer.json`. */
  static fromJSON(): Fuse {
    return new Fuse();
  }

  /** Creates a stream that emits fragments immediately; the token ends with the sequence. */
  stream(): TokenStream {
    return {
      push: (fragment, _ends, next) => next(fragment, false),
      flush: (next) => next("", true),
    };
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return { type: "Fuse" };
  }
}
