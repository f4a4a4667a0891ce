import { grownFloats } from "../grown.ts";

/** A binary heap of numbers in a typed array: the smallest comes out first. */
export class MinHeap {
  #keys = new Float64Array(64);
  #size = 0;

  /** How many numbers are in it. */
  get size(): number {
    return this.#size;
  }

  /** Forgets all numbers. */
  clear(): void {
    this.#size = 0;
  }

  /** Puts a number in. */
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

  /** Takes the smallest number out; there must be one. */
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
