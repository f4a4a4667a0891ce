import type { JSONFields } from "../json_fields.ts";
import { characterField, isCharacter } from "../character.ts";
import type { Decoder, TokenStream } from "./decoder.ts";
import { checkOptions, type Kinds, NUMBER, TEXT } from "../options.ts";

/** Options of {@linkcode Strip}. */
export interface StripOptions {
  /** The character that is taken off. */
  readonly content: string;
  /** How many at most at the beginning of a token; 0 by default. */
  readonly start?: number;
  /** How many at most at its end; 0 by default. */
  readonly stop?: number;
}

const KINDS: Kinds<StripOptions> = { content: TEXT, start: NUMBER, stop: NUMBER };

/**
 * Takes a character off the beginning and the end of each token.
 *
 * @example
 * ```ts
 * import { decoders } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const decoder = new decoders.Strip({ content: "_", start: 1, stop: 2 });
 * assertEquals(decoders.decodeTokens(decoder, ["__a", "b___"]), ["_a", "b_"]);
 * ```
 */
export class Strip implements Decoder {
  /** The character that is taken off. */
  readonly content: string;
  /** How many at most at the beginning of a token. */
  readonly start: number;
  /** How many at most at its end. */
  readonly stop: number;

  /**
   * A decoder with these settings.
   *
   * @throws {RangeError} If the content is not one character.
   */
  constructor(options: StripOptions) {
    const { content, start = 0, stop = 0 } = checkOptions("make a decoder that strips", options, KINDS, ["content"]);
    if (!isCharacter(content)) {
      throw new RangeError(`build a decoder: content: expected one character, found ${JSON.stringify(content)}`);
    }
    this.content = content;
    this.start = start;
    this.stop = stop;
  }

  /** The decoder that a part of a `tokenizer.json` describes. */
  static fromJSON(fields: JSONFields): Strip {
    const [start, stop] = [fields.count("start"), fields.count("stop")];
    return new Strip({ content: characterField(fields, "content"), start, stop });
  }

  /** A stream that holds back only what the end of the token could take off. */
  stream(): TokenStream {
    const { content, start, stop } = this;
    let stripped = 0;
    let isAtStart = true;
    let held = 0;
    return {
      push: (fragment, ends, next) => {
        let from = 0;
        while (isAtStart && stripped < start && fragment.startsWith(content, from)) {
          from += content.length;
          stripped++;
        }
        isAtStart &&= from === fragment.length;
        const to = trailing(fragment, from, content);
        if (to > from) {
          next(content.repeat(held) + fragment.slice(from, to), false);
          held = 0;
        }
        held += (fragment.length - to) / content.length;
        next(content.repeat(Math.max(0, held - stop)), ends);
        held = ends ? 0 : Math.min(held, stop);
        if (ends) [stripped, isAtStart] = [0, true];
      },
      flush: () => {},
    };
  }

  /** This part of a `tokenizer.json`. */
  toJSON(): unknown {
    return { type: "Strip", content: this.content, start: this.start, stop: this.stop };
  }
}

/** Where the last of a fragment, from a place on, begins that is nothing but one character again and again. */
function trailing(fragment: string, from: number, content: string): number {
  let to = fragment.length;
  while (to > from && fragment.endsWith(content, to)) to -= content.length;
  return to;
}
