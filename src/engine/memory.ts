import { ResourceError } from "../../errors.ts";
import { type Address, offset } from "../kernels/mod.ts";
import type { Space } from "./space.ts";

/** Bytes per WebAssembly page. */
const PAGE_BYTES = 65536;
/** Pages of a new memory. */
const FIRST_PAGES = 16;
/** Maximum number of pages of a 32-bit memory: 4 GiB. */
const MAX_PAGES = 65536;
/** Bytes per cache line; all addresses handed out are multiples of it. */
const LINE_BYTES = 64;
/** Where the last block ends at most: loops compare the end of the next line with it, which at 4 GiB would be 0. */
const MAX_END = MAX_PAGES * PAGE_BYTES - 2 * LINE_BYTES;

interface Block {
  address: Address;
  bytes: number;
}

/** Rounds a number of bytes up to whole cache lines. */
export function wholeLines(bytes: number): number {
  if (!(bytes >= 0)) throw new RangeError(`allocate memory: expected a number of bytes, found ${bytes}`);
  return Math.max(LINE_BYTES, Math.ceil(bytes / LINE_BYTES) * LINE_BYTES);
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

/** Returns the result of an allocation; undefined if there is no room for it. */
export function ifRoom<T>(allocate: () => T): T | undefined {
  try {
    return allocate();
  } catch (error) {
    if (error instanceof ResourceError) return undefined;
    throw error;
  }
}

/**
 * A kind of memory. Growing an `unshared` one detaches all earlier views. A `moving` one is unshared and detaches them
 * at every allocation, even if it does not grow, so that tests notice every view that is kept too long.
 */
export type MemoryKind = "shared" | "unshared" | "moving";

/** Creates a shared memory unless another kind is asked for or the runtime has no shared memory. */
function newMemory(kind: MemoryKind): WebAssembly.Memory {
  const limits = { initial: FIRST_PAGES, maximum: MAX_PAGES };
  try {
    if (kind === "shared") return new WebAssembly.Memory({ ...limits, shared: true });
  } catch {
    // An unshared one serves a single thread as well.
  }
  try {
    return new WebAssembly.Memory(limits);
  } catch (cause) {
    throw refused(`room for ${mebibytes(FIRST_PAGES * PAGE_BYTES)}`, cause);
  }
}

/** Makes the error of memory that the runtime does not get from the system. */
function refused(expected: string, cause: unknown): ResourceError {
  return new ResourceError(`allocate memory: expected ${expected}, found that the system has none`, { cause });
}

/**
 * A WebAssembly memory, shared if the runtime supports it, with a list of its free blocks. An allocation may grow the
 * memory, so views must be fetched again after it.
 */
export class Memory implements Space {
  /** The memory that the kernels import. */
  readonly wasm: WebAssembly.Memory;
  /** The whole memory as 32-bit floats. */
  f32!: Float32Array;
  /** The whole memory as 64-bit floats. */
  f64!: Float64Array;
  /** The whole memory as signed 32-bit integers. */
  i32!: Int32Array;
  #moves: boolean;
  #free: Block[] = [];
  #taken = new Map<Address, number>();

  constructor(kind: MemoryKind = "shared") {
    this.wasm = newMemory(kind);
    this.#moves = kind === "moving";
    this.#refreshViews();
    // Address 0 means "none" to the kernels.
    this.#free.push({ address: LINE_BYTES as Address, bytes: this.bytes - LINE_BYTES });
  }

  /** Size of the memory in bytes. */
  get bytes(): number {
    return this.wasm.buffer.byteLength;
  }

  /** Returns a view of `count` floats, valid until the next allocation. */
  floats(address: Address, count: number): Float32Array {
    return this.f32.subarray(address >>> 2, (address >>> 2) + count);
  }

  /** Returns a view of `count` doubles, valid until the next allocation. */
  doubles(address: Address, count: number): Float64Array {
    return this.f64.subarray(address / 8, address / 8 + count);
  }

  /** Returns a view of `count` integers, valid until the next allocation. */
  integers(address: Address, count: number): Int32Array {
    return this.i32.subarray(address >>> 2, (address >>> 2) + count);
  }

  /** Calls `write` with a view of `count` floats. Throws `RangeError` if `write` has allocated and moved the memory. */
  change(address: Address, count: number, write: (values: Float32Array) => void): void {
    const values = this.floats(address, count);
    write(values);
    if (values.length === count) return;
    throw new RangeError("change memory: expected a function that allocates nothing, found that the memory has moved");
  }

  /** Copies integers to an address. */
  place(values: Int32Array, address: Address): void {
    this.i32.set(values, address >>> 2);
  }

  /** Whether workers can share the memory. */
  get isShared(): boolean {
    return !(this.wasm.buffer instanceof ArrayBuffer);
  }

  /**
   * Takes a block and returns its address; the contents are undefined. Throws `ResourceError` if it does not fit into 4
   * GiB, or the system has no room for it.
   */
  allocate(bytes: number): Address {
    const wanted = wholeLines(bytes);
    let index = this.#free.findIndex((block) => block.bytes >= wanted);
    if (index < 0) index = this.#grow(wanted);
    const block = this.#free[index];
    const address = block.address;
    if (block.bytes === wanted) this.#free.splice(index, 1);
    else this.#free[index] = { address: offset(address, wanted, 1), bytes: block.bytes - wanted };
    this.#taken.set(address, wanted);
    this.noteAllocation();
    return address;
  }

  /** Detaches all views if the memory is of the moving kind. */
  noteAllocation(): void {
    if (!this.#moves) return;
    this.wasm.grow(0);
    this.#refreshViews();
  }

  /** Extends a block by `bytes` if the memory behind it is free and there is room; returns whether it did. */
  extend(address: Address, bytes: number): boolean {
    const taken = this.#taken.get(address);
    if (taken === undefined) throw new RangeError(`extend memory: expected the address of a block, found ${address}`);
    const [end, wanted] = [offset(address, taken, 1), wholeLines(bytes)];
    let index = this.#free.findIndex((block) => block.address === end);
    const open = this.#free[index]?.bytes ?? 0;
    if (open < wanted) {
      const isLast = end + open === this.bytes;
      const grown = isLast ? ifRoom(() => this.#grow(wanted)) : undefined;
      if (grown === undefined) return false;
      index = grown;
    }
    const free = this.#free[index];
    if (free.bytes === wanted) this.#free.splice(index, 1);
    else this.#free[index] = { address: offset(end, wanted, 1), bytes: free.bytes - wanted };
    this.#taken.set(address, taken + wanted);
    return true;
  }

  /** Frees a block. */
  release(address: Address): void {
    const bytes = this.#taken.get(address);
    if (bytes === undefined) throw new RangeError(`release memory: expected the address of a block, found ${address}`);
    this.#taken.delete(address);
    const next = this.#free.findIndex((block) => block.address > address);
    const index = next < 0 ? this.#free.length : next;
    this.#free.splice(index, 0, { address, bytes });
    this.#join(index);
    this.#join(index - 1);
  }

  /** Joins a free block with its right neighbor if they touch. */
  #join(index: number): void {
    const block = this.#free[index];
    const next = this.#free[index + 1];
    if (!block || !next || block.address + block.bytes !== next.address) return;
    this.#free.splice(index, 2, { address: block.address, bytes: block.bytes + next.bytes });
  }

  /** Grows the memory until the last free block holds `bytes`; returns that block's index. */
  #grow(bytes: number): number {
    const end = this.bytes;
    const last = this.#free.at(-1);
    const open = last && last.address + last.bytes === end ? last.bytes : 0;
    if (end + bytes - open > MAX_END) {
      throw new ResourceError(
        `allocate memory: expected at most 4 GiB in all, found ${mebibytes(bytes)} more than the ${
          mebibytes(end)
        } in use`,
      );
    }
    try {
      this.wasm.grow(Math.ceil((bytes - open) / PAGE_BYTES));
    } catch (cause) {
      throw refused(`room for ${mebibytes(bytes)} more than the ${mebibytes(end)} in use`, cause);
    }
    this.#refreshViews();
    if (open > 0) this.#free.pop();
    const address = end - open as Address;
    this.#free.push({ address, bytes: Math.min(this.bytes, MAX_END) - address });
    return this.#free.length - 1;
  }

  #refreshViews(): void {
    const buffer = this.wasm.buffer;
    this.f32 = new Float32Array(buffer);
    this.f64 = new Float64Array(buffer);
    this.i32 = new Int32Array(buffer);
  }
}
