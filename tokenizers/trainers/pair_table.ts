import { grownFloats } from "../grown.ts";

/** Exclusive upper bound of ids: more tokens than a `Map` can hold. */
const RADIX = 2 ** 26;

/** Pairs of token ids with counts, in an open-addressing hash table. Pairs are numbered in order of insertion. */
export class PairTable {
  #keys = new Float64Array(1024);
  #counts = new Float64Array(1024);
  #size = 0;
  /** Pair numbers, -1 for free slots; the size is a power of two and at most half is used. */
  #buckets = new Int32Array(2048).fill(-1);

  /** The number of pairs. */
  get size(): number {
    return this.#size;
  }

  /** The number of a pair; a new pair is inserted with count 0. */
  find(left: number, right: number): number {
    const buckets = this.#buckets;
    const mask = buckets.length - 1;
    const key = left * RADIX + right;
    let at = hash(left, right) & mask;
    for (let pair = buckets[at]; pair >= 0; pair = buckets[at]) {
      if (this.#keys[pair] === key) return pair;
      at = (at + 1) & mask;
    }
    buckets[at] = this.#size;
    return this.#append(key);
  }

  /** Orders pairs by left id, then by right id. */
  key(pair: number): number {
    return this.#keys[pair];
  }

  /** The left id of a pair. */
  left(pair: number): number {
    return Math.floor(this.#keys[pair] / RADIX);
  }

  /** The right id of a pair. */
  right(pair: number): number {
    return this.#keys[pair] % RADIX;
  }

  /** The count of a pair. */
  count(pair: number): number {
    return this.#counts[pair];
  }

  /** Changes the count of a pair. */
  add(pair: number, change: number): void {
    this.#counts[pair] += change;
  }

  #append(key: number): number {
    const pair = this.#size++;
    if (pair === this.#keys.length) {
      this.#keys = grownFloats(this.#keys, 2 * pair);
      this.#counts = grownFloats(this.#counts, 2 * pair);
    }
    this.#keys[pair] = key;
    if (2 * this.#size > this.#buckets.length) this.#rehash();
    return pair;
  }

  #rehash(): void {
    const buckets = new Int32Array(2 * this.#buckets.length).fill(-1);
    const mask = buckets.length - 1;
    for (let pair = 0; pair < this.#size; pair++) {
      let at = hash(this.left(pair), this.right(pair)) & mask;
      while (buckets[at] >= 0) at = (at + 1) & mask;
      buckets[at] = pair;
    }
    this.#buckets = buckets;
  }
}

function hash(left: number, right: number): number {
  const mixed = Math.imul(Math.imul(left, 0x9e3779b1) ^ right, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
