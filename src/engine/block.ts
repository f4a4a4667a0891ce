import { InputRangeError } from "../../errors.ts";
import type { Address } from "../kernels/mod.ts";

/** Memory that outlives a step. `Engine.allocate` makes it, `Engine.release` frees it. */
export class Block {
  /** Size in bytes, in whole cache lines. */
  readonly bytes: number;
  #address: Address;
  #isFreed = false;

  constructor(address: Address, bytes: number) {
    this.#address = address;
    this.bytes = bytes;
  }

  /** Address of the first byte. Throws `RangeError` if the block has been freed: the memory may hold something else. */
  get address(): Address {
    if (this.#isFreed) throw new InputRangeError("use memory: expected a block in use, found one that has been freed");
    return this.#address;
  }

  /** Whether the block has been freed. */
  get isFreed(): boolean {
    return this.#isFreed;
  }

  /** Notes that the block has been freed. Called by the engine only. */
  markFreed(): void {
    this.#isFreed = true;
  }
}
