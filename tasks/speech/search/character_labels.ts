import type { Tokenizer } from "../../../tokenizers/mod.ts";
import { labelTexts } from "./label_texts.ts";
import type { PrefixScorer } from "./scorer.ts";

/** Labels of bytes whose last character is not whole. */
interface OpenLabels {
  readonly labels: readonly number[];
  /** Number of code units of their text that have been scored. */
  readonly said: number;
}

/** The part that a label adds to a text: that of another label, which may stand for several, or nothing yet. */
interface Addition {
  readonly label?: number;
  readonly open: OpenLabels;
}

/** Before the first byte of a character. */
export const NOTHING: OpenLabels = { labels: [], said: 0 };
/** The character that decoders write for bytes that are none, and one that no word has, for the unknown symbol. */
const [BROKEN, UNWRITABLE] = ["\ufffd", "\uffff"];
/** Most labels that may make a character; more are bytes that never become one. */
const MOST_PARTS = 8;

/**
 * The texts of a recognizer's labels. A tokenizer of bytes may divide a character into several labels: such a character
 * becomes a label of its own when it is first met, after those of the tokenizer.
 */
export class CharacterLabels {
  /** The text of each label; "" if it has no whole character. */
  readonly texts: string[];
  /**
   * The same, in which the unknown symbol, such as "<unk>", has no letters that would pass for symbols of their own.
   */
  readonly spelled: string[];
  /** The label of the unknown symbol. */
  readonly unknown: number | undefined;
  #tokenizer: Tokenizer;
  #parts = new Set<number>();
  #places = new Map<string, number>();
  #additions = new Map<string, Addition>();

  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer;
    this.unknown = tokenizer.unknownId === undefined ? undefined : tokenizer.unknownId + 1;
    this.texts = labelTexts(tokenizer);
    for (const [label, text] of this.texts.entries()) {
      if (!text.includes(BROKEN) || !this.#read([label]).isOpen) continue;
      this.#parts.add(label);
      this.texts[label] = "";
    }
    this.spelled = this.texts.map((text, label) => label === this.unknown ? UNWRITABLE : text);
  }

  /** Whether a label may be a part of a character. */
  get hasParts(): boolean {
    return this.#parts.size > 0;
  }

  /**
   * The texts whose characters occur for certain in what the recognizer learned: if it has a label for each byte, those
   * of several characters, else all.
   */
  get learned(): string[] {
    return this.texts.filter((text, label) => label !== this.unknown && (!this.hasParts || [...text].length > 1));
  }

  /** Adds labels of the characters of words that others can spell. */
  add(words: Iterable<string>): void {
    if (!this.hasParts) return;
    const known = new Set(this.texts.flatMap((text) => [...text]));
    for (const word of words) {
      for (const character of word) {
        if (known.has(character) || this.#tokenizer.unknownSymbols(character).length > 0) continue;
        known.add(character);
        this.#labelOf(character);
      }
    }
  }

  /** Returns what a label adds after others of which no character has been made. */
  follow(open: OpenLabels, label: number): Addition {
    if (open === NOTHING && !this.#parts.has(label)) return { label, open };
    const labels = [...open.labels, label];
    const key = `${open.said} ${labels}`;
    const known = this.#additions.get(key) ?? this.#addition(labels, open.said);
    this.#additions.set(key, known);
    return known;
  }

  #addition(labels: readonly number[], said: number): Addition {
    const { text, isOpen } = this.#read(labels);
    return {
      ...text.length > said && { label: this.#labelOf(text.slice(said)) },
      open: isOpen ? { labels, said: text.length } : NOTHING,
    };
  }

  /** Decodes labels after another one, at the start of a text would a space be dropped. */
  #read(labels: readonly number[]): { readonly text: string; readonly isOpen: boolean } {
    const decoder = this.#tokenizer.decoder();
    decoder.push(0);
    const text = labels.map((label) => decoder.push(label - 1)).join("");
    const rest = decoder.flush();
    const isOpen = rest.includes(BROKEN) && labels.length < MOST_PARTS;
    return { text: isOpen ? text : text + rest, isOpen };
  }

  #labelOf(text: string): number {
    const known = this.#places.get(text);
    if (known !== undefined) return known;
    this.#places.set(text, this.texts.length);
    this.spelled.push(text);
    return this.texts.push(text) - 1;
  }
}

/** A prefix as a scorer sees it, and the labels of which no character has been made. */
interface SpelledPrefix<S> {
  readonly state: S;
  readonly open: OpenLabels;
}

/** Returns a scorer that shows labels to another one when their characters are whole. A part of one ends no text. */
export function scoreCharacters<S>(scorer: PrefixScorer<S>, labels: CharacterLabels): PrefixScorer<SpelledPrefix<S>> {
  return {
    most: scorer.most,
    begin: () => ({ state: scorer.begin(), open: NOTHING }),
    extend: ({ state, open }, label) => {
      const added = labels.follow(open, label);
      if (added.label === undefined) return { state: { state, open: added.open }, score: 0 };
      const extended = scorer.extend(state, added.label);
      return { state: { state: extended.state, open: added.open }, score: extended.score };
    },
    end: ({ state, open }) => open === NOTHING ? scorer.end(state) : -Infinity,
    prepare: (prefixes) => scorer.prepare?.(prefixes.map(({ state }) => state)),
  };
}
