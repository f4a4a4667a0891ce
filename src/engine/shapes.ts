import { InputRangeError } from "../../errors.ts";
import type { Address } from "../kernels/mod.ts";
import type { Backend } from "./backend.ts";
import type { ProductPrecision } from "./native/find_library.ts";
import { wholeLines } from "./memory.ts";
import type { Space } from "./space.ts";

/** Addresses without memory: any number of bytes fits, and all values read as zeros. */
export class ShapeMemory implements Space {
  #taken = new Map<Address, number>();
  #end = wholeLines(0);

  get bytes(): number {
    return this.#end;
  }

  allocate(bytes: number): Address {
    const address = this.#end as Address;
    this.#end += wholeLines(bytes);
    this.#taken.set(address, this.#end - address);
    return address;
  }

  extend(address: Address, bytes: number): boolean {
    const taken = this.#taken.get(address);
    if (taken === undefined) {
      throw new InputRangeError(`extend memory: expected the address of a block, found ${address}`);
    }
    if (address + taken !== this.#end) return false;
    this.#end += wholeLines(bytes);
    this.#taken.set(address, this.#end - address);
    return true;
  }

  noteAllocation(): void {}

  release(address: Address): void {
    if (!this.#taken.delete(address)) {
      throw new InputRangeError(`release memory: expected the address of a block, found ${address}`);
    }
  }

  floats(_address: Address, count: number): Float32Array {
    return new Float32Array(count);
  }

  doubles(_address: Address, count: number): Float64Array {
    return new Float64Array(count);
  }

  integers(_address: Address, count: number): Int32Array {
    return new Int32Array(count);
  }

  change(): void {}

  place(): void {}
}

/** A backend that runs nothing: tensors have shapes and addresses, but no values. */
export class ShapesBackend implements Backend {
  readonly memory: ShapeMemory = new ShapeMemory();
  readonly gemm = "none (shapes only)";
  readonly precision: ProductPrecision;
  readonly threads = 1;
  readonly isReady = true;

  constructor(precision: ProductPrecision = "float32") {
    this.precision = precision;
  }

  /** Products in bfloat16 are native ones. */
  get packing(): string {
    return this.precision === "bf16" ? "bf16" : "panels";
  }

  /** Does nothing: there are no workers. */
  start(): void {}

  run(): void {}

  packedBytes(k: number, n: number): number {
    return (this.packing === "panels" ? Math.ceil(n / 8) * 8 : n) * k * 4;
  }

  [Symbol.dispose](): void {}
}
