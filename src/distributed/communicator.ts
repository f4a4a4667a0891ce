import type { Address, Engine } from "../engine/mod.ts";

/** The numbers in which floats travel between ranks. */
export type TransferPrecision = "float32" | "bf16";

/** A run of floats in an engine's memory. */
export interface FloatRun {
  /** The engine that holds them. */
  readonly engine: Engine;
  /** Address of the first. */
  readonly address: Address;
  /** Number of floats. */
  readonly count: number;
}

/**
 * Connects the ranks of a distributed run: the processes that train one model together. Every rank calls the same
 * methods in the same order; a call is complete when all ranks have made it. Several calls may be under way at a time.
 */
export interface Communicator {
  /** The place of this process among the ranks, from 0. */
  readonly rank: number;
  /** Number of ranks. */
  readonly size: number;
  /** Name of the library or method that connects the ranks, for display, such as `Open MPI 4.1.4`. */
  readonly name: string;
  /** The machine of this rank, for messages. */
  readonly host: string;
  /**
   * Sums floats over all ranks, in place. All ranks get the same bits, and the same bits in every run with as many
   * ranks. `bf16` sends bfloat16 numbers, half the bytes, and sums them in float32. Default: `float32`.
   */
  allReduce(run: FloatRun, precision?: TransferPrecision): Promise<void>;
  /** Sums a few numbers over all ranks, in double precision. */
  sum(values: readonly number[]): Promise<number[]>;
  /** Sets every bit that any rank has set. The number of words is the same on all ranks. */
  union(bits: Int32Array): Promise<Int32Array>;
  /** Returns the value of rank 0, which must be JSON, on all ranks. */
  broadcast<T>(value: T): Promise<T>;
  /** Returns the values of all ranks, which must be JSON, in their order and on all ranks. */
  gather<T>(value: T): Promise<T[]>;
  /** Waits until all ranks have come this far. */
  barrier(): Promise<void>;
  /** Lets what is under way go on; to be called now and then by long computations. */
  progress(): void;
  /**
   * Tells the other ranks how this one has ended: a message if it has failed, otherwise null. Returns the endings of
   * all ranks, or undefined if some have not ended after `milliseconds`.
   */
  farewell(ending: string | null, milliseconds: number): Promise<(string | null)[] | undefined>;
  /** Ends the processes of all ranks at once, with an exit code. */
  abort(code: number): void;
  /** Takes leave of the other ranks. Call it on every rank as the last method. */
  close(): Promise<void>;
}
