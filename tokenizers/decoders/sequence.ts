import type { Decoder, FragmentSink, TokenStream } from "./decoder.ts";
import { checkKind, LIST } from "../options.ts";

/**
 * Decoders one after the other.
 *
 * @example
 * ```ts
 * import { decoders } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const decoder = new decoders.Sequence([new decoders.ByteFallback(), new decoders.Fuse()]);
 * assertEquals(decoders.decodeTokens(decoder, ["caf", "<0xC3>", "<0xA9>"]), ["café"]);
 * ```
 */
export class Sequence implements Decoder {
  /** The decoders, the first to come first. */
  readonly decoders: readonly Decoder[];

  /** These decoders one after the other. */
  constructor(decoders: readonly Decoder[]) {
    checkKind("make a sequence", "the decoders", decoders, LIST);
    this.decoders = [...decoders];
  }

  /** The streams of all, each behind the one before. */
  stream(): TokenStream {
    return this.decoders.map((decoder) => decoder.stream()).reduceRight(chain, PASS);
  }

  /** This part of a `tokenizer.json`. */
  toJSON(): unknown {
    return { type: "Sequence", decoders: this.decoders.map((decoder) => decoder.toJSON()) };
  }
}

/** What comes after the last decoder. */
const PASS: TokenStream = {
  push: (fragment, ends, next) => next(fragment, ends),
  flush: () => {},
};

function chain(rest: TokenStream, first: TokenStream): TokenStream {
  const into = (next: FragmentSink): FragmentSink => (fragment, ends) => rest.push(fragment, ends, next);
  return {
    push: (fragment, ends, next) => first.push(fragment, ends, into(next)),
    flush: (next) => {
      first.flush(into(next));
      rest.flush(next);
    },
  };
}
