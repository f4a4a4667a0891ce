import type { Address } from "../engine/mod.ts";

/** The place of a gradient, shared by tensors that share their values. */
export interface GradientSlot {
  /** 0 until the gradient is first requested. */
  address: Address | 0;
  /** Whether a part of it was added directly to the table that the tensor's rows were gathered from. */
  isBypassed: boolean;
  /** Allocates memory for it. */
  readonly allocate: () => Address;
}

/** The place of the values as bfloat16 numbers, shared by tensors that share their values. */
export interface HalfSlot {
  /** 0 until the numbers are first requested. */
  address: Address | 0;
}
