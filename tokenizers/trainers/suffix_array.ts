/**
 * Sorts the suffixes of a sequence by prefix doubling (Manber and Myers 1990) with a radix sort per round, in O(n log
 * m) for a sequence of length n whose longest repeat has length m. A suffix that is a prefix of another comes first.
 *
 * @param symbols Integers of at least 0.
 * @param size A number greater than all symbols.
 */
export function suffixArray(symbols: Int32Array, size: number): Int32Array {
  const length = symbols.length;
  let suffixes = new Int32Array(length);
  let ranks = Int32Array.from(symbols);
  let other = new Int32Array(length);
  const ends = new Int32Array(Math.max(size, length) + 1);
  for (let i = 0; i < length; i++) other[i] = i;
  sortByRank(other, ranks, suffixes, ends, size);
  let count = rerank(suffixes, ranks, other, 0);
  [ranks, other] = [other, ranks];
  for (let width = 1; count < length; width *= 2) {
    // Order by second halves: suffixes without one first, then in the order of those halves.
    let next = 0;
    for (let i = length - width; i < length; i++) other[next++] = i;
    for (let i = 0; i < length; i++) if (suffixes[i] >= width) other[next++] = suffixes[i] - width;
    const sorted = sortByRank(other, ranks, suffixes, ends, count);
    count = rerank(sorted, ranks, other, width);
    suffixes = sorted;
    [ranks, other] = [other, ranks];
  }
  return suffixes;
}

/**
 * For each suffix except the first, the length of the prefix that it shares with the one before it (Kasai et al. 2001).
 */
export function sharedLengths(symbols: Int32Array, suffixes: Int32Array): Int32Array {
  const length = symbols.length;
  const places = new Int32Array(length);
  for (let i = 0; i < length; i++) places[suffixes[i]] = i;
  const shared = new Int32Array(length);
  let common = 0;
  for (let start = 0; start < length; start++) {
    if (places[start] === 0) {
      common = 0;
      continue;
    }
    const before = suffixes[places[start] - 1];
    const most = length - Math.max(start, before);
    while (common < most && symbols[start + common] === symbols[before + common]) common++;
    shared[places[start]] = common;
    if (common > 0) common--;
  }
  return shared;
}

/** Writes the suffixes in order of rank; equal ranks keep their order. */
function sortByRank(
  from: Int32Array,
  ranks: Int32Array,
  to: Int32Array<ArrayBuffer>,
  ends: Int32Array,
  size: number,
): Int32Array<ArrayBuffer> {
  ends.fill(0, 0, size);
  for (let i = 0; i < ranks.length; i++) ends[ranks[i]]++;
  for (let rank = 1; rank < size; rank++) ends[rank] += ends[rank - 1];
  for (let i = from.length - 1; i >= 0; i--) to[--ends[ranks[from[i]]]] = from[i];
  return to;
}

/** Ranks the suffixes by twice the previous prefix length; returns the number of distinct ranks. */
function rerank(suffixes: Int32Array, ranks: Int32Array, to: Int32Array, width: number): number {
  const length = suffixes.length;
  let rank = -1;
  for (let i = 0; i < length; i++) {
    const [here, before] = [suffixes[i], suffixes[i - 1]];
    const isSame = i > 0 && ranks[here] === ranks[before] &&
      rankAfter(ranks, here + width) === rankAfter(ranks, before + width);
    if (!isSame) rank++;
    to[here] = rank;
  }
  return rank + 1;
}

function rankAfter(ranks: Int32Array, at: number): number {
  return at < ranks.length ? ranks[at] : -1;
}
