import type { JSONFields } from "../json_fields.ts";
import { type Pattern, patternFromJSON } from "../regex/mod.ts";
import type { Decoder, TokenStream } from "./decoder.ts";
import { wholeTokens } from "./whole_tokens.ts";
import { checkOptions, having, type Kinds, TEXT } from "../options.ts";

/** Options of {@linkcode Replace}. */
export interface ReplaceOptions {
  /** What is replaced. */
  readonly pattern: Pattern;
  /** What it is replaced by. */
  readonly content: string;
}

const KINDS: Kinds<ReplaceOptions> = { pattern: having("forEachMatch"), content: TEXT };

/**
 * Replaces a pattern in each token.
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
  /** What is replaced. */
  readonly pattern: Pattern;
  /** What it is replaced by. */
  readonly content: string;

  /** A decoder that replaces a pattern. */
  constructor(options: ReplaceOptions) {
    const { pattern, content } = checkOptions("make a decoder that replaces", options, KINDS, ["pattern", "content"]);
    this.pattern = pattern;
    this.content = content;
  }

  /** The decoder that a part of a `tokenizer.json` describes. */
  static fromJSON(fields: JSONFields): Replace {
    return new Replace({ pattern: patternFromJSON(fields.object("pattern")), content: fields.string("content") });
  }

  /** A stream that holds back what could be the beginning of a match; the whole token where that is a regular expression. */
  stream(): TokenStream {
    const { literal } = this.pattern;
    if (literal) return literalStream(literal, this.content);
    return wholeTokens({ token: (token, next) => next(this.#replaced(token), true) });
  }

  /** This part of a `tokenizer.json`. */
  toJSON(): unknown {
    return { type: "Replace", pattern: this.pattern.toJSON(), content: this.content };
  }

  #replaced(token: string): string {
    let text = "";
    let done = 0;
    this.pattern.forEachMatch(token, (start, end) => {
      text += token.slice(done, start) + this.content;
      done = end;
    });
    return text + token.slice(done);
  }
}

/**
 * Looks at each code unit once: after Knuth, Morris and Pratt (1977), a part of a match that comes to nothing tells how much of
 * it can still begin another.
 */
function literalStream(literal: string, content: string): TokenStream {
  const shorter = shorterBeginnings(literal);
  let matched = 0;
  return {
    push: (fragment, ends, next) => {
      // What was held back stands before the fragment; `done` is where what is not yet handed on begins.
      const text = literal.slice(0, matched) + fragment;
      let result = "";
      let done = 0;
      for (let at = matched; at < text.length; at++) {
        while (matched > 0 && text[at] !== literal[matched]) matched = shorter[matched - 1];
        if (text[at] === literal[matched]) matched++;
        if (matched < literal.length) continue;
        result += text.slice(done, at + 1 - matched) + content;
        done = at + 1;
        matched = 0;
      }
      if (ends) matched = 0;
      next(result + text.slice(done, text.length - matched), ends);
    },
    flush: () => {},
  };
}

/** For each beginning of a text, the length of the longest shorter one with which it ends. */
function shorterBeginnings(text: string): Int32Array {
  const lengths = new Int32Array(text.length);
  for (let at = 1, length = 0; at < text.length; at++) {
    while (length > 0 && text[at] !== text[length]) length = lengths[length - 1];
    if (text[at] === text[length]) length++;
    lengths[at] = length;
  }
  return lengths;
}
