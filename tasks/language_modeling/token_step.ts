import { RepeatedStep } from "../../src/engine/mod.ts";
import { CarriedState, inference, type Tensor } from "../../src/nn/mod.ts";
import type { LanguageNetwork } from "./network.ts";

/**
 * Computes the step from one token to the next for B texts side by side. From the third step on, only kernels run and
 * nothing is allocated. Dispose of it to free its memory at once.
 */
export class TokenStep implements Disposable {
  /** The recurrent states of the B texts. */
  readonly carried: CarriedState;
  /** The ids [B] that the next run feeds, one per text. */
  readonly ids: Int32Array;
  #network: LanguageNetwork;
  #step: RepeatedStep;
  #version: number;
  #address = 0;
  #memoryBytes = 0;
  #rows: Float32Array[] = [];

  /** Starts with zero states. */
  constructor(network: LanguageNetwork, B: number) {
    const { engine } = network.embedding.weight;
    this.#network = network;
    this.#version = network.version;
    this.carried = CarriedState.zeros(network.rnn, B);
    this.ids = new Int32Array(B);
    this.#step = new RepeatedStep(engine, () => inference(() => this.#forward(), { engine }));
  }

  /**
   * Feeds `ids` and returns the logits [V] of the next token of each text, as views that are valid until the next step.
   */
  run(): readonly Float32Array[] {
    const { version } = this.#network;
    if (version !== this.#version) this.#step.forget();
    this.#version = version;
    this.#step.run();
    return this.#views();
  }

  /** Frees the memory that steps need, but keeps the states. */
  rest(): void {
    this.#step[Symbol.dispose]();
  }

  /** Frees all memory. */
  [Symbol.dispose](): void {
    this.rest();
    this.carried[Symbol.dispose]();
  }

  #forward(): void {
    const { logits, state } = this.#network.forward(this.ids, 1, this.ids.length, this.carried.state);
    this.carried.carry(state);
    this.#keep(logits);
  }

  #keep(logits: Tensor): void {
    if (logits.address !== this.#address) this.#memoryBytes = 0;
    this.#address = logits.address;
  }

  /** Views of the logits, created again only if the logits have moved or the memory has grown. */
  #views(): readonly Float32Array[] {
    const { engine, shape: [V] } = this.#network.embedding.weight;
    if (this.#memoryBytes !== engine.memory.bytes) {
      this.#memoryBytes = engine.memory.bytes;
      this.#rows = Array.from(this.ids, (_, b) => engine.floats(this.#address + b * V * 4, V));
    }
    return this.#rows;
  }
}
