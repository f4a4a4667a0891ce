import { SeededRandom } from "../../../tokenizers/random.ts";

/** Merges by definition: repeatedly merges the adjacent pair of lowest rank, leftmost first. */
export function naiveMerge(symbols: readonly string[], merges: readonly (readonly [string, string])[]): string[] {
  const ranks = new Map(merges.map(([left, right], rank) => [`${left} ${right}`, rank]));
  const tokens = [...symbols];
  while (true) {
    let best = -1;
    let lowest = Infinity;
    for (let i = 0; i + 1 < tokens.length; i++) {
      const rank = ranks.get(`${tokens[i]} ${tokens[i + 1]}`) ?? Infinity;
      if (rank < lowest) [best, lowest] = [i, rank];
    }
    if (best < 0) return tokens;
    tokens.splice(best, 2, tokens[best] + tokens[best + 1]);
  }
}

/**
 * A vocabulary of these symbols with random merges, many of which overlap, and some of which precede the merges that
 * make their parts.
 */
export function randomModel(
  symbols: readonly string[],
  count: number,
  seed: number,
): { vocabulary: Map<string, number>; merges: [string, string][] } {
  const random = new SeededRandom(seed);
  const tokens = [...symbols];
  const merges = new Map<string, [string, string]>();
  while (merges.size < count) {
    const [left, right] = [0, 0].map(() => tokens[Math.floor(random.next() ** 2 * tokens.length)]);
    if (left.length + right.length > 8) continue;
    merges.set(`${left} ${right}`, [left, right]);
    if (!tokens.includes(left + right)) tokens.push(left + right);
  }
  const inOrder = [...merges.values()];
  for (let i = 0; i < count / 4; i++) {
    const [a, b] = [0, 0].map(() => Math.floor(random.next() * count));
    [inOrder[a], inOrder[b]] = [inOrder[b], inOrder[a]];
  }
  return { vocabulary: new Map(tokens.map((token, id) => [token, id])), merges: inOrder };
}

/** Random text over some characters. */
export function randomText(characters: readonly string[], length: number, random: SeededRandom): string {
  return Array.from({ length }, () => characters[Math.floor(random.next() * characters.length)]).join("");
}
