/** How often each n-gram of one order occurs. */
export type NgramCounts = ReadonlyMap<string, number>;

/**
 * The n-grams of each order from 1 to `order`. A symbol must not hold the separator; it may be empty where each symbol is one code point.
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

/** How many n-grams occur in both, each as often as it does in that reference which has it most often. */
export function countMatches(hypothesis: NgramCounts, references: readonly NgramCounts[]): number {
  let matches = 0;
  for (const [gram, count] of hypothesis) {
    let most = 0;
    for (const reference of references) most = Math.max(most, reference.get(gram) ?? 0);
    matches += Math.min(count, most);
  }
  return matches;
}
