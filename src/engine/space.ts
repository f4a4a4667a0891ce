import type { Address } from "../kernels/mod.ts";

/** An address space for numbers. Address 0 is never handed out: to the kernels it means "none". */
export interface Space {
  /** Size in bytes. When it has changed, views must be fetched again. */
  readonly bytes: number;
  /** Takes a block and returns its address; the contents are undefined. Throws `ResourceError` if it does not fit. */
  allocate(bytes: number): Address;
  /** Extends a block by `bytes` if the memory behind it is free and there is room; returns whether it did. */
  extend(address: Address, bytes: number): boolean;
  /**
   * Notes that an arena has handed out a part of a block, and that what it had handed out behind that is free: for
   * callers, that is an allocation as well.
   */
  noteAllocation(address: Address, bytes: number): void;
  /** Frees a block. */
  release(address: Address): void;
  /** Returns `count` floats to read, as a view or a copy, valid until the next allocation. */
  floats(address: Address, count: number): Float32Array;
  /** Returns `count` doubles to read, as a view or a copy, valid until the next allocation. */
  doubles(address: Address, count: number): Float64Array;
  /** Returns `count` integers to read, as a view or a copy, valid until the next allocation. */
  integers(address: Address, count: number): Int32Array;
  /** Calls `write` with `count` floats to change, unless nothing is computed. `write` must not allocate. */
  change(address: Address, count: number, write: (values: Float32Array) => void): void;
  /** Copies integers to an address. */
  place(values: Int32Array, address: Address): void;
}
