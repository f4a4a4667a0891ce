import { type Backend, type KernelName, Memory, type OperandsOf, SIGNATURES } from "../../src/engine/mod.ts";
import { instantiateKernels } from "../../src/kernels/mod.ts";
import { scalarProducts } from "./scalar_products.ts";

/** Runs the kernels with products of bfloat16 numbers in plain loops, on processors without such instructions, too. */
export class HalfBackend implements Backend {
  readonly memory = new Memory();
  readonly gemm = "plain loops";
  readonly precision = "bf16";
  readonly packing = "bf16";
  readonly threads = 1;
  readonly isReady = true;
  #kernels = instantiateKernels(this.memory.wasm, "plain", scalarProducts(this.memory.wasm, true));
  #scratch = this.memory.allocate(this.#kernels.product_scratch());

  packedBytes(k: number, n: number): number {
    return k * n * 4;
  }

  start(): void {}

  run<Kernel extends KernelName>(kernel: Kernel, operands: OperandsOf<Kernel>): void {
    const scratch = SIGNATURES[kernel].usesScratch ? [this.#scratch] : [];
    this.#kernels[kernel](...operands, ...scratch, 0, 1);
  }

  [Symbol.dispose](): void {}
}
