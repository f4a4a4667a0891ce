import {
  type CarriedState,
  Convolution,
  type Engine,
  LayerNorm,
  Linear,
  lockedDropout,
  makeRecurrent,
  Module,
  Random,
  type Recurrent,
  relu,
  type Tensor,
} from "../../src/nn/mod.ts";
import type { SpeechConfig } from "./hyperparameters.ts";

/** The class of the blank, as in PyTorch; the classes of symbols follow it. */
export const BLANK = 0;

/** Options of a `SpeechNetwork`. */
export interface SpeechNetworkOptions {
  /** The engine that holds the parameters. */
  readonly engine: Engine;
  /** Seed of the initial weights. */
  readonly seed: number;
}

/**
 * The network of a speech recognizer: a convolution if asked for, recurrent layers and a linear layer.
 *
 * @example
 * ```ts
 * import { CharTokenizer, SoundProcessor, SpeechRecognizer } from "@elman/elman";
 * import { inference, tensor } from "@elman/elman/nn";
 * import type { SpeechNetwork } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const processor = await SoundProcessor.fit([], { bands: 10 });
 * const model = SpeechRecognizer.create({ processor, tokenizer: CharTokenizer.train("abc"), hidden: 4 });
 * const network: SpeechNetwork = model.network;
 * inference(() => {
 *   const inputs = tensor(new Float32Array(5 * 2 * 30), [5, 2, 30]);
 *   assertEquals(network.forward(inputs, Int32Array.of(5, 3)).shape, [5, 2, 4]); // The blank, a, b and c.
 * });
 * ```
 */
export class SpeechNetwork extends Module {
  /** The engine that holds the parameters. */
  readonly engine: Engine;
  /** The convolution over time before the recurrent layers, if the configuration has one. */
  readonly convolution: Convolution | undefined;
  /** The recurrent layers. */
  readonly layers: readonly Recurrent[];
  /** The normalizations of their outputs, if the configuration has them. */
  readonly norms: readonly LayerNorm[];
  /** The output layer: states to logits of the blank and the symbols. */
  readonly output: Linear;
  #dropout: number;

  /** Creates a network with initial weights drawn from the seed. */
  constructor(config: SpeechConfig, { engine, seed }: SpeechNetworkOptions) {
    super();
    const { cell, input, conv, hidden, layers, bidirectional, layerNorm, dropout } = config;
    const options = { engine, random: new Random(seed, { engine }) };
    const width = hidden * (bidirectional ? 2 : 1);
    this.engine = engine;
    this.convolution = conv === null ? undefined : new Convolution({ input, filters: hidden, width: conv, ...options });
    this.layers = Array.from({ length: layers }, (_, l) => {
      const size = l > 0 ? width : conv === null ? input : hidden;
      return makeRecurrent(cell, { input: size, hidden, bidirectional, rounds: config.mogrifierRounds, ...options });
    });
    this.norms = layerNorm ? this.layers.map(() => new LayerNorm({ width, engine })) : [];
    this.output = new Linear({ input: width, output: config.vocabSize + 1, ...options });
    this.#dropout = dropout;
  }

  /** Computes logits `[T, B, V + 1]` of inputs `[T, B, I]`, sounds of the given lengths padded to T. */
  forward(inputs: Tensor, lengths: Int32Array): Tensor {
    const read = this.convolution ? relu(this.convolution.forward(inputs, lengths)) : inputs;
    const states = this.layers.reduce((x, layer, l) => {
      return lockedDropout(this.#normed(layer.forward(x, { lengths }).output, l), this.#dropout);
    }, read);
    return this.output.forward(states);
  }

  /** Like `forward` for the next frames of sounds whose states are carried, without a convolution. */
  read(inputs: Tensor, carried: readonly CarriedState[]): Tensor {
    const states = this.layers.reduce((x, layer, l) => {
      const { output, state } = layer.forward(x, { state: carried[l].state });
      carried[l].carry(state);
      return this.#normed(output, l);
    }, inputs);
    return this.output.forward(states);
  }

  #normed(states: Tensor, layer: number): Tensor {
    return this.norms.length > 0 ? this.norms[layer].forward(states) : states;
  }
}
