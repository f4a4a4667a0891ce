/** The position of a word in a text, in UTF-16 code units. */
export interface Span {
  /** Index of the first code unit. */
  readonly start: number;
  /** Index after the last code unit. */
  readonly end: number;
}

/** A word and its weight in a decision. */
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

/**
 * A run of letters and digits, possibly joined by apostrophes, periods, commas or hyphens, or a run of other symbols.
 */
const WORD = /[\p{L}\p{M}\p{N}]+(?:['’.,\-][\p{L}\p{M}\p{N}]+)*|[^\s\p{L}\p{M}\p{N}]+/gu;

/** Finds the words and punctuation of a text. */
export function spansOf(text: string): Span[] {
  return [...text.matchAll(WORD)].map(({ index, 0: word }) => ({ start: index, end: index + word.length }));
}

/** Returns the text without one span. */
export function withoutSpan(text: string, { start, end }: Span): string {
  return text.slice(0, start) + text.slice(end);
}

/** Sums, for each word, the weights of the tokens that start in it. */
export function weighSpans(
  text: string,
  offsets: readonly (readonly [start: number, end: number])[],
  weights: ArrayLike<number>,
): WordWeight[] {
  const spans = spansOf(text);
  const sums = spans.map(() => 0);
  offsets.slice(0, weights.length).forEach(([start, end], token) => {
    const index = spans.findLastIndex((span) => span.start < Math.max(end, start + 1));
    if (index >= 0) sums[index] += weights[token];
  });
  return spans.map((span, i) => ({ ...span, word: text.slice(span.start, span.end), weight: sums[i] }));
}
