import type { AlignedText } from "../aligned_text.ts";
import { CharacterClasses } from "../character_classes.ts";
import type { PreTokenizer } from "./pre_tokenizer.ts";
import { splitText } from "./split_text.ts";

const SPACE = 1;
const CLASSES = new CharacterClasses([
  "\\p{White_Space}",
  "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}",
]);

/**
 * Splits a text into words and runs of other non-space characters: the matches of `\w+|[^\w\s]+` with Unicode's meaning
 * of `\w` (letters, marks, decimal digits, connector punctuation, joiners).
 *
 * @example Separate words and punctuation
 * ```ts
 * import { AlignedText, preTokenizers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const pieces = new preTokenizers.Whitespace().split(AlignedText.of("Où est-il?!"));
 * assertEquals(pieces.map((piece) => piece.text), ["Où", "est", "-", "il", "?!"]);
 * assertEquals(pieces.map((piece) => piece.start(0)), [0, 3, 6, 7, 9]);
 * ```
 */
export class Whitespace implements PreTokenizer {
  /** Always true. */
  readonly cutsBeforeSpaces = true;

  /** Reads the pre-tokenizer from a `tokenizer.json`; it has no settings. */
  static fromJSON(): Whitespace {
    return new Whitespace();
  }

  /** Splits a text into words and the runs between them. */
  split(text: AlignedText): AlignedText[] {
    return splitText(text, { forEachMatch: forEachWord }, "Removed", true);
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return { type: "Whitespace" };
  }
}

function forEachWord(text: string, found: (start: number, end: number) => void): void {
  for (let at = 0; at < text.length;) {
    const kind = CLASSES.of(text.codePointAt(at)!);
    const end = CLASSES.runEnd(text, at, kind);
    if (kind !== SPACE) found(at, end);
    at = end;
  }
}
