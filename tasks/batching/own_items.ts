import { balance, type RankOf } from "../../src/distributed/mod.ts";
import { refuse } from "../../src/schema/mod.ts";

/** Throws `RangeError` if a batch has fewer items than there are ranks that share it out, some of which would idle. */
export function refuseIdleRanks(batch: number, { size }: RankOf): void {
  if (batch < size) refuse("fit", "batch", `at least the number of ranks, ${size}`, batch);
}

/**
 * Returns the items of a batch that a rank takes, so that all ranks have about as much to read; `items` are those that
 * the batch's indices refer to. With one rank, it is the batch itself.
 */
export function ownItems(batch: Int32Array, items: readonly { readonly length: number }[], ranks: RankOf): Int32Array {
  if (ranks.size === 1) return batch;
  return Int32Array.from(balance(Array.from(batch, (place) => items[place].length), ranks), (i) => batch[i]);
}
