import type { Decoder, FragmentSink, TokenStream } from "./decoder.ts";
import { checkKind, LIST } from "../options.ts";

/**
 * Applies decoders one after another.
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
  /** The decoders, in order of application. */
  readonly decoders: readonly Decoder[];

  /** Creates a sequence of decoders. */
  constructor(decoders: readonly Decoder[]) {
    checkKind("make a sequence", "the decoders", decoders, LIST);
    this.decoders = [...decoders];
  }

  /** Creates a stream that chains the streams of all decoders. */
  stream(): TokenStream {
    return this.decoders.map((decoder) => decoder.stream()).reduceRight(chain, PASS_THROUGH);
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return { type: "Sequence", decoders: this.decoders.map((decoder) => decoder.toJSON()) };
  }
}

/** The stream after the last decoder. */
const PASS_THROUGH: TokenStream = {
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
