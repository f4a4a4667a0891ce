import { InputRangeError } from "../../errors.ts";
import type { JSONFields } from "../json_fields.ts";
import { characterField, isCharacter } from "../character.ts";
import type { Decoder, TokenStream } from "./decoder.ts";
import { checkOptions, type Kinds, NUMBER, TEXT } from "../options.ts";

/** Options of {@linkcode Strip}. */
export interface StripOptions {
  /** The character to strip. */
  readonly content: string;
  /** Maximum number of characters to strip from the start of a token. Default: 0. */
  readonly start?: number;
  /** Maximum number of characters to strip from the end. Default: 0. */
  readonly stop?: number;
}

const KINDS: Kinds<StripOptions> = { content: TEXT, start: NUMBER, stop: NUMBER };

/**
 * Strips a character from the start and end of each token.
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
  /** The character to strip. */
  readonly content: string;
  /** Maximum number of characters to strip from the start of a token. */
  readonly start: number;
  /** Maximum number of characters to strip from the end. */
  readonly stop: number;

  /**
   * Creates a decoder with these settings.
   *
   * @throws {RangeError} If the content is not a single character.
   */
  constructor(options: StripOptions) {
    const { content, start = 0, stop = 0 } = checkOptions("make a decoder that strips", options, KINDS, ["content"]);
    if (!isCharacter(content)) {
      throw new InputRangeError(`build a decoder: content: expected one character, found ${JSON.stringify(content)}`);
    }
    this.content = content;
    this.start = start;
    this.stop = stop;
  }

  /** Reads the decoder from a `tokenizer.json`. */
  static fromJSON(fields: JSONFields): Strip {
    const [start, stop] = [fields.count("start"), fields.count("stop")];
    return new Strip({ content: characterField(fields, "content"), start, stop });
  }

  /** Creates a stream that holds back only what could be stripped from the end of the token. */
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

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return { type: "Strip", content: this.content, start: this.start, stop: this.stop };
  }
}

/** The start of the trailing run of a character in a fragment, at `from` or later. */
function trailing(fragment: string, from: number, content: string): number {
  let to = fragment.length;
  while (to > from && fragment.endsWith(content, to)) to -= content.length;
  return to;
}
