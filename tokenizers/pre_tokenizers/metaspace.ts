import { InputRangeError } from "../../errors.ts";
import type { AlignedText } from "../aligned_text.ts";
import { characterField, isCharacter } from "../character.ts";
import type { JSONFields } from "../json_fields.ts";
import { PREPEND_SCHEMES, type PrependScheme } from "../prepend_scheme.ts";
import { literalPattern, type Pattern } from "../regex/mod.ts";
import type { PreTokenizer } from "./pre_tokenizer.ts";
import { prepend } from "./prepend.ts";
import { splitText } from "./split_text.ts";
import { checkOptions, FLAG, type Kinds, oneOf, TEXT } from "../options.ts";

/** Options of {@linkcode Metaspace}. */
export interface MetaspaceOptions {
  /** The mark that replaces spaces. Default: `"▁"` (U+2581). */
  readonly replacement?: string;
  /** The texts that get a mark before them, unless they start with one. Default: `"always"`. */
  readonly prependScheme?: PrependScheme;
  /** Whether to split the text before each mark. Default: true. */
  readonly split?: boolean;
}

const KINDS: Kinds<MetaspaceOptions> = { replacement: TEXT, prependScheme: oneOf(PREPEND_SCHEMES), split: FLAG };

/**
 * Replaces spaces with a visible mark and splits before each mark, like SentencePiece (Kudo and Richardson, 2018,
 * https://arxiv.org/abs/1808.06226). A word and the space before it form one piece.
 *
 * @example Split into words with their spaces
 * ```ts
 * import { AlignedText, preTokenizers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const pieces = new preTokenizers.Metaspace().split(AlignedText.of("so it goes"));
 * assertEquals(pieces.map((piece) => piece.text), ["▁so", "▁it", "▁goes"]);
 * assertEquals(pieces.map((piece) => piece.start(0)), [0, 2, 5]);
 * ```
 */
export class Metaspace implements PreTokenizer {
  /** The mark that replaces spaces. */
  readonly replacement: string;
  /** The texts that get a mark before them, unless they start with one. */
  readonly prependScheme: PrependScheme;
  /**
   * Whether to split the text before each mark. If so, it is always cut before a space, and the part after the cut
   * already starts with a mark.
   */
  readonly cutsBeforeSpaces: boolean;
  readonly #mark: Pattern;

  /**
   * Creates a pre-tokenizer with these settings.
   *
   * @throws {RangeError} If the replacement is not a single character.
   */
  constructor(options: MetaspaceOptions = {}) {
    const { replacement = "▁", prependScheme = "always", split = true } = checkOptions(
      "replace spaces",
      options,
      KINDS,
    );
    if (!isCharacter(replacement)) {
      throw new InputRangeError(`replace spaces: expected one character, found ${JSON.stringify(replacement)}`);
    }
    this.replacement = replacement;
    this.prependScheme = prependScheme;
    this.cutsBeforeSpaces = split;
    this.#mark = literalPattern(replacement);
  }

  /** Reads the pre-tokenizer from a `tokenizer.json`. Old files have `add_prefix_space` instead of `prepend_scheme`. */
  static fromJSON(fields: JSONFields): Metaspace {
    // Old files repeat the replacement.
    fields.raw("str_rep");
    const isPrefixed = fields.boolean("add_prefix_space", true);
    const prependScheme = fields.choice("prepend_scheme", PREPEND_SCHEMES, isPrefixed ? "always" : "never");
    if (!isPrefixed && prependScheme !== "never") {
      throw fields.error("add_prefix_space", `true with the prepend_scheme "${prependScheme}"`);
    }
    return new Metaspace({
      replacement: characterField(fields, "replacement"),
      prependScheme,
      split: fields.boolean("split", true),
    });
  }

  /** Replaces spaces with marks and splits before each. */
  split(text: AlignedText): AlignedText[] {
    if (text.length === 0) return [];
    const marked = this.#marked(text);
    const pieces = this.cutsBeforeSpaces ? splitText(marked, this.#mark, "MergedWithNext") : [marked];
    if (this.#needsPrefix(marked)) pieces[0] = prepend(this.replacement, pieces[0]);
    return pieces;
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return {
      type: "Metaspace",
      replacement: this.replacement,
      prepend_scheme: this.prependScheme,
      split: this.cutsBeforeSpaces,
    };
  }

  #marked(text: AlignedText): AlignedText {
    if (this.replacement.length === 1) return text.withText(text.text.replaceAll(" ", () => this.replacement));
    return text.mapCharacters((character) => character === " " ? this.replacement : character);
  }

  #needsPrefix(marked: AlignedText): boolean {
    if (this.prependScheme === "never" || marked.text.startsWith(this.replacement)) return false;
    return this.prependScheme === "always" || marked.start(0) === 0;
  }
}
