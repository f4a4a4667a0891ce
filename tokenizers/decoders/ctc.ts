import type { JSONFields } from "../json_fields.ts";
import type { Decoder, TokenStream } from "./decoder.ts";
import { replaceAll } from "./replace_all.ts";
import { tidy } from "./tidy.ts";
import { wholeTokens } from "./whole_tokens.ts";
import { checkOptions, FLAG, type Kinds, TEXT } from "../options.ts";

/** Options of {@linkcode CTC}. */
export interface CTCOptions {
  /** The blank token. Default: `"<pad>"`. */
  readonly padToken?: string;
  /** The token between words. Default: `"|"`. */
  readonly wordDelimiterToken?: string;
  /** Whether to replace the word delimiter with a space and to remove spaces before punctuation. Default: true. */
  readonly cleanup?: boolean;
}

const KINDS: Kinds<CTCOptions> = { padToken: TEXT, wordDelimiterToken: TEXT, cleanup: FLAG };

/**
 * Decodes the frame-by-frame output of a speech recognizer: merges repeated tokens and drops blanks (connectionist
 * temporal classification; Graves et al. 2006).
 *
 * @example
 * ```ts
 * import { decoders } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const tokens = ["<pad>", "h", "h", "i", "|", "|", "i", "<pad>", "i"];
 * assertEquals(decoders.decodeTokens(new decoders.CTC(), tokens).join(""), "hi ii");
 * ```
 */
export class CTC implements Decoder {
  /** The blank token. */
  readonly padToken: string;
  /** The token between words. */
  readonly wordDelimiterToken: string;
  /** Whether to replace the word delimiter with a space and to remove spaces before punctuation. */
  readonly cleanup: boolean;

  /** Creates a decoder with these settings. */
  constructor(options: CTCOptions = {}) {
    const { padToken = "<pad>", wordDelimiterToken = "|", cleanup = true } = checkOptions(
      "make a CTC decoder",
      options,
      KINDS,
    );
    this.padToken = padToken;
    this.wordDelimiterToken = wordDelimiterToken;
    this.cleanup = cleanup;
  }

  /** Reads the decoder from a `tokenizer.json`. */
  static fromJSON(fields: JSONFields): CTC {
    return new CTC({
      padToken: fields.string("pad_token"),
      wordDelimiterToken: fields.string("word_delimiter_token"),
      cleanup: fields.boolean("cleanup"),
    });
  }

  /** Creates a stream that emits one token for each new token. */
  stream(): TokenStream {
    let last: string | undefined;
    return wholeTokens({
      token: (token, next) => {
        if (token === last) return;
        last = token;
        const text = replaceAll(token, this.padToken, "");
        const tidied = this.cleanup ? replaceAll(tidy(text), this.wordDelimiterToken, " ") : text;
        if (tidied !== "") next(tidied, true);
      },
      end: () => {
        last = undefined;
      },
    });
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return {
      type: "CTC",
      pad_token: this.padToken,
      word_delimiter_token: this.wordDelimiterToken,
      cleanup: this.cleanup,
    };
  }
}
