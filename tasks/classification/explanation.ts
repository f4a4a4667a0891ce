import type { Alphabet } from "../data/sequences/mod.ts";
import { UNSPACED } from "./unspaced.ts";

/** The position of a word in a text, in UTF-16 code units. */
export interface Span {
  /** Index of the first code unit. */
  readonly start: number;
  /** Index after the last code unit. */
  readonly end: number;
}

/** A word, or a letter of a sequence, and its weight in a decision. */
export interface WordWeight extends Span {
  /** The word. */
  readonly word: string;
  /**
   * With "attention": the word's share of the attention. With "omission": the drop in the label's log-probability, in
   * nats, when the word is left out; with "mutation": the mean drop when another letter replaces this one. A drop is
   * negative if the word or letter speaks against the label.
   */
  readonly weight: number;
}

/** A character of a script without spaces between words, with its marks and the sign of a long vowel. */
const CHARACTER = `${UNSPACED}[\\p{M}ー]*`;

/** A letter or digit of another script. */
const LETTER = `(?!${UNSPACED})[\\p{L}\\p{M}\\p{N}]`;

/**
 * A character of a script without spaces, a run of letters and digits, possibly joined by apostrophes, periods, commas
 * or hyphens, or a run of other symbols.
 */
const WORD = new RegExp(
  `${CHARACTER}|(?:${LETTER})+(?:['’.,\\-](?:${LETTER})+)*|[^\\s\\p{L}\\p{M}\\p{N}]+`,
  "gu",
);

/**
 * Finds the words and punctuation of a text. In a script without spaces between words, each character is one, and in a
 * sequence of an alphabet each letter.
 */
export function spansOf(text: string, alphabet: Alphabet | null = null): Span[] {
  if (alphabet !== null) return Array.from({ length: text.length }, (_, start) => ({ start, end: start + 1 }));
  return [...text.matchAll(WORD)].map(({ index, 0: word }) => ({ start: index, end: index + word.length }));
}

/** Returns the text without one span. */
export function withoutSpan(text: string, { start, end }: Span): string {
  return text.slice(0, start) + text.slice(end);
}

/** The place of a token in a text. */
type Offset = readonly [start: number, end: number];

/**
 * Sums the weights of the tokens in each word. A token in several of them, such as a k-mer of letters, gives each the
 * same share; one in none counts for the word before it.
 */
export function weighSpans(
  text: string,
  spans: readonly Span[],
  offsets: readonly Offset[],
  weights: ArrayLike<number>,
): WordWeight[] {
  const sums = spans.map(() => 0);
  offsets.slice(0, weights.length).forEach(([start, end], token) => {
    const last = firstPlace(spans, (span) => span.start >= Math.max(end, start + 1));
    const first = Math.min(firstPlace(spans, (span) => span.end > start), last - 1);
    for (let i = Math.max(0, first); i < last; i++) sums[i] += weights[token] / (last - first);
  });
  return spans.map((span, i) => ({ ...span, word: text.slice(span.start, span.end), weight: sums[i] }));
}

/** Returns the place of the first span for which a condition holds that then holds for all others. */
function firstPlace(spans: readonly Span[], holds: (span: Span) => boolean): number {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(spans[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
}
