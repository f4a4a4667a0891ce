import type { JSONFields } from "../json_fields.ts";
import type { Decoder, TokenStream } from "./decoder.ts";
import { replaceAll } from "./replace_all.ts";
import { tidy } from "./tidy.ts";
import { wholeTokens } from "./whole_tokens.ts";
import { checkOptions, FLAG, type Kinds, TEXT } from "../options.ts";

/** Options of {@linkcode CTC}. */
export interface CTCOptions {
  /** The token for silence; `"<pad>"` by default. */
  readonly padToken?: string;
  /** The token between words; `"|"` by default. */
  readonly wordDelimiterToken?: string;
  /** Whether the word delimiter becomes a space, and spaces before punctuation are taken out; true by default. */
  readonly cleanup?: boolean;
}

const KINDS: Kinds<CTCOptions> = { padToken: TEXT, wordDelimiterToken: TEXT, cleanup: FLAG };

/**
 * What a recogniser of speech says at each moment, as text: tokens that repeat count once, silence not at all (connectionist temporal
 * classification; Graves et al. 2006).
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
  /** The token for silence. */
  readonly padToken: string;
  /** The token between words. */
  readonly wordDelimiterToken: string;
  /** Whether the word delimiter becomes a space. */
  readonly cleanup: boolean;

  /** A decoder with these settings. */
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

  /** The decoder that a part of a `tokenizer.json` describes. */
  static fromJSON(fields: JSONFields): CTC {
    return new CTC({
      padToken: fields.string("pad_token"),
      wordDelimiterToken: fields.string("word_delimiter_token"),
      cleanup: fields.boolean("cleanup"),
    });
  }

  /** A stream that gives a token for each that is new. */
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

  /** This part of a `tokenizer.json`. */
  toJSON(): unknown {
    return {
      type: "CTC",
      pad_token: this.padToken,
      word_delimiter_token: this.wordDelimiterToken,
      cleanup: this.cleanup,
    };
  }
}
