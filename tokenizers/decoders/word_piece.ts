import type { JSONFields } from "../json_fields.ts";
import type { Decoder, TokenStream } from "./decoder.ts";
import { tidy } from "./tidy.ts";
import { wholeTokens } from "./whole_tokens.ts";
import { checkOptions, FLAG, type Kinds, TEXT } from "../options.ts";

/** Options of {@linkcode WordPiece}. */
export interface WordPieceOptions {
  /** The prefix of tokens that continue a word. Default: `"##"`. */
  readonly prefix?: string;
  /** Whether to remove spaces before punctuation and English contractions. Default: true. */
  readonly cleanup?: boolean;
}

const KINDS: Kinds<WordPieceOptions> = { prefix: TEXT, cleanup: FLAG };

/**
 * Removes the prefix of tokens that continue a word, and puts a space before all other tokens except the first.
 *
 * @example
 * ```ts
 * import { decoders } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const tokens = decoders.decodeTokens(new decoders.WordPiece(), ["it", "seem", "##s", "so", "."]);
 * assertEquals(tokens.join(""), "it seems so.");
 * ```
 */
export class WordPiece implements Decoder {
  /** The prefix of tokens that continue a word. */
  readonly prefix: string;
  /** Whether to remove spaces before punctuation and English contractions. */
  readonly cleanup: boolean;

  /** Creates a decoder with these settings. */
  constructor(options: WordPieceOptions = {}) {
    const { prefix = "##", cleanup = true } = checkOptions("make a WordPiece decoder", options, KINDS);
    this.prefix = prefix;
    this.cleanup = cleanup;
  }

  /** Reads the decoder from a `tokenizer.json`. */
  static fromJSON(fields: JSONFields): WordPiece {
    return new WordPiece({ prefix: fields.string("prefix"), cleanup: fields.boolean("cleanup") });
  }

  /** Creates a stream that emits one token per token. */
  stream(): TokenStream {
    let isFirst = true;
    return wholeTokens({
      token: (token, next) => {
        const text = isFirst ? token : token.startsWith(this.prefix) ? token.slice(this.prefix.length) : ` ${token}`;
        isFirst = false;
        next(this.cleanup ? tidy(text) : text, true);
      },
      end: () => {
        isFirst = true;
      },
    });
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return { type: "WordPiece", prefix: this.prefix, cleanup: this.cleanup };
  }
}
