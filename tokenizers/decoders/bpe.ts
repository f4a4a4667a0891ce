import type { JSONFields } from "../json_fields.ts";
import type { Decoder, TokenStream } from "./decoder.ts";
import { replaceAll } from "./replace_all.ts";
import { wholeTokens } from "./whole_tokens.ts";
import { checkOptions, type Kinds, TEXT } from "../options.ts";

/** Options of {@linkcode BPE}. */
export interface BPEOptions {
  /** What marks a token that ends a word; `"</w>"` by default. */
  readonly suffix?: string;
}

const KINDS: Kinds<BPEOptions> = { suffix: TEXT };

/**
 * Makes a space of the mark at the end of each word, and nothing of the last one's.
 *
 * @example
 * ```ts
 * import { decoders } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(decoders.decodeTokens(new decoders.BPE(), ["lo", "w</w>", "er</w>"]), ["lo", "w ", "er"]);
 * ```
 */
export class BPE implements Decoder {
  /** What marks a token that ends a word. */
  readonly suffix: string;

  /** A decoder with this mark. */
  constructor(options: BPEOptions = {}) {
    const { suffix = "</w>" } = checkOptions("make a BPE decoder", options, KINDS);
    this.suffix = suffix;
  }

  /** The decoder that a part of a `tokenizer.json` describes. */
  static fromJSON(fields: JSONFields): BPE {
    return new BPE({ suffix: fields.string("suffix") });
  }

  /** A stream that holds a token back from its mark on: only a successor tells that it is not the last. */
  stream(): TokenStream {
    let held: string | undefined;
    return wholeTokens({
      token: (token, next) => {
        if (held !== undefined) next(replaceAll(held, this.suffix, " "), true);
        const mark = token.indexOf(this.suffix);
        held = mark < 0 ? undefined : token.slice(mark);
        next(mark < 0 ? token : token.slice(0, mark), mark < 0);
      },
      end: (next) => {
        if (held !== undefined) next(replaceAll(held, this.suffix, ""), true);
        held = undefined;
      },
    });
  }

  /** This part of a `tokenizer.json`. */
  toJSON(): unknown {
    return { type: "BPEDecoder", suffix: this.suffix };
  }
}
