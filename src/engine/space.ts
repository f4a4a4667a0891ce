/** Where numbers live, by address. Address 0 is never handed out: kernels take it for "none". */
export interface Space {
  /** Size in bytes; views must be fetched anew after it has changed. */
  readonly bytes: number;
  /** Takes a block; its contents are undefined. Throws a RangeError if it does not fit. */
  allocate(bytes: number): number;
  /** Makes a block longer by `bytes` where nothing stands behind it; says whether it could. */
  extend(address: number, bytes: number): boolean;
  /** Gives a block back. */
  release(address: number): void;
  /** `count` floats to read, good until the next allocation. */
  floats(address: number, count: number): Float32Array;
  /** `count` doubles to read, good until the next allocation. */
  doubles(address: number, count: number): Float64Array;
  /** Calls `write` with `count` floats to write; not at all where nothing is computed. `write` must not allocate. */
  change(address: number, count: number, write: (values: Float32Array) => void): void;
  /** Copies integers to an address. */
  place(values: Int32Array, address: number): void;
}
