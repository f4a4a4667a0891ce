import type { AlignedText } from "../aligned_text.ts";
import type { JSONFields } from "../json_fields.ts";
import { type Pattern, patternFromJSON } from "../regex/mod.ts";
import type { PreTokenizer } from "./pre_tokenizer.ts";
import { SPLIT_BEHAVIORS, type SplitBehavior, splitText } from "./split_text.ts";
import { checkOptions, FLAG, having, type Kinds, oneOf } from "../options.ts";

/** Options of {@linkcode Split}. */
export interface SplitOptions {
  /** The pattern to split at. */
  readonly pattern: Pattern;
  /** The treatment of the matches. */
  readonly behavior: SplitBehavior;
  /** Whether to treat the text between matches as the matches. Default: false. */
  readonly invert?: boolean;
}

const KINDS: Kinds<SplitOptions> = { pattern: having("forEachMatch"), behavior: oneOf(SPLIT_BEHAVIORS), invert: FLAG };

/**
 * Splits at each match of a pattern.
 *
 * @example Attach hyphens to the following text
 * ```ts
 * import { AlignedText, patterns, preTokenizers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const split = new preTokenizers.Split({ pattern: patterns.literalPattern("-"), behavior: "MergedWithNext" });
 * const pieces = split.split(AlignedText.of("state-of-the-art"));
 * assertEquals(pieces.map((piece) => piece.text), ["state", "-of", "-the", "-art"]);
 * ```
 */
export class Split implements PreTokenizer {
  /** The pattern to split at. */
  readonly pattern: Pattern;
  /** The treatment of the matches. */
  readonly behavior: SplitBehavior;
  /** Whether to treat the text between matches as the matches. */
  readonly invert: boolean;

  /** Creates a pre-tokenizer with these settings. */
  constructor(options: SplitOptions) {
    const { pattern, behavior, invert = false } = checkOptions("split at a pattern", options, KINDS, [
      "pattern",
      "behavior",
    ]);
    this.pattern = pattern;
    this.behavior = behavior;
    this.invert = invert;
  }

  /**
   * True if the pattern is the space itself and matches are not merged with the text before them, or if the pieces are
   * matches without spaces and all else is removed. For other regular expressions the behavior at spaces is unknown, so
   * false.
   */
  get cutsBeforeSpaces(): boolean {
    if (this.pattern.avoidsSpaces === true) return this.invert && this.behavior === "Removed";
    return this.pattern.literal === " " && this.behavior !== (this.invert ? "MergedWithNext" : "MergedWithPrevious");
  }

  /** Reads the pre-tokenizer from a `tokenizer.json`. */
  static fromJSON(fields: JSONFields): Split {
    return new Split({
      pattern: patternFromJSON(fields.object("pattern")),
      behavior: fields.choice("behavior", SPLIT_BEHAVIORS),
      invert: fields.boolean("invert"),
    });
  }

  /** Splits a text at the matches. */
  split(text: AlignedText): AlignedText[] {
    return splitText(text, this.pattern, this.behavior, this.invert);
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return { type: "Split", pattern: this.pattern.toJSON(), behavior: this.behavior, invert: this.invert };
  }
}
