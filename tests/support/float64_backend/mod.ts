/**
 * A second backend of the engine, to show that layers, tensors and optimizers know nothing of WebAssembly: plain loops
 * over doubles. It imports nothing from the kernels but their names.
 * @module
 */
import type { Backend } from "../../../src/engine/mod.ts";
import type { KernelName } from "../../../src/kernels/mod.ts";
import { isAddress } from "./addresses.ts";
import { FLOAT64_KERNELS } from "./kernels.ts";
import { Float64Memory } from "./memory.ts";

export { FLOAT64_KERNELS, Float64Memory };

/** Runs every kernel in double precision. */
export class Float64Backend implements Backend {
  readonly memory: Float64Memory = new Float64Memory();
  readonly build = "plain";
  readonly blas = undefined;
  readonly gemm = "float64";
  readonly precision = "float32";
  readonly packing = "panels";
  readonly threads = 1;
  readonly isReady = true;
  readonly scratch: number = this.memory.allocate(0);
  /** The kernels that have run. */
  readonly used: Set<KernelName> = new Set();

  start(): void {}

  packedBytes(k: number, n: number): number {
    return k * n * 4;
  }

  run(kernel: KernelName, operands: readonly number[]): void {
    this.used.add(kernel);
    const kinds = isAddress(kernel);
    const given = operands.map((operand, i) => {
      if (!kinds[i]) return operand;
      return operand === 0 ? undefined : this.memory.numbers(operand);
    });
    (FLOAT64_KERNELS[kernel] as (...operands: unknown[]) => void)(...given);
  }

  [Symbol.dispose](): void {}
}
