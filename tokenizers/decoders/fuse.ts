import type { Decoder, TokenStream } from "./decoder.ts";

/**
 * Makes one token of all, so that the decoders after it see the whole text.
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
  /** The decoder that a part of a `tokenizer.json` describes. */
  static fromJSON(): Fuse {
    return new Fuse();
  }

  /** A stream that hands on fragments at once; the token ends with the sequence. */
  stream(): TokenStream {
    return {
      push: (fragment, _ends, next) => next(fragment, false),
      flush: (next) => next("", true),
    };
  }

  /** This part of a `tokenizer.json`. */
  toJSON(): unknown {
    return { type: "Fuse" };
  }
}
