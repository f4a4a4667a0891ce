import type { AlignedText } from "../aligned_text.ts";
import type { JSONFields } from "../json_fields.ts";
import type { Normalizer } from "./normalizer.ts";
import { checkOptions, FLAG, type Kinds } from "../options.ts";

/** Options of {@linkcode Strip}. */
export interface StripOptions {
  /** Whether to strip white space at the start. Default: true. */
  readonly left?: boolean;
  /** Whether to strip white space at the end. Default: true. */
  readonly right?: boolean;
}

const KINDS: Kinds<StripOptions> = { left: FLAG, right: FLAG };

/**
 * Strips white space from the ends of a text.
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
  /** Always false: the ends of a part are not the ends of the whole text. */
  readonly isLocal = false;
  /** Whether to strip white space at the start. */
  readonly left: boolean;
  /** Whether to strip white space at the end. */
  readonly right: boolean;

  /** Creates a normalizer with these settings. */
  constructor(options: StripOptions = {}) {
    const { left = true, right = true } = checkOptions("make a normalizer that strips", options, KINDS);
    this.left = left;
    this.right = right;
  }

  /** Reads the normalizer from a `tokenizer.json`. */
  static fromJSON(fields: JSONFields): Strip {
    return new Strip({ left: fields.boolean("strip_left"), right: fields.boolean("strip_right") });
  }

  /** Strips white space from the ends of a text. */
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
