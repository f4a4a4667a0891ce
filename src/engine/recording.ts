import type { KernelName } from "../kernels/mod.ts";

/** A kernel call. */
export interface Call {
  /** The kernel. */
  readonly kernel: KernelName;
  /** Its operands. */
  readonly operands: readonly number[];
}

/** Integers that were copied into the arena. */
export interface Placement {
  /** The integers. */
  readonly values: Int32Array;
  /** Their address in the arena. */
  readonly address: number;
}

/** The calls and allocations of a step, in order: a step may reuse an address. */
export type Recording = (Call | Placement)[];
