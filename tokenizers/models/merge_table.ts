/** The rank of a pair without a merge: greater than all others. */
export const NEVER = 0x7fffffff;

/**
 * The merges of a BPE model by token id, in an open-addressing hash table in one typed array. An entry is four adjacent
 * numbers (left id, right id, rank, unused), so a lookup touches a single cache line: merging spends most of its time
 * waiting for this table.
 */
export class MergeTable {
  readonly #entries: Int32Array;
  readonly #mask: number;
  /** The id of the merged token, by rank. */
  readonly #merged: Int32Array;

  /**
   * Builds the table from triples (left id, right id, merged id) in rank order. If a pair occurs twice, the last one
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

  /** The rank of a pair's merge; {@linkcode NEVER} if it has none. */
  rank(left: number, right: number): number {
    const at = this.#find(left, right);
    return this.#entries[at] < 0 ? NEVER : this.#entries[at + 2];
  }

  /** The id of the token that a merge makes, by rank. */
  merged(rank: number): number {
    return this.#merged[rank];
  }

  /** The slot of a pair, occupied or free. */
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
