/** Where a word stands in a text, in UTF-16 code units. */
export interface Span {
  /** Its first code unit. */
  readonly start: number;
  /** The code unit after its last. */
  readonly end: number;
}

/** A word and what it did for a decision. */
export interface WordWeight extends Span {
  /** The word. */
  readonly word: string;
  /**
   * By attention: the share of attention that it got. By omission: by how much the log-probability of the label falls when the word is
   * left out; below 0 where it spoke against the label.
   */
  readonly weight: number;
}

/** Letters and numbers with what joins them, or a run of other signs. */
const WORD = /[\p{L}\p{M}\p{N}]+(?:['’.,\-][\p{L}\p{M}\p{N}]+)*|[^\s\p{L}\p{M}\p{N}]+/gu;

/** The words and signs of a text. */
export function spansOf(text: string): Span[] {
  return [...text.matchAll(WORD)].map(({ index, 0: word }) => ({ start: index, end: index + word.length }));
}

/** A text without one of its words. */
export function withoutSpan(text: string, { start, end }: Span): string {
  return text.slice(0, start) + text.slice(end);
}

/** Adds up the weights of the tokens that begin in each word. */
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
