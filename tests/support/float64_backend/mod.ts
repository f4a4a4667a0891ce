/**
 * A second backend of the engine, to show that layers, tensors and optimizers know nothing of WebAssembly: plain loops
 * over doubles. It imports nothing from the kernels but their signatures.
 * @module
 */
import { type Address, type Backend, type KernelName, type OperandsOf, SIGNATURES } from "../../../src/engine/mod.ts";
import type { Element } from "../../../src/kernels/mod.ts";
import { FLOAT64_KERNELS } from "./kernels.ts";
import { Float64Memory } from "./memory.ts";

export { FLOAT64_KERNELS, Float64Memory };

/** Slots of the memory for each element. */
const SLOTS: Readonly<Record<Element, number>> = { f32: 1, i32: 1, f64: 2, u16: 1 / 2, i8: 1 / 4 };

/**
 * Runs every kernel in double precision. A kernel is given no more numbers than its signature says, so reading beyond
 * shows as NaN in the results.
 */
export class Float64Backend implements Backend {
  readonly memory: Float64Memory = new Float64Memory();
  readonly gemm = "float64";
  readonly precision = "float32";
  readonly packing = "panels";
  readonly threads = 1;
  readonly isReady = true;
  /** The kernels that have run. */
  readonly used: Set<KernelName> = new Set();

  start(): void {}

  packedBytes(k: number, n: number): number {
    return Math.ceil(n / 8) * 8 * k * 4;
  }

  run<Kernel extends KernelName>(kernel: Kernel, operands: OperandsOf<Kernel>): void {
    this.used.add(kernel);
    const read = (address: number, index: number): number => this.memory.numbers(address as Address)[index];
    const given = SIGNATURES[kernel].operands.map((described, i) => {
      const operand = operands[i];
      if (!("element" in described)) return operand;
      if (operand === 0) return undefined;
      const extent = Math.max(0, described.extent(operands, read));
      return this.memory.numbers(operand as Address, Math.ceil(extent * SLOTS[described.element]));
    });
    (FLOAT64_KERNELS[kernel] as (...operands: unknown[]) => void)(...given);
  }

  [Symbol.dispose](): void {}
}
