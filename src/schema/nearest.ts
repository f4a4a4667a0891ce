/** Finds the name most similar to `word`; undefined if none begins with it or is similar enough. */
export function nearest(word: string, names: readonly string[]): string | undefined {
  // To compare a very long word takes as long as it is, and it is similar to no name.
  if (names.every((name) => word.length > 2 * name.length)) return undefined;
  const [best] = byCloseness(word, names);
  if (best === undefined || (word.length > 1 && best.startsWith(word))) return best;
  const distance = editDistance(word, best);
  return distance <= Math.max(2, word.length / 3) && distance < word.length ? best : undefined;
}

/** Returns names in the order of their similarity to `word`: first those that begin with it, then by edit distance. */
export function byCloseness(word: string, names: readonly string[]): string[] {
  const rank = (name: string): number => editDistance(word, name) + (name.startsWith(word) ? 0 : FAR);
  return names.map((name) => ({ name, rank: rank(name) })).sort((a, b) => a.rank - b.rank).map(({ name }) => name);
}

/** More than any edit distance. */
const FAR = 2 ** 31;

/** Counts the insertions, deletions and replacements that turn one text into another (Levenshtein 1966). */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + +(a[i - 1] !== b[j - 1])));
    }
    row = next;
  }
  return row[b.length];
}
