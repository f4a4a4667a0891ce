import { InputRangeError } from "../../../errors.ts";
import { linesOf, openText } from "../../data/mod.ts";
import { textAtStart, writableWords } from "./label_texts.ts";
import type { Extension, PrefixScorer } from "./scorer.ts";

/** The beginnings of words, as a tree of characters. */
export interface WordBeginning {
  readonly longer: Map<string, WordBeginning>;
  /** Whether it is a whole word. */
  isWord: boolean;
}

/**
 * Excludes texts with words that a lexicon lacks: a prefix must be able to become a text of its words, and a space
 * follows a whole word only.
 */
export class Lexicon implements PrefixScorer<WordBeginning> {
  #texts: readonly string[];
  #root: WordBeginning = { longer: new Map(), isWord: false };
  /** Before the first word, where a symbol's own space is dropped. */
  #start: WordBeginning = { longer: this.#root.longer, isWord: false };

  /**
   * `texts` has the text of each label. Words that these cannot write are left out. Throws `RangeError` if no word is
   * left.
   */
  constructor(action: string, words: readonly string[], texts: readonly string[]) {
    this.#texts = texts;
    for (const word of writableWords(action, "a lexicon of words", words, texts)) this.#add(word);
  }

  begin(): WordBeginning {
    return this.#start;
  }

  extend(state: WordBeginning, label: number): Extension<WordBeginning> {
    const text = this.#texts[label];
    let at: WordBeginning | undefined = state;
    for (const character of state === this.#start ? textAtStart(text) : text) {
      if (/\s/.test(character)) at = at.isWord ? this.#root : undefined;
      else at = at.longer.get(character);
      if (at === undefined) return { state, score: -Infinity };
    }
    return { state: at, score: 0 };
  }

  /** A space may end the text, too. */
  end(state: WordBeginning): number {
    return state.isWord || state === this.#start || state === this.#root ? 0 : -Infinity;
  }

  #add(word: string): void {
    let at = this.#root;
    for (const character of word) {
      const longer = at.longer.get(character) ?? { longer: new Map(), isWord: false };
      at.longer.set(character, longer);
      at = longer;
    }
    at.isWord = true;
  }
}

/**
 * Reads the words of a word list or a pronunciation dictionary: the first column of each line. Alternatives, such as
 * `A(2)`, are the same word; lines that begin with `;;;` are comments. Throws `RangeError` that names the file if it is
 * missing or has no words.
 *
 * @example
 * ```ts
 * import { readLexicon } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const file = await Deno.makeTempFile();
 * await Deno.writeTextFile(file, "A  AH\nA(2)  EY\nAND  AE N D\n");
 * assertEquals(await readLexicon(file), ["A", "AND"]);
 * await Deno.remove(file);
 * ```
 */
export async function readLexicon(path: string): Promise<string[]> {
  const words = new Set<string>();
  for await (const line of linesOf(await openText(path))) {
    if (line.startsWith(";;;")) continue;
    const [word] = line.trim().split(/\s/);
    if (word !== "") words.add(word.replace(/(?<=.)\(\d+\)$/, ""));
  }
  if (words.size > 0) return [...words];
  throw new InputRangeError(`read ${path}: expected words, found none`);
}
