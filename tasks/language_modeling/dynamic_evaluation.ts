import { InputRangeError } from "../../errors.ts";
import type { Address, Block } from "../../src/engine/mod.ts";
import { CarriedState, type Engine, type Parameter, type RecurrentState, training } from "../../src/nn/mod.ts";
import { choice, integer, number, type Schema } from "../../src/schema/mod.ts";
import { Breather } from "../../src/train/mod.ts";
import type { LanguageNetwork } from "./network.ts";
import type { TokenStreams, Window } from "./windows.ts";

/** How dynamic evaluation changes parameters. */
export type DynamicRule = "rms" | "sgd";

/** Settings of dynamic evaluation. */
export interface DynamicSettings {
  /**
   * `rms` divides gradients by the root of their mean square, `sgd` does not. Default: "rms" with the gradients of a
   * text, else "sgd".
   */
  readonly rule: DynamicRule;
  /** Learning rate. Default: 0.03 for `sgd`; 3e-5 for `rms` with the gradients of a text, else 3e-4. */
  readonly learningRate: number;
  /**
   * Share by which parameters return to their trained values at each update; with `rms`, that of a parameter whose
   * gradients are of average size. Default: 0.001.
   */
  readonly decay: number;
  /** Added to the root of the mean square in `rms`. Default: 1e-5. */
  readonly epsilon: number;
  /** Time steps that are read between two updates. Default: 5. */
  readonly bptt: number;
}

/**
 * Learning rate of `rms` with the gradients of a text. They are means over many streams, so that they are smaller than
 * those of the evaluated text, and steps larger.
 */
export const STATISTICS_RATE = 3e-5;

/** Schema of the settings of dynamic evaluation. */
export const DYNAMIC_EVALUATION: Schema<DynamicSettings> = {
  rule: choice(["rms", "sgd"], { default: "sgd", help: "How parameters change." }),
  learningRate: number({
    min: 0,
    default: ({ rule }) => rule === "sgd" ? 0.03 : 3e-4,
    help: "Learning rate of dynamic evaluation.",
  }),
  decay: number({ min: 0, max: 1, default: 0.001, help: "Share by which parameters return to their trained values." }),
  epsilon: number({ above: 0, default: 1e-5, help: "Added to the root of the mean squared gradient." }),
  bptt: integer({ min: 1, default: 5, help: "Time steps between two updates." }),
};

/** Number of gradients of the evaluated text from which on they are taken to show how large gradients are. */
const WARM_UP = 100;

/** The networks whose parameters are not the trained ones for the time being. */
const ADAPTING = new WeakSet<LanguageNetwork>();

/** The memory of a parameter. */
interface Place {
  readonly parameter: Parameter;
  /** The trained values. */
  readonly trained: Block;
  /** Sums of squared gradients; none with `sgd`. */
  readonly squares: Block | undefined;
}

/**
 * Trains a network on a text while it reads it (Krause et al. 2018): after each window, a step against the gradient of
 * the window's loss, and a step back towards the trained parameters. With `rms`, a parameter w with the gradient g and
 * the root mean square r changes by
 *
 *     -learningRate g / (r + epsilon) + min(1, decay r / mean(r)) (trained - w),
 *
 * where mean(r) is the mean over the parameters' means. If r comes from the evaluated text, the learning rate grows
 * linearly over the first 100 updates. Dispose of it to restore the trained parameters, bit for bit.
 */
export class DynamicEvaluation implements Disposable {
  /** The settings. */
  readonly settings: DynamicSettings;
  #network: LanguageNetwork;
  #streams: number;
  #places: readonly Place[];
  #start: CarriedState;
  /** Number of gradients in the sums of squares. */
  #count = 0;
  /** Whether the sums of squares are complete, or grow with the text. */
  #isFixed = false;
  /** The mean of the roots, and the number of gradients from which it was computed. */
  #meanRoot = { count: 0, value: 1 };

  /**
   * Keeps a copy of the parameters of a network that reads a number of streams. Throws `RangeError` if the network is
   * already adapting to a text: its parameters are not the trained ones.
   */
  constructor(network: LanguageNetwork, settings: DynamicSettings, streams: number) {
    if (ADAPTING.has(network)) {
      throw new InputRangeError(
        "adapt to a text: expected one dynamic evaluation of the model at a time, found a second one",
      );
    }
    this.settings = settings;
    this.#network = network;
    this.#streams = streams;
    this.#start = CarriedState.zeros(network.rnn, streams);
    this.#places = network.parameters().map((parameter) => {
      const trained = this.#engine.allocate(parameter.size * 4);
      copy(this.#engine, parameter.address, trained.address, parameter.size);
      const squares = settings.rule === "rms" ? this.#engine.allocate(parameter.size * 4) : undefined;
      return { parameter, trained, squares };
    });
    ADAPTING.add(network);
  }

  get #engine(): Engine {
    return this.#network.embedding.weight.engine;
  }

  /**
   * Computes the mean squares from the gradients of a text, such as the training text. Without it, they are those of
   * the text that has been read.
   */
  async collect(text: TokenStreams, signal?: AbortSignal): Promise<void> {
    const carried = CarriedState.zeros(this.#network.rnn, text.batch);
    const breather = new Breather();
    try {
      for (let index = 0; index < text.windows; index++) {
        const window = await text.window(index);
        carried.clear(window.begins);
        this.#differentiate(window, text.batch, carried.state, (state) => carried.carry(state));
        this.#count++;
        this.#changeAll(0, 0, true);
        signal?.throwIfAborted();
        await breather.breathe();
      }
    } finally {
      carried[Symbol.dispose]();
    }
    this.#isFixed = true;
  }

  /** Keeps the state with which a window begins. */
  hold(state: RecurrentState): void {
    this.#start.carry(state);
  }

  /** Updates the parameters by a window that has been read from the state that is held. */
  update(window: Window): void {
    const { learningRate, decay, rule } = this.settings;
    if (window.tokens === 0) return;
    this.#differentiate(window, this.#streams, this.#start.state);
    if (!this.#isFixed) this.#count++;
    let adds = !this.#isFixed;
    if (rule === "rms" && this.#isMeanDue) {
      if (adds) this.#changeAll(0, 0, true);
      adds = false;
      this.#meanRoot = { count: this.#count, value: this.#computeMeanRoot() };
    }
    this.#changeAll(learningRate * this.#warmUp, rule === "sgd" ? decay : decay / this.#meanRoot.value, adds);
    for (const { parameter } of this.#places) parameter.touch();
  }

  /** Restores the trained parameters and frees the memory. */
  [Symbol.dispose](): void {
    // The network may be adapting to another text by now.
    if (this.#places.some(({ trained }) => trained.isFreed)) return;
    this.#start[Symbol.dispose]();
    ADAPTING.delete(this.#network);
    for (const { parameter, trained, squares } of this.#places) {
      copy(this.#engine, trained.address, parameter.address, parameter.size);
      parameter.touch();
      parameter.zeroGradient();
      this.#engine.release(trained);
      if (squares) this.#engine.release(squares);
    }
  }

  #differentiate(
    { inputs, targets, T }: Window,
    B: number,
    start: RecurrentState,
    take?: (state: RecurrentState) => void,
  ): void {
    for (const { parameter } of this.#places) parameter.zeroGradient();
    training(() => {
      const { loss, state } = this.#network.loss(inputs, targets, T, B, start);
      loss.backward();
      take?.(state);
    }, { engine: this.#engine, dropout: false });
  }

  #changeAll(rate: number, decay: number, adds: boolean): void {
    const share = 1 / this.#count;
    for (const { parameter, trained, squares } of this.#places) {
      const places = [parameter.address, parameter.zeroedGradient(), trained.address, squares?.address ?? 0] as const;
      this.#engine.run(
        "dynamic_step",
        parameter.size,
        ...places,
        adds ? 1 : 0,
        share,
        rate,
        decay,
        this.settings.epsilon,
      );
    }
  }

  /** The factor on the learning rate: the first gradients alone do not show how large gradients are. */
  get #warmUp(): number {
    return this.settings.rule === "sgd" || this.#isFixed ? 1 : Math.min(1, this.#count / WARM_UP);
  }

  /** Whether the number of gradients has grown by a tenth, so that the mean of the roots may have changed. */
  get #isMeanDue(): boolean {
    return this.#count >= this.#meanRoot.count * 1.1;
  }

  /** The mean over the parameters of the means of their roots; 1 if there is no gradient yet. */
  #computeMeanRoot(): number {
    let sum = 0;
    for (const { parameter: { size }, squares } of this.#places) {
      const own = this.#engine.floats(squares!.address, size);
      let roots = 0;
      for (let i = 0; i < size; i++) roots += Math.sqrt(own[i]);
      sum += roots / size;
    }
    return sum / this.#places.length / Math.sqrt(this.#count) || 1;
  }
}

function copy(engine: Engine, from: Address, to: Address, count: number): void {
  engine.change(to, count, (own) => own.set(engine.floats(from, count)));
}
