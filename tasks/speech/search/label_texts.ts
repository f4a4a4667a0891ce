import { InputRangeError } from "../../../errors.ts";
import { abbreviate, count } from "../../../src/schema/mod.ts";
import type { Tokenizer } from "../../../tokenizers/mod.ts";

/**
 * Returns what each label adds to a text, by label; the blank, label 0, adds nothing. Symbols of words may begin with a
 * space that is dropped at the start of a text, so each is decoded after another one.
 */
export function labelTexts(tokenizer: Tokenizer): string[] {
  const before = tokenizer.decode([0]);
  const texts = Array.from({ length: tokenizer.size }, (_, id) => {
    const both = tokenizer.decode([0, id]);
    return both.startsWith(before) ? both.slice(before.length) : tokenizer.decode([id]);
  });
  return ["", ...texts];
}

/** Returns what a label adds to an empty text: its own space is dropped there, unless it is nothing else. */
export function textAtStart(text: string): string {
  return text.trimStart() || text;
}

/**
 * Returns the words that the texts of labels can write. Throws `RangeError` if there are none; `source` says what has
 * the words.
 */
export function writableWords(
  action: string,
  source: string,
  words: readonly string[],
  texts: readonly string[],
): string[] {
  const isWritable = writableBy(texts);
  const writable = words.filter(isWritable);
  if (writable.length > 0) return writable;
  const found = words.length === 0 ? "none" : `${count(words.length, "word")} such as ${quoted(words[0])}`;
  const mended = [(word: string) => word.toLowerCase(), (word: string) => word.toUpperCase()]
    .find((mend) => words.some((word) => isWritable(mend(word))));
  const hint = mended ? `; it writes ${quoted(mended(words.find((word) => isWritable(mended(word)))!))}` : "";
  throw new InputRangeError(`${action}: expected ${source} in the recognizer's symbols, found ${found}${hint}`);
}

/** Returns whether the texts of labels can write a word. */
export function writableBy(texts: readonly string[]): (word: string) => boolean {
  const known = new Set(texts.flatMap((text) => [...text]));
  return (word) => word !== "" && Array.from(word).every((one) => known.has(one));
}

/** Returns the place of the first of some sorted texts that begins so, and the one after the last of these. */
export function rangeOf(sorted: readonly string[], beginning: string): readonly [first: number, end: number] {
  const countOf = (isBefore: (text: string) => boolean): number => {
    let [first, end] = [0, sorted.length];
    while (first < end) {
      const middle = (first + end) >> 1;
      if (isBefore(sorted[middle])) first = middle + 1;
      else end = middle;
    }
    return first;
  };
  return [
    countOf((text) => text < beginning),
    countOf((text) => text < beginning || text.startsWith(beginning)),
  ];
}

/**
 * Returns the log-probability of each character of a word that is spelled, since a model does not know it: one in the
 * number of symbols.
 */
export function spellingLog(texts: readonly string[]): number {
  return -Math.log(new Set(texts.flatMap((text) => [...text])).size);
}

function quoted(word: string): string {
  return JSON.stringify(abbreviate(word, 40));
}
