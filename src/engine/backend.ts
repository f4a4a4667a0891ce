import type { Build, KernelName, OperandsOf } from "../kernels/mod.ts";
import type { Blas, ProductPrecision } from "./native/find_library.ts";
import type { Space } from "./space.ts";

/**
 * A memory and the kernels that run on it: everything below tensors. `SIGNATURES` lists the kernels, and a backend may
 * compute them with other numbers than floats, in any memory, as long as addresses count bytes as if floats had 4.
 */
export interface Backend extends Disposable {
  /** The memory that holds all numbers. */
  readonly memory: Space;
  /** The name of what computes matrix products, for display. */
  readonly gemm: string;
  /** The numbers that matrix products multiply. */
  readonly precision: ProductPrecision;
  /** The name of the form in which `pack_weights` packs weights. `panels` is the form that `matmul_packed` reads. */
  readonly packing: string;
  /** Bytes of weights `[k, n]` in the form of `pack_weights`. */
  packedBytes(k: number, n: number): number;
  /** The number of threads that share the work. */
  readonly threads: number;
  /** Whether all workers have started; until then the main thread works alone. */
  readonly isReady: boolean;
  /** Starts the workers, if there are any left to start. */
  start(): void;
  /** The build of the WebAssembly kernels, if they are WebAssembly. */
  readonly build?: Build;
  /** The native library that computes matrix products, if any. */
  readonly blas?: Blas;
  /** Runs a kernel and waits for it, or for what depends on it. */
  run<Kernel extends KernelName>(kernel: Kernel, operands: OperandsOf<Kernel>): void;
}
