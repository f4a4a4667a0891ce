/** The number of occurrences of each n-gram of one order. */
export type NgramCounts = ReadonlyMap<string, number>;

/**
 * Counts the n-grams of each order from 1 to `order`. A symbol must not contain the separator, which may be empty if
 * each symbol is one code point.
 */
export function countNgrams(symbols: readonly string[], order: number, separator: string): NgramCounts[] {
  const grams = [...symbols];
  return Array.from({ length: order }, (_, n) => {
    const counts = new Map<string, number>();
    for (let i = 0; i + n < symbols.length; i++) {
      if (n > 0) grams[i] += separator + symbols[i + n];
      counts.set(grams[i], (counts.get(grams[i]) ?? 0) + 1);
    }
    return counts;
  });
}

/** Counts the matching n-grams, each clipped to its maximum count in any one reference. */
export function countMatches(hypothesis: NgramCounts, references: readonly NgramCounts[]): number {
  let matches = 0;
  for (const [gram, count] of hypothesis) {
    let most = 0;
    for (const reference of references) most = Math.max(most, reference.get(gram) ?? 0);
    matches += Math.min(count, most);
  }
  return matches;
}
