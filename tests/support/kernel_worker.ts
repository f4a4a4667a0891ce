/**
 * Runs one worker's share of a kernel with scalar products, then answers.
 * @module
 */
import { type Build, instantiateKernels, type KernelName } from "../../src/kernels/mod.ts";
import { scalarProducts } from "./scalar_products.ts";

/** The work of a worker. */
export interface KernelShare {
  readonly memory: WebAssembly.Memory;
  readonly build: Build;
  readonly half: boolean;
  readonly kernel: KernelName;
  /** The operands, the worker's index and the number of workers. */
  readonly operands: readonly number[];
}

const port = globalThis as unknown as Worker;
port.onmessage = ({ data }: MessageEvent<KernelShare>) => {
  instantiateKernels(data.memory, data.build, scalarProducts(data.memory, data.half))[data.kernel](...data.operands);
  port.postMessage("done");
};
