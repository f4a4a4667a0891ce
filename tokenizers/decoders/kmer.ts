import { InputRangeError } from "../../errors.ts";
import type { JSONFields } from "../json_fields.ts";
import { checkOptions, type Kinds, NUMBER } from "../options.ts";
import type { Decoder, TokenStream } from "./decoder.ts";
import { wholeTokens } from "./whole_tokens.ts";

/** Options of {@linkcode Kmer}. */
export interface KmerOptions {
  /** Characters from the start of a k-mer to the start of the next. Default: 1. */
  readonly stride?: number;
}

const KINDS: Kinds<KmerOptions> = { stride: NUMBER };

/**
 * Joins overlapping k-mers: drops the beginning of a token if it is the end of the token before, `stride` characters
 * further on.
 *
 * @example
 * ```ts
 * import { decoders } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const tokens = ["ATG", "TGG", "<unk>", "GCC", "CCA"];
 * assertEquals(decoders.decodeTokens(new decoders.Kmer(), tokens).join(""), "ATGG<unk>GCCA");
 * ```
 */
export class Kmer implements Decoder {
  /** Characters from the start of a k-mer to the start of the next. */
  readonly stride: number;

  /**
   * Creates a decoder with these settings.
   *
   * @throws {RangeError} If `stride` is not a whole number of at least 1.
   */
  constructor(options: KmerOptions = {}) {
    const { stride = 1 } = checkOptions("make a k-mer decoder", options, KINDS);
    if (!isStride(stride)) {
      throw new InputRangeError(`make a k-mer decoder: expected a stride of at least 1, found ${stride}`);
    }
    this.stride = stride;
  }

  /** Reads the decoder from a `tokenizer.json`. */
  static fromJSON(fields: JSONFields): Kmer {
    const stride = fields.number("stride");
    if (!isStride(stride)) throw fields.error("stride", "a whole number of at least 1");
    return new Kmer({ stride });
  }

  /** Creates a stream that emits one token per token. */
  stream(): TokenStream {
    let last: string[] = [];
    return wholeTokens({
      token: (token, next) => {
        const characters = [...token];
        const shared = last.slice(this.stride);
        const isNext = characters.length === last.length && shared.every((character, i) => character === characters[i]);
        next(isNext ? characters.slice(shared.length).join("") : token, true);
        last = characters;
      },
      end: () => {
        last = [];
      },
    });
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return { type: "Kmer", stride: this.stride };
  }
}

function isStride(stride: number): boolean {
  return Number.isSafeInteger(stride) && stride >= 1;
}
