import type { Pattern } from "../regex/pattern.ts";
import { CharacterClasses } from "../character_classes.ts";

const OUTSIDE = 0;
const INSIDE = 1;

/** A pattern that matches each single character with given Unicode properties. */
export class CharacterSet implements Pick<Pattern, "forEachMatch"> {
  readonly #classes: CharacterClasses;

  /** @param properties The characters, in the syntax of regular expression brackets: `"\\p{N}"`. */
  constructor(properties: string) {
    this.#classes = new CharacterClasses([properties]);
  }

  /** Calls `found` with the bounds of each matching character. */
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

/** Unicode white space. */
export const WHITE_SPACE = new CharacterSet("\\p{White_Space}");

/** Unicode punctuation, and all ASCII characters except letters, digits, white space and control characters. */
export const PUNCTUATION = new CharacterSet("\\p{P}!-/:-@[-`{-~");
