import { grownFloats } from "../grown.ts";

/** Ids stay below this: more tokens than a `Map` can hold. */
const RADIX = 2 ** 26;

/** Pairs of token ids with a count each, found by open addressing. A pair is known by its number, in order of arrival. */
export class PairTable {
  #keys = new Float64Array(1024);
  #counts = new Float64Array(1024);
  #size = 0;
  /** Pair numbers, -1 where free; a power of two, at most half full. */
  #buckets = new Int32Array(2048).fill(-1);

  /** How many pairs there are. */
  get size(): number {
    return this.#size;
  }

  /** The pair's number; a pair that is new has count 0. */
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

  /** Orders pairs by the left id, then by the right one. */
  key(pair: number): number {
    return this.#keys[pair];
  }

  /** The pair's first id. */
  left(pair: number): number {
    return Math.floor(this.#keys[pair] / RADIX);
  }

  /** The pair's second id. */
  right(pair: number): number {
    return this.#keys[pair] % RADIX;
  }

  /** The pair's count. */
  count(pair: number): number {
    return this.#counts[pair];
  }

  /** Changes the pair's count. */
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
