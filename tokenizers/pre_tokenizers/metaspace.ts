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
  /** The mark that spaces become; `"▁"` (U+2581) by default. */
  readonly replacement?: string;
  /** Which texts get a mark before them unless they begin with one; `"always"` by default. */
  readonly prependScheme?: PrependScheme;
  /** Whether the text is cut before each mark, as by default. */
  readonly split?: boolean;
}

const KINDS: Kinds<MetaspaceOptions> = { replacement: TEXT, prependScheme: oneOf(PREPEND_SCHEMES), split: FLAG };

/**
 * Makes spaces visible and cuts before them, as SentencePiece does (Kudo and Richardson, 2018,
 * https://arxiv.org/abs/1808.06226): a word and the space before it are one piece.
 *
 * @example Words with their spaces
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
  /** The mark that spaces become. */
  readonly replacement: string;
  /** Which texts get a mark before them. */
  readonly prependScheme: PrependScheme;
  /**
   * Whether the text is cut before each mark: then always before a space, and what follows the cut begins with a mark
   * already.
   */
  readonly cutsBeforeSpaces: boolean;
  readonly #mark: Pattern;

  /**
   * A pre-tokenizer with these settings.
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
      throw new RangeError(`replace spaces: expected one character, found ${JSON.stringify(replacement)}`);
    }
    this.replacement = replacement;
    this.prependScheme = prependScheme;
    this.cutsBeforeSpaces = split;
    this.#mark = literalPattern(replacement);
  }

  /**
   * The pre-tokenizer that a part of a `tokenizer.json` describes. Old files say `add_prefix_space` instead of
   * `prepend_scheme`.
   */
  static fromJSON(fields: JSONFields): Metaspace {
    const isPrefixed = fields.boolean("add_prefix_space", true);
    const prependScheme = fields.choice("prepend_scheme", PREPEND_SCHEMES, isPrefixed ? "always" : "never");
    if (!isPrefixed && prependScheme !== "never") {
      throw fields.error("add_prefix_space", `true beside the prepend_scheme "${prependScheme}"`);
    }
    return new Metaspace({
      replacement: characterField(fields, "replacement"),
      prependScheme,
      split: fields.boolean("split", true),
    });
  }

  /** The text with marks for spaces, cut before each. */
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
