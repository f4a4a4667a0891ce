import type { KernelName } from "../kernels/mod.ts";

/** A kernel call. */
export interface Call {
  /** The kernel. */
  readonly kernel: KernelName;
  /** What it was given. */
  readonly operands: readonly number[];
}

/** Integers that were copied into the arena. */
export interface Placement {
  /** The integers. */
  readonly values: Int32Array;
  /** Where they were copied to. */
  readonly address: number;
}

/** What a step did, in order: a place may be used again in the same step. */
export type Recording = (Call | Placement)[];
