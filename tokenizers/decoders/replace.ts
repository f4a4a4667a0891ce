import type { JSONFields } from "../json_fields.ts";
import { type Pattern, patternFromJSON } from "../regex/mod.ts";
import type { Decoder, TokenStream } from "./decoder.ts";
import { Growth } from "./growth.ts";
import { wholeTokens } from "./whole_tokens.ts";
import { checkOptions, having, type Kinds, TEXT } from "../options.ts";

/** Options of {@linkcode Replace}. */
export interface ReplaceOptions {
  /** The pattern to replace. */
  readonly pattern: Pattern;
  /** The replacement. */
  readonly content: string;
}

const KINDS: Kinds<ReplaceOptions> = { pattern: having("forEachMatch"), content: TEXT };

/**
 * Replaces each match of a pattern within each token.
 *
 * @example
 * ```ts
 * import { decoders, patterns } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const decoder = new decoders.Replace({ pattern: patterns.literalPattern("_"), content: " " });
 * assertEquals(decoders.decodeTokens(decoder, ["to_", "be"]), ["to ", "be"]);
 * ```
 */
export class Replace implements Decoder {
  /** The pattern to replace. */
  readonly pattern: Pattern;
  /** The replacement. */
  readonly content: string;

  /** Creates a decoder that replaces a pattern. */
  constructor(options: ReplaceOptions) {
    const { pattern, content } = checkOptions("make a decoder that replaces", options, KINDS, ["pattern", "content"]);
    this.pattern = pattern;
    this.content = content;
  }

  /** Reads the decoder from a `tokenizer.json`. */
  static fromJSON(fields: JSONFields): Replace {
    return new Replace({ pattern: patternFromJSON(fields.object("pattern")), content: fields.string("content") });
  }

  /**
   * Creates a stream that holds back what could be the start of a match; for a regular expression, the whole token. Its
   * methods throw `RangeError` if the text grows too much.
   */
  stream(): TokenStream {
    const { literal } = this.pattern;
    if (literal) return literalStream(literal, this.content);
    const growth = new Growth();
    const check = growth.checked();
    return wholeTokens({
      token: (token, next) => {
        growth.take(token);
        next(this.#replaced(token, check), true);
      },
    });
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return { type: "Replace", pattern: this.pattern.toJSON(), content: this.content };
  }

  #replaced(token: string, check: (length: number) => void): string {
    let text = "";
    let done = 0;
    this.pattern.forEachMatch(token, (start, end) => {
      const more = token.slice(done, start) + this.content;
      check(more.length);
      text += more;
      done = end;
    });
    check(token.length - done);
    return text + token.slice(done);
  }
}

/**
 * Visits each code unit once (Knuth, Morris and Pratt 1977): a partial match that fails tells how much of it can start
 * another match.
 */
function literalStream(literal: string, content: string): TokenStream {
  const shorter = shorterBeginnings(literal);
  const growth = new Growth();
  const check = growth.checked();
  let matched = 0;
  return {
    push: (fragment, ends, next) => {
      // The held-back text precedes the fragment; `done` is the start of what has not been emitted.
      const text = literal.slice(0, matched) + fragment;
      growth.take(fragment);
      let result = "";
      let done = 0;
      for (let at = matched; at < text.length; at++) {
        while (matched > 0 && text[at] !== literal[matched]) matched = shorter[matched - 1];
        if (text[at] === literal[matched]) matched++;
        if (matched < literal.length) continue;
        const more = text.slice(done, at + 1 - matched) + content;
        check(more.length);
        result += more;
        done = at + 1;
        matched = 0;
      }
      if (ends) matched = 0;
      check(Math.max(0, text.length - matched - done));
      next(result + text.slice(done, text.length - matched), ends);
    },
    flush: () => {},
  };
}

/** For each prefix of a text, the length of its longest proper prefix that is also its suffix. */
function shorterBeginnings(text: string): Int32Array {
  const lengths = new Int32Array(text.length);
  for (let at = 1, length = 0; at < text.length; at++) {
    while (length > 0 && text[at] !== text[length]) length = lengths[length - 1];
    if (text[at] === text[length]) length++;
    lengths[at] = length;
  }
  return lengths;
}
