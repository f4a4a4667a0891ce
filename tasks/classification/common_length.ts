/** The least share of texts whose common length counts as that of all. */
const NEARLY_ALL = 0.9;

/** Returns the most frequent of some lengths, and the shortest of equally frequent ones. */
export function mostFrequentLength(lengths: readonly number[]): number {
  const counts = Map.groupBy(lengths, (length) => length);
  const [[length]] = [...counts].sort(([m, a], [n, b]) => b.length - a.length || m - n);
  return length;
}

/**
 * Returns the length of nearly all texts, at least 90 % of them, in which places mean the same from text to text; null
 * if they have no such length. A few texts of another length are only read without places.
 */
export function commonLength(lengths: readonly number[]): number | null {
  const length = mostFrequentLength(lengths);
  const found = lengths.filter((own) => own === length).length;
  return found >= NEARLY_ALL * lengths.length ? length : null;
}
