/** The rank of a pair that is never merged: above all others. */
export const NEVER = 0x7fffffff;

/**
 * The merges of a BPE model by the ids of their tokens: open addressing in one typed array. An entry is four numbers
 * side by side (left id, right id, rank, and one left free), so that finding a pair costs one line of the processor's
 * cache: most of the time of a merge is spent waiting for this table.
 */
export class MergeTable {
  readonly #entries: Int32Array;
  readonly #mask: number;
  /** The id of the merged token, by rank. */
  readonly #merged: Int32Array;

  /**
   * Merges as triples of ids: left, right and what they become, in the order of their ranks. The last of equal pairs
   * counts.
   */
  constructor(merges: readonly (readonly [left: number, right: number, merged: number])[]) {
    let capacity = 16;
    while (capacity < 2 * merges.length) capacity *= 2;
    this.#mask = capacity - 1;
    this.#entries = new Int32Array(4 * capacity).fill(-1);
    this.#merged = Int32Array.from(merges, ([, , merged]) => merged);
    for (const [rank, [left, right]] of merges.entries()) {
      const at = this.#find(left, right);
      this.#entries[at] = left;
      this.#entries[at + 1] = right;
      this.#entries[at + 2] = rank;
    }
  }

  /** How many merges come before that of a pair; {@linkcode NEVER} where the pair has none. */
  rank(left: number, right: number): number {
    const at = this.#find(left, right);
    return this.#entries[at] < 0 ? NEVER : this.#entries[at + 2];
  }

  /** The id of the token that the merge of a rank makes. */
  merged(rank: number): number {
    return this.#merged[rank];
  }

  /** Where the entry of a pair stands, or could. */
  #find(left: number, right: number): number {
    const entries = this.#entries;
    const mixed = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca77);
    for (let index = mixed ^ (mixed >>> 15);; index++) {
      const at = 4 * (index & this.#mask);
      const first = entries[at];
      if (first < 0 || (first === left && entries[at + 1] === right)) return at;
    }
  }
}
