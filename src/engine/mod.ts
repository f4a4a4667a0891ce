/**
 * The one memory, its arena and the running of kernels on it. This layer knows bytes and addresses; it must not know
 * what a tensor, a gradient or a layer is.
 * @module
 */
export type { Build, ForeignProduct, KernelName } from "../kernels/mod.ts";
export { Arena, type Mark } from "./arena.ts";
export type { Backend } from "./backend.ts";
export type { NativeLibrary } from "./bind_sgemm.ts";
export type { Blas, BlasRequest } from "./blas.ts";
export { type Block, Engine, type EngineOptions } from "./engine.ts";
export { Memory } from "./memory.ts";
export type { Call, Placement, Recording } from "./recording.ts";
export { RepeatedStep } from "./repeated_step.ts";
export type { Space } from "./space.ts";
