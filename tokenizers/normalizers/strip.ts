import type { AlignedText } from "../aligned_text.ts";
import type { JSONFields } from "../json_fields.ts";
import type { Normalizer } from "./normalizer.ts";
import { checkOptions, FLAG, type Kinds } from "../options.ts";

/** Options of {@linkcode Strip}. */
export interface StripOptions {
  /** Whether white space is taken off the beginning; true by default. */
  readonly left?: boolean;
  /** Whether it is taken off the end; true by default. */
  readonly right?: boolean;
}

const KINDS: Kinds<StripOptions> = { left: FLAG, right: FLAG };

/**
 * Takes white space off the ends of a text.
 *
 * @example
 * ```ts
 * import { AlignedText, normalizers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(new normalizers.Strip({ right: false }).normalize(AlignedText.of(" to be ")).text, "to be ");
 * ```
 */
export class Strip implements Normalizer {
  /** false: the ends of a part are not those of the whole. */
  readonly isLocal = false;
  /** Whether white space is taken off the beginning. */
  readonly left: boolean;
  /** Whether it is taken off the end. */
  readonly right: boolean;

  /** A normalizer with these settings. */
  constructor(options: StripOptions = {}) {
    const { left = true, right = true } = checkOptions("make a normalizer that strips", options, KINDS);
    this.left = left;
    this.right = right;
  }

  /** The normalizer that a part of a `tokenizer.json` describes. */
  static fromJSON(fields: JSONFields): Strip {
    return new Strip({ left: fields.boolean("strip_left"), right: fields.boolean("strip_right") });
  }

  /** The text without the white space at its ends. */
  normalize(text: AlignedText): AlignedText {
    const isSpace = (at: number): boolean => /\p{White_Space}/u.test(text.text[at]);
    let [from, to] = [0, text.length];
    if (this.left) { while (from < to && isSpace(from)) from++; }
    if (this.right) { while (to > from && isSpace(to - 1)) to--; }
    return text.slice(from, to);
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return { type: "Strip", strip_left: this.left, strip_right: this.right };
  }
}
