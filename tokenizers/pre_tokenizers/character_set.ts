import type { Pattern } from "../regex/pattern.ts";
import { CharacterClasses } from "../character_classes.ts";

const OUTSIDE = 0;
const INSIDE = 1;

/** The characters that have a Unicode property, each of them a match. */
export class CharacterSet implements Pick<Pattern, "forEachMatch"> {
  readonly #classes: CharacterClasses;

  /** @param properties What the characters are, as in a regular expression's brackets: `"\\p{N}"`. */
  constructor(properties: string) {
    this.#classes = new CharacterClasses([properties]);
  }

  /** Calls `found` with the bounds of each of these characters in a text. */
  forEachMatch(text: string, found: (start: number, end: number) => void): void {
    let at = this.#classes.runEnd(text, 0, OUTSIDE);
    while (at < text.length) {
      const end = this.#classes.runEnd(text, at, INSIDE);
      while (at < end) {
        const next = at + (text.codePointAt(at)! > 0xffff ? 2 : 1);
        found(at, next);
        at = next;
      }
      at = this.#classes.runEnd(text, end, OUTSIDE);
    }
  }
}

/** Unicode's white space. */
export const WHITE_SPACE = new CharacterSet("\\p{White_Space}");

/** Unicode's punctuation, and all of ASCII that is neither a letter, a digit, white space nor a control character. */
export const PUNCTUATION = new CharacterSet("\\p{P}!-/:-@[-`{-~");
