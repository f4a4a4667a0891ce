import type { Build, KernelName, OperandsOf } from "../kernels/mod.ts";
import type { Blas, ProductPrecision } from "./native/find_library.ts";
import type { Space } from "./space.ts";

/** A memory and the kernels that run on it. */
export interface Backend extends Disposable {
  /** The memory that holds all numbers. */
  readonly memory: Space;
  /** The build of the kernels. */
  readonly build: Build;
  /** The native library that computes matrix products, if any. */
  readonly blas: Blas | undefined;
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
  /** Runs a kernel and waits for it. */
  run<Kernel extends KernelName>(kernel: Kernel, operands: OperandsOf<Kernel>): void;
}
