/** The ranks among which something is shared out, and the one of this process. */
export interface RankOf {
  /** The place of this process among the ranks. */
  readonly rank: number;
  /** Number of ranks. */
  readonly size: number;
}

/**
 * Returns the run of `count` items that a rank takes when they are shared out in order: the index of the first, and
 * that behind the last. The runs differ by at most one item.
 *
 * @example
 * ```ts
 * import { rangeOf } from "@elman/elman/distributed";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([0, 1, 2].map((rank) => rangeOf(8, { rank, size: 3 })), [[0, 2], [2, 5], [5, 8]]);
 * ```
 */
export function rangeOf(count: number, { rank, size }: RankOf): readonly [first: number, end: number] {
  return [Math.floor(rank * count / size), Math.floor((rank + 1) * count / size)];
}

/**
 * Shares out items of different lengths so that the ranks finish together: the longest first, each to the rank that has
 * the least so far (Graham 1969). Returns the indices of the items of one rank, ascending; every rank has some if there
 * are as many items as ranks.
 *
 * @example
 * ```ts
 * import { balance } from "@elman/elman/distributed";
 * import { assertEquals } from "@std/assert";
 *
 * const lengths = [9, 4, 3, 5, 6];
 * assertEquals([0, 1].map((rank) => balance(lengths, { rank, size: 2 })), [[0, 1], [2, 3, 4]]);
 * ```
 */
export function balance(lengths: ArrayLike<number>, { rank, size }: RankOf): number[] {
  const order = Array.from(lengths, (_, i) => i).sort((a, b) => lengths[b] - lengths[a] || a - b);
  const loads = Array.from({ length: size }, () => 0);
  const own: number[] = [];
  for (const item of order) {
    const least = loads.indexOf(Math.min(...loads));
    // An item of no length still costs something, and is not for a rank that has others already.
    loads[least] += Math.max(1, lengths[item]);
    if (least === rank) own.push(item);
  }
  return own.sort((a, b) => a - b);
}
