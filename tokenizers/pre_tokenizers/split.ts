import type { AlignedText } from "../aligned_text.ts";
import type { JSONFields } from "../json_fields.ts";
import { type Pattern, patternFromJSON } from "../regex/mod.ts";
import type { PreTokenizer } from "./pre_tokenizer.ts";
import { SPLIT_BEHAVIORS, type SplitBehavior, splitText } from "./split_text.ts";
import { checkOptions, FLAG, having, type Kinds, oneOf } from "../options.ts";

/** Options of {@linkcode Split}. */
export interface SplitOptions {
  /** Where to split. */
  readonly pattern: Pattern;
  /** What becomes of the matches. */
  readonly behavior: SplitBehavior;
  /** Whether what the pattern does not match counts as the matches; false by default. */
  readonly invert?: boolean;
}

const KINDS: Kinds<SplitOptions> = { pattern: having("forEachMatch"), behavior: oneOf(SPLIT_BEHAVIORS), invert: FLAG };

/**
 * Splits where a pattern matches.
 *
 * @example Leave the hyphens with what follows
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
  /** Where to split. */
  readonly pattern: Pattern;
  /** What becomes of the matches. */
  readonly behavior: SplitBehavior;
  /** Whether what the pattern does not match counts as the matches. */
  readonly invert: boolean;

  /** A pre-tokenizer with these settings. */
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
   * Whether the pattern is the space itself, and it is not merged with what stands before it. What a regular expression
   * does before a space is not known.
   */
  get cutsBeforeSpaces(): boolean {
    return this.pattern.literal === " " && this.behavior !== (this.invert ? "MergedWithNext" : "MergedWithPrevious");
  }

  /** The pre-tokenizer that a part of a `tokenizer.json` describes. */
  static fromJSON(fields: JSONFields): Split {
    return new Split({
      pattern: patternFromJSON(fields.object("pattern")),
      behavior: fields.choice("behavior", SPLIT_BEHAVIORS),
      invert: fields.boolean("invert"),
    });
  }

  /** The text split where the pattern matches. */
  split(text: AlignedText): AlignedText[] {
    return splitText(text, this.pattern, this.behavior, this.invert);
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return { type: "Split", pattern: this.pattern.toJSON(), behavior: this.behavior, invert: this.invert };
  }
}
