import { checkLookup } from "./limits.ts";
import { Trie } from "./models/trie.ts";

/** Finds the longest of some strings that starts at a place in a text. */
export class LongestMatch {
  readonly #trie: Trie;

  /**
   * Creates a finder of these strings.
   *
   * @param action The action that error messages start with.
   * @throws {RangeError} If a string is too long to be looked up at each position of a text.
   */
  constructor(action: string, strings: readonly string[]) {
    for (const string of strings) checkLookup(action, string);
    this.#trie = new Trie(strings.map((string, index) => [string, index]));
  }

  /** The end of the longest string that starts at a position; the position itself if there is none. */
  end(text: string, at: number): number {
    let longest = at;
    let node = 0;
    for (let i = at; i < text.length; i++) {
      node = this.#trie.child(node, text.charCodeAt(i));
      if (node < 0) break;
      if (this.#trie.value(node) >= 0) longest = i + 1;
    }
    return longest;
  }
}

/** The end of the character (code point) that starts at a position. */
export function characterEnd(text: string, at: number): number {
  return at + (text.codePointAt(at)! > 0xffff ? 2 : 1);
}
