import type { Backend } from "./backend.ts";
import { wholeLines } from "./memory.ts";
import type { Space } from "./space.ts";

/** Addresses without a memory: any number of bytes fits, and whatever is read is zeros. */
export class ShapeMemory implements Space {
  #taken = new Map<number, number>();
  #end = wholeLines(0);

  get bytes(): number {
    return this.#end;
  }

  allocate(bytes: number): number {
    const address = this.#end;
    this.#end += wholeLines(bytes);
    this.#taken.set(address, this.#end - address);
    return address;
  }

  extend(address: number, bytes: number): boolean {
    const taken = this.#taken.get(address);
    if (taken === undefined) throw new RangeError(`extend memory: expected the address of a block, found ${address}`);
    if (address + taken !== this.#end) return false;
    this.#end += wholeLines(bytes);
    this.#taken.set(address, this.#end - address);
    return true;
  }

  release(address: number): void {
    if (!this.#taken.delete(address)) {
      throw new RangeError(`release memory: expected the address of a block, found ${address}`);
    }
  }

  floats(_address: number, count: number): Float32Array {
    return new Float32Array(count);
  }

  doubles(_address: number, count: number): Float64Array {
    return new Float64Array(count);
  }

  change(): void {}

  place(): void {}
}

/** Runs nothing: what is built on it has shapes and addresses, and no numbers. */
export class ShapesBackend implements Backend {
  readonly memory: ShapeMemory = new ShapeMemory();
  readonly build = "plain";
  readonly blas = undefined;
  readonly gemm = "none (shapes only)";
  readonly threads = 1;
  readonly isReady = true;

  /** It has no workers. */
  start(): void {}
  readonly scratch: number = this.memory.allocate(0);

  run(): void {}

  [Symbol.dispose](): void {}
}
