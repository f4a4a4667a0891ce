import type { Communicator, TransferPrecision } from "../distributed/mod.ts";
import type { Slab } from "../tensor/mod.ts";

/** Sums the gradients of all ranks in place. */
export class GradientExchange {
  #slab: Slab;
  #communicator: Communicator;
  #precision: TransferPrecision;

  constructor(slab: Slab, communicator: Communicator, precision: TransferPrecision) {
    this.#slab = slab;
    this.#communicator = communicator;
    this.#precision = precision;
  }

  /** Is called before the backward pass. */
  begin(): void {}

  /** Exchanges what has not been exchanged during the backward pass. */
  async finish(): Promise<void> {
    const { engine, gradients: address, size: count } = this.#slab;
    await this.#communicator.allReduce({ engine, address, count }, this.#precision);
  }
}
