/**
 * Ranks tokens by their values, the highest first; of tokens with equal values, those with smaller ids come first. A
 * heap yields them one by one, so that only the ranks that are asked for are sorted.
 */
export class Ranking {
  #heap: Uint32Array;
  #ranked: Uint32Array;
  #values: ArrayLike<number> = [];
  #left = 0;
  #taken = 0;

  /** `V` is the vocabulary size. */
  constructor(V: number) {
    this.#heap = new Uint32Array(V);
    this.#ranked = new Uint32Array(V);
  }

  /** Ranks tokens anew; `values` has a value for each id. */
  fill(tokens: Uint32Array, values: ArrayLike<number>): void {
    this.#values = values;
    this.#heap.set(tokens);
    this.#left = tokens.length;
    this.#taken = 0;
    for (let i = (this.#left >> 1) - 1; i >= 0; i--) this.#sink(i);
  }

  /** The token of a rank; rank 0 has the highest value. */
  nth(rank: number): number {
    while (this.#taken <= rank) this.#ranked[this.#taken++] = this.#pop();
    return this.#ranked[rank];
  }

  /** The first `count` tokens, a view that the next `fill` overwrites. */
  first(count: number): Uint32Array {
    if (count > 0) this.nth(count - 1);
    return this.#ranked.subarray(0, count);
  }

  #isBefore(a: number, b: number): boolean {
    const difference = this.#values[a] - this.#values[b];
    return difference > 0 || (difference === 0 && a < b);
  }

  #pop(): number {
    const [first] = this.#heap;
    this.#heap[0] = this.#heap[--this.#left];
    this.#sink(0);
    return first;
  }

  #sink(index: number): void {
    const heap = this.#heap;
    const token = heap[index];
    for (let i = index;;) {
      let child = 2 * i + 1;
      if (child + 1 < this.#left && this.#isBefore(heap[child + 1], heap[child])) child++;
      if (child >= this.#left || !this.#isBefore(heap[child], token)) {
        heap[i] = token;
        return;
      }
      heap[i] = heap[child];
      i = child;
    }
  }
}
