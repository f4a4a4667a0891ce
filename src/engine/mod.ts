/**
 * The memory, the arena and the running of kernels. This layer knows bytes and addresses; it must not know about
 * tensors, gradients or layers.
 * @module
 */
export {
  type Address,
  type Bits,
  type Build,
  type Code,
  type Count,
  type Double,
  type Flag,
  type Float,
  type ForeignProduct,
  type KernelName,
  type KernelOperands,
  offset,
  type OperandsOf,
  SIGNATURES,
} from "../kernels/mod.ts";
export { Arena, type Mark } from "./arena.ts";
export type { Backend } from "./backend.ts";
export type { NativeLibrary } from "./native/bind_sgemm.ts";
export type { Blas, BlasRequest, ProductPrecision } from "./native/find_library.ts";
export { Block } from "./block.ts";
export { Engine, type EngineOptions } from "./engine.ts";
export { Memory } from "./memory.ts";
export type { Call, Placement, Recording } from "./recording.ts";
export { RepeatedStep } from "./repeated_step.ts";
export type { Space } from "./space.ts";
