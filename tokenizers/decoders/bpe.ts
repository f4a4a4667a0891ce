import type { JSONFields } from "../json_fields.ts";
import type { Decoder, TokenStream } from "./decoder.ts";
import { replaceAll } from "./replace_all.ts";
import { wholeTokens } from "./whole_tokens.ts";
import { checkOptions, type Kinds, TEXT } from "../options.ts";

/** Options of {@linkcode BPE}. */
export interface BPEOptions {
  /** The suffix of tokens that end a word. Default: `"</w>"`. */
  readonly suffix?: string;
}

const KINDS: Kinds<BPEOptions> = { suffix: TEXT };

/**
 * Replaces the end-of-word suffix with a space, and removes it from the last token.
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
  /** The suffix of tokens that end a word. */
  readonly suffix: string;

  /** Creates a decoder with this suffix. */
  constructor(options: BPEOptions = {}) {
    const { suffix = "</w>" } = checkOptions("make a BPE decoder", options, KINDS);
    this.suffix = suffix;
  }

  /** Reads the decoder from a `tokenizer.json`. */
  static fromJSON(fields: JSONFields): BPE {
    return new BPE({ suffix: fields.string("suffix") });
  }

  /**
   * Creates a stream that holds back each token from its suffix on, since only the next token shows that it is not the
   * last.
   */
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

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return { type: "BPEDecoder", suffix: this.suffix };
  }
}
