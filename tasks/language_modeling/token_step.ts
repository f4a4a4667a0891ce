import { type Address, offset, RepeatedStep } from "../../src/engine/mod.ts";
import { CarriedState, type Engine, inference } from "../../src/nn/mod.ts";
import type { LanguageNetwork } from "./network.ts";

/**
 * Computes the step from one token to the next for B texts side by side. From the third step on, only kernels run and
 * nothing is allocated. Dispose of it to free its memory at once.
 */
export class TokenStep implements Disposable {
  /** The recurrent states of the B texts. */
  readonly carried: CarriedState;
  /** The ids [B] that the next run feeds, one per text. */
  ids: Int32Array;
  #network: LanguageNetwork;
  #step: RepeatedStep;
  #version: number;
  #address: Address | undefined;
  #hidden: { readonly address: Address; readonly width: number } | undefined;
  #rows: readonly Float32Array[];

  /** Starts with zero states. */
  constructor(network: LanguageNetwork, B: number) {
    const { engine } = network.embedding.weight;
    this.#network = network;
    this.#version = network.version;
    this.carried = CarriedState.zeros(network.rnn, B);
    this.ids = new Int32Array(B);
    this.#rows = this.#makeRows();
    this.#step = new RepeatedStep(engine, () => inference(() => this.#forward(), { engine }));
  }

  /**
   * Feeds `ids` and returns copies of the logits [V] of the next token of each text, which the next step overwrites.
   */
  run(): readonly Float32Array[] {
    this.compute();
    const { engine, vocabulary: V } = this;
    for (const [b, row] of this.#rows.entries()) row.set(engine.floats(this.logitsAt(b), V));
    return this.#rows;
  }

  /** Feeds `ids` and leaves the logits of the next tokens at `logitsAt`. */
  compute(): void {
    const { version } = this.#network;
    if (version !== this.#version) this.#step.forget();
    this.#version = version;
    this.#step.run();
  }

  /** The engine. */
  get engine(): Engine {
    return this.#network.embedding.weight.engine;
  }

  /** The vocabulary size V. */
  get vocabulary(): number {
    return this.#network.embedding.weight.shape[0];
  }

  /** The address of the logits [V] of text b of the last run, until the next run. */
  logitsAt(b: number): Address {
    return offset(this.#address!, b * this.vocabulary);
  }

  /** Replaces the texts with those at the given places, in this order; one may be repeated or left out. */
  select(places: readonly number[]): void {
    this.carried.select(places);
    this.ids = Int32Array.from(places, (b) => this.ids[b]);
    this.#rows = this.#makeRows();
    this.#step.forget();
  }

  /** Copies the decoder's input [H] of text b in the last run. Call it before the engine does anything else. */
  hidden(b: number): Float32Array {
    const { address, width } = this.#hidden!;
    return this.#network.embedding.weight.engine.floats(offset(address, b * width), width).slice();
  }

  /** Frees the states. */
  [Symbol.dispose](): void {
    this.#step.forget();
    this.carried[Symbol.dispose]();
  }

  #makeRows(): Float32Array[] {
    return Array.from(this.ids, () => new Float32Array(this.#network.embedding.weight.shape[0]));
  }

  #forward(): void {
    const { logits, hidden, state } = this.#network.forward(this.ids, 1, this.ids.length, this.carried.state);
    this.carried.carry(state);
    this.#address = logits.address;
    this.#hidden = { address: hidden.address, width: hidden.shape.at(-1)! };
  }
}
