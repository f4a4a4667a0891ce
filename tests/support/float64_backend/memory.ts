import { InputRangeError, ResourceError } from "../../../errors.ts";
import { wholeLines } from "../../../src/engine/memory.ts";
import type { Address, Space } from "../../../src/engine/mod.ts";

/** Bytes of addresses for each number: callers place numbers as if they were 32-bit floats. */
const SLOT_BYTES = 4;
/** The end of the addresses. */
const MOST_BYTES = 2 ** 32;

/**
 * A memory of doubles. Every 4 bytes of addresses hold one number, whether callers know it as a float or as an integer;
 * a double takes the first of its two slots. Each block is an array of its own, so no kernel reaches another one's
 * numbers. What a block or an arena hands out holds NaN, so that reading it before it is written shows in the results.
 */
export class Float64Memory implements Space {
  #blocks: { readonly address: Address; readonly slots: Float64Array }[] = [];
  #end = wholeLines(0);
  #taken = 0;

  get bytes(): number {
    return this.#taken;
  }

  allocate(bytes: number): Address {
    const wanted = wholeLines(bytes);
    if (this.#taken + wanted > MOST_BYTES) {
      throw new ResourceError(`allocate memory: expected at most 4 GiB in all, found ${bytes} bytes more`);
    }
    const address = this.#end as Address;
    this.#blocks.push({ address, slots: new Float64Array(wanted / SLOT_BYTES).fill(NaN) });
    this.#end += wanted;
    this.#taken += wanted;
    return address;
  }

  /** Returns false: no block can grow in place. */
  extend(): boolean {
    return false;
  }

  noteAllocation(address: Address, bytes: number): void {
    this.numbers(address, bytes / SLOT_BYTES).fill(NaN);
  }

  release(address: Address): void {
    const index = this.#indexOf(address);
    const block = this.#blocks[index];
    if (block?.address !== address) {
      throw new InputRangeError(`release memory: expected the address of a block, found ${address}`);
    }
    this.#blocks.splice(index, 1);
    this.#taken -= block.slots.length * SLOT_BYTES;
  }

  floats(address: Address, count: number): Float32Array {
    return Float32Array.from(this.numbers(address, count));
  }

  doubles(address: Address, count: number): Float64Array {
    return this.numbers(address, 2 * count).filter((_, slot) => slot % 2 === 0);
  }

  integers(address: Address, count: number): Int32Array {
    return Int32Array.from(this.numbers(address, count));
  }

  /** Only what `write` changes is rounded to floats. */
  change(address: Address, count: number, write: (values: Float32Array) => void): void {
    const own = this.numbers(address, count);
    const before = this.floats(address, count);
    const after = before.slice();
    write(after);
    for (let i = 0; i < count; i++) if (!Object.is(after[i], before[i])) own[i] = after[i];
  }

  place(values: Int32Array, address: Address): void {
    this.numbers(address, values.length).set(values);
  }

  /** Returns a view of `count` numbers from an address on. Default: to the end of its block. */
  numbers(address: Address, count?: number): Float64Array {
    const block = this.#blocks[this.#indexOf(address)];
    const first = block ? (address - block.address) / SLOT_BYTES : 0;
    const end = count === undefined ? block?.slots.length : first + count;
    if (block && first + (count ?? 0) <= block.slots.length) return block.slots.subarray(first, end);
    throw new RangeError(`use memory: expected ${count ?? ""} numbers of one block, found address ${address}`);
  }

  /** Returns the index of the last block that begins at an address or before it; -1 if there is none. */
  #indexOf(address: Address): number {
    let [low, high] = [0, this.#blocks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#blocks[middle].address <= address) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
