import type { JSONFields } from "../json_fields.ts";
import type { Decoder, TokenStream } from "./decoder.ts";
import { tidy } from "./tidy.ts";
import { wholeTokens } from "./whole_tokens.ts";
import { checkOptions, FLAG, type Kinds, TEXT } from "../options.ts";

/** Options of {@linkcode WordPiece}. */
export interface WordPieceOptions {
  /** What marks a token that goes on within a word; `"##"` by default. */
  readonly prefix?: string;
  /** Whether the spaces that English does not have before punctuation and contractions are taken out; true by default. */
  readonly cleanup?: boolean;
}

const KINDS: Kinds<WordPieceOptions> = { prefix: TEXT, cleanup: FLAG };

/**
 * Puts a space before each token but those that go on within a word, whose mark is taken off.
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
  /** What marks a token that goes on within a word. */
  readonly prefix: string;
  /** Whether spaces before punctuation are taken out. */
  readonly cleanup: boolean;

  /** A decoder with these settings. */
  constructor(options: WordPieceOptions = {}) {
    const { prefix = "##", cleanup = true } = checkOptions("make a WordPiece decoder", options, KINDS);
    this.prefix = prefix;
    this.cleanup = cleanup;
  }

  /** The decoder that a part of a `tokenizer.json` describes. */
  static fromJSON(fields: JSONFields): WordPiece {
    return new WordPiece({ prefix: fields.string("prefix"), cleanup: fields.boolean("cleanup") });
  }

  /** A stream that gives a token for each. */
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

  /** This part of a `tokenizer.json`. */
  toJSON(): unknown {
    return { type: "WordPiece", prefix: this.prefix, cleanup: this.cleanup };
  }
}
