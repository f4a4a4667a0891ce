import type { Decoder, FragmentSink, TokenStream } from "./decoder.ts";
import { Growth } from "./growth.ts";
import { countParts } from "../check_parts.ts";
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
  /** The number of decoders, those of inner sequences included. */
  readonly #parts: number;

  /**
   * Creates a sequence of decoders.
   *
   * @throws {RangeError} If there are more than 64, those of inner sequences included.
   */
  constructor(decoders: readonly Decoder[]) {
    checkKind("make a sequence", "the decoders", decoders, LIST);
    this.decoders = [...decoders];
    this.#parts = countParts("decoders", this.decoders, (member) => member instanceof Sequence ? member.#parts : 0);
  }

  /**
   * Creates a stream that chains the streams of all decoders. Its methods throw `RangeError` if a text grows too much
   * on its way through them.
   */
  stream(): TokenStream {
    const growth = new Growth();
    const chain = (rest: TokenStream, first: TokenStream): TokenStream => chained(first, rest, growth.checked());
    const stream = this.decoders.map((decoder) => decoder.stream()).reduceRight(chain, PASS_THROUGH);
    return {
      push: (fragment, ends, next) => {
        growth.take(fragment);
        stream.push(fragment, ends, next);
      },
      flush: (next) => stream.flush(next),
    };
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

/** The stream that passes what one stream emits to another. */
function chained(first: TokenStream, rest: TokenStream, check: (length: number) => void): TokenStream {
  const into = (next: FragmentSink): FragmentSink => (fragment, ends) => {
    check(fragment.length);
    rest.push(fragment, ends, next);
  };
  return {
    push: (fragment, ends, next) => first.push(fragment, ends, into(next)),
    flush: (next) => {
      first.flush(into(next));
      rest.flush(next);
    },
  };
}
