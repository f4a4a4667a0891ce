import type { Space } from "./space.ts";

/** Bytes of a WebAssembly page. */
const PAGE = 65536;
/** Pages of a 32-bit memory: 4 GiB. */
const MAX_PAGES = 65536;
/** Addresses that the engine hands out are multiples of a cache line. */
const LINE = 64;

interface Block {
  address: number;
  bytes: number;
}

/** Rounds a number of bytes up to whole cache lines. */
export function wholeLines(bytes: number): number {
  if (!(bytes >= 0)) throw new RangeError(`allocate memory: expected a number of bytes, found ${bytes}`);
  return Math.max(LINE, Math.ceil(bytes / LINE) * LINE);
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

/** A memory that workers can share or, where the runtime has none, one that they cannot. */
function newMemory(): WebAssembly.Memory {
  const limits = { initial: 16, maximum: MAX_PAGES };
  try {
    return new WebAssembly.Memory({ ...limits, shared: true });
  } catch {
    return new WebAssembly.Memory(limits);
  }
}

/**
 * One WebAssembly memory, shared wherever the runtime can, and the list of its free blocks. Views must be fetched anew after every allocation,
 * since the memory may have grown.
 */
export class Memory implements Space {
  /** The memory that the kernels import. */
  readonly wasm: WebAssembly.Memory = newMemory();
  /** The whole memory as floats. */
  f32!: Float32Array;
  /** The whole memory as doubles. */
  f64!: Float64Array;
  /** The whole memory as signed integers. */
  i32!: Int32Array;
  #free: Block[] = [];
  #taken = new Map<number, number>();

  constructor() {
    this.#refreshViews();
    // Address 0 stands for "none" in the kernels.
    this.#free.push({ address: LINE, bytes: this.bytes - LINE });
  }

  /** Size of the memory in bytes. */
  get bytes(): number {
    return this.wasm.buffer.byteLength;
  }

  /** `count` floats, good until the next allocation. */
  floats(address: number, count: number): Float32Array {
    return this.f32.subarray(address >>> 2, (address >>> 2) + count);
  }

  /** `count` doubles, good until the next allocation. */
  doubles(address: number, count: number): Float64Array {
    return this.f64.subarray(address / 8, address / 8 + count);
  }

  /** Calls `write` with `count` floats to write. */
  change(address: number, count: number, write: (values: Float32Array) => void): void {
    write(this.floats(address, count));
  }

  /** Copies integers to an address. */
  place(values: Int32Array, address: number): void {
    this.i32.set(values, address >>> 2);
  }

  /** Whether workers can share it. */
  get isShared(): boolean {
    return !(this.wasm.buffer instanceof ArrayBuffer);
  }

  /** Takes a block; its contents are undefined. Throws a RangeError where 4 GiB would not hold it. */
  allocate(bytes: number): number {
    const wanted = wholeLines(bytes);
    let index = this.#free.findIndex((block) => block.bytes >= wanted);
    if (index < 0) index = this.#grow(wanted);
    const block = this.#free[index];
    const address = block.address;
    if (block.bytes === wanted) this.#free.splice(index, 1);
    else this.#free[index] = { address: address + wanted, bytes: block.bytes - wanted };
    this.#taken.set(address, wanted);
    return address;
  }

  /** Makes a block longer by `bytes` where nothing stands behind it; says whether it could. */
  extend(address: number, bytes: number): boolean {
    const taken = this.#taken.get(address);
    if (taken === undefined) throw new RangeError(`extend memory: expected the address of a block, found ${address}`);
    const [end, wanted] = [address + taken, wholeLines(bytes)];
    let index = this.#free.findIndex((block) => block.address === end);
    const open = this.#free[index]?.bytes ?? 0;
    if (open < wanted) {
      const isLast = end + open === this.bytes;
      if (!isLast || this.bytes + wanted - open > MAX_PAGES * PAGE) return false;
      index = this.#grow(wanted);
    }
    const free = this.#free[index];
    if (free.bytes === wanted) this.#free.splice(index, 1);
    else this.#free[index] = { address: end + wanted, bytes: free.bytes - wanted };
    this.#taken.set(address, taken + wanted);
    return true;
  }

  /** Gives a block back. */
  release(address: number): void {
    const bytes = this.#taken.get(address);
    if (bytes === undefined) throw new RangeError(`release memory: expected the address of a block, found ${address}`);
    this.#taken.delete(address);
    const next = this.#free.findIndex((block) => block.address > address);
    const index = next < 0 ? this.#free.length : next;
    this.#free.splice(index, 0, { address, bytes });
    this.#join(index);
    this.#join(index - 1);
  }

  /** Joins a free block with its right neighbour where they touch. */
  #join(index: number): void {
    const block = this.#free[index];
    const next = this.#free[index + 1];
    if (!block || !next || block.address + block.bytes !== next.address) return;
    this.#free.splice(index, 2, { address: block.address, bytes: block.bytes + next.bytes });
  }

  /** Grows so that the last free block holds `bytes`; returns its index. */
  #grow(bytes: number): number {
    const end = this.bytes;
    const last = this.#free.at(-1);
    const open = last && last.address + last.bytes === end ? last.bytes : 0;
    const pages = Math.ceil((bytes - open) / PAGE);
    if (end / PAGE + pages > MAX_PAGES) {
      throw new RangeError(
        `allocate memory: expected at most 4 GiB in all, found ${mebibytes(bytes)} more than the ${
          mebibytes(end)
        } in use`,
      );
    }
    this.wasm.grow(pages);
    this.#refreshViews();
    if (open > 0) this.#free.pop();
    this.#free.push({ address: end - open, bytes: open + pages * PAGE });
    return this.#free.length - 1;
  }

  #refreshViews(): void {
    const buffer = this.wasm.buffer;
    this.f32 = new Float32Array(buffer);
    this.f64 = new Float64Array(buffer);
    this.i32 = new Int32Array(buffer);
  }
}
