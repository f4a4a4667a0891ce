import type { AlignedText } from "../aligned_text.ts";
import type { JSONFields } from "../json_fields.ts";
import { PUNCTUATION } from "./character_set.ts";
import type { PreTokenizer } from "./pre_tokenizer.ts";
import { SPLIT_BEHAVIORS, type SplitBehavior, splitText } from "./split_text.ts";
import { checkOptions, type Kinds, oneOf } from "../options.ts";

/** Options of {@linkcode Punctuation}. */
export interface PunctuationOptions {
  /** The treatment of the punctuation marks. Default: `"Isolated"`. */
  readonly behavior?: SplitBehavior;
}

const KINDS: Kinds<PunctuationOptions> = { behavior: oneOf(SPLIT_BEHAVIORS) };

/**
 * Splits at punctuation marks: Unicode punctuation and ASCII symbols such as `$` and `+`.
 *
 * @example Keep runs of punctuation together
 * ```ts
 * import { AlignedText, preTokenizers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const pieces = new preTokenizers.Punctuation({ behavior: "Contiguous" }).split(AlignedText.of("Why?! I see."));
 * assertEquals(pieces.map((piece) => piece.text), ["Why", "?!", " I see", "."]);
 * ```
 */
export class Punctuation implements PreTokenizer {
  /** The treatment of the punctuation marks. */
  readonly behavior: SplitBehavior;
  /** Always false. */
  readonly cutsBeforeSpaces = false;

  /** Creates a pre-tokenizer with these settings. */
  constructor(options: PunctuationOptions = {}) {
    const { behavior = "Isolated" } = checkOptions("split at punctuation", options, KINDS);
    this.behavior = behavior;
  }

  /** Reads the pre-tokenizer from a `tokenizer.json`. */
  static fromJSON(fields: JSONFields): Punctuation {
    return new Punctuation({ behavior: fields.choice("behavior", SPLIT_BEHAVIORS, "Isolated") });
  }

  /** Splits a text at punctuation marks. */
  split(text: AlignedText): AlignedText[] {
    return splitText(text, PUNCTUATION, this.behavior);
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return { type: "Punctuation", behavior: this.behavior };
  }
}
