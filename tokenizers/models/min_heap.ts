import { grownFloats } from "../grown.ts";

/** A binary min-heap of numbers in a typed array. */
export class MinHeap {
  #keys = new Float64Array(64);
  #size = 0;

  /** The number of entries. */
  get size(): number {
    return this.#size;
  }

  /** Removes all numbers. */
  clear(): void {
    this.#size = 0;
  }

  /** Inserts a number. */
  push(key: number): void {
    if (this.#size === this.#keys.length) this.#keys = grownFloats(this.#keys, 2 * this.#size);
    const keys = this.#keys;
    let at = this.#size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (keys[parent] <= key) break;
      keys[at] = keys[parent];
      at = parent;
    }
    keys[at] = key;
  }

  /** Removes and returns the smallest number; the heap must not be empty. */
  pop(): number {
    const keys = this.#keys;
    const smallest = keys[0];
    const last = keys[--this.#size];
    let at = 0;
    for (let child = 1; child < this.#size; child = 2 * at + 1) {
      if (child + 1 < this.#size && keys[child + 1] < keys[child]) child++;
      if (last <= keys[child]) break;
      keys[at] = keys[child];
      at = child;
    }
    keys[at] = last;
    return smallest;
  }
}
