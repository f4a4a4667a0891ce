import type { Address, KernelName, OperandsOf } from "../kernels/mod.ts";

/** A kernel call. */
export interface Call {
  /** The kernel. */
  readonly kernel: KernelName;
  /** Its operands. */
  readonly operands: OperandsOf<KernelName>;
}

/** Integers that were copied into the arena. */
export interface Placement {
  /** The integers. */
  readonly values: Int32Array;
  /** Their address in the arena. */
  readonly address: Address;
}

/** The calls and allocations of a step, in order: a step may reuse an address. */
export type Recording = (Call | Placement)[];
