import type { Build, KernelName } from "../kernels/mod.ts";
import type { Blas } from "./blas.ts";
import type { Space } from "./space.ts";

/** What an engine computes with: a memory, and kernels that run on it. */
export interface Backend extends Disposable {
  /** Where numbers live. */
  readonly memory: Space;
  /** Which build of the kernels runs. */
  readonly build: Build;
  /** The native library in which matrix products run, if any. */
  readonly blas: Blas | undefined;
  /** What computes matrix products, as a user reads it. */
  readonly gemm: string;
  /** Address of the matrix products' scratch memory. */
  readonly scratch: number;
  /** Threads that share the work. */
  readonly threads: number;
  /** Whether all workers have started; until then the main thread works alone. */
  readonly isReady: boolean;
  /** Starts the workers, if there are to be any that have not been started. */
  start(): void;
  /** Runs a kernel to its end. */
  run(kernel: KernelName, operands: readonly number[]): void;
}
