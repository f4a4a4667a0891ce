import { grownFloats, grownInts } from "../grown.ts";
import type { PairTable } from "./pair_table.ts";

/**
 * A priority queue of candidate merges, as a binary heap: highest count first, then smallest ids, then oldest.
 *
 * An entry is a pair with the positions where it arose at one time; a pair that arises again gets another entry.
 * Outdated counts are corrected only when an entry reaches the top.
 */
export class MergeQueue {
  readonly #pairs: PairTable;
  #heap = new Int32Array(1024);
  #size = 0;
  #entries = 0;
  #counts = new Float64Array(1024);
  #pairOf = new Int32Array(1024);
  #starts = new Int32Array(1024);
  #ends = new Int32Array(1024);
  readonly #places: Int32Array[] = [];

  /** Creates an empty queue of pairs from this table. */
  constructor(pairs: PairTable) {
    this.#pairs = pairs;
  }

  /** The pair of an entry. */
  pair(entry: number): number {
    return this.#pairOf[entry];
  }

  /** The array that an entry's positions are in. */
  places(entry: number): Int32Array {
    return this.#places[entry];
  }

  /** The start of an entry's positions. */
  start(entry: number): number {
    return this.#starts[entry];
  }

  /** The end of an entry's positions. */
  end(entry: number): number {
    return this.#ends[entry];
  }

  /** Adds a pair with its current count and the positions in `places` from `start` up to `end`. */
  push(pair: number, places: Int32Array, start: number, end: number): void {
    const entry = this.#entries++;
    if (entry === this.#pairOf.length) this.#grow();
    this.#counts[entry] = this.#pairs.count(pair);
    this.#pairOf[entry] = pair;
    this.#places.push(places);
    this.#starts[entry] = start;
    this.#ends[entry] = end;
    this.#rise(this.#size++, entry);
  }

  /** Removes and returns the best entry; -1 if there is none. */
  pop(): number {
    while (this.#size > 0) {
      const top = this.#heap[0];
      const count = this.#pairs.count(this.#pairOf[top]);
      if (count === this.#counts[top]) {
        this.#size--;
        if (this.#size > 0) this.#sink(this.#heap[this.#size]);
        return top;
      }
      this.#counts[top] = count;
      this.#sink(top);
    }
    return -1;
  }

  /** Places an entry at a free leaf and sifts it up. */
  #rise(at: number, entry: number): void {
    const heap = this.#heap;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#precedes(entry, heap[parent])) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = entry;
  }

  /** Replaces the top by an entry and sifts it down. */
  #sink(entry: number): void {
    const heap = this.#heap;
    let at = 0;
    for (let child = 1; child < this.#size; child = 2 * at + 1) {
      if (child + 1 < this.#size && this.#precedes(heap[child + 1], heap[child])) child++;
      if (!this.#precedes(heap[child], entry)) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = entry;
  }

  #precedes(a: number, b: number): boolean {
    const counts = this.#counts;
    if (counts[a] !== counts[b]) return counts[a] > counts[b];
    const keys = this.#pairs.key(this.#pairOf[a]) - this.#pairs.key(this.#pairOf[b]);
    return keys !== 0 ? keys < 0 : a < b;
  }

  #grow(): void {
    const capacity = 2 * this.#pairOf.length;
    this.#heap = grownInts(this.#heap, capacity);
    this.#counts = grownFloats(this.#counts, capacity);
    this.#pairOf = grownInts(this.#pairOf, capacity);
    this.#starts = grownInts(this.#starts, capacity);
    this.#ends = grownInts(this.#ends, capacity);
  }
}
