import { type KernelName, SIGNATURES } from "../kernels/mod.ts";
import type { Memory } from "./memory.ts";

/** Elementary operations from which on sharing pays for the few microseconds of handing work over. */
export const MIN_SHARED_WORK: number = 1 << 16;
/**
 * Elementary operations, about a few milliseconds' worth, from which on it pays to wait even for a worker that comes
 * late; also the total from which on it pays to start workers.
 */
export const LARGE_WORK: number = 1 << 25;

/** Returns the elementary operations of a kernel call that several threads can share. */
export function workOf(memory: Memory, kernel: KernelName, operands: readonly number[]): number {
  return SIGNATURES[kernel].work(operands, (address, index) => memory.i32[(address >>> 2) + index]);
}

/** Whether a kernel multiplies matrices, which a native library does where the engine has one. */
export function multipliesMatrices(kernel: KernelName): boolean {
  return SIGNATURES[kernel].usesScratch || kernel === "matmul_half";
}
