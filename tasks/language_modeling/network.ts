import {
  type AdaptiveSoftmax,
  dropout,
  Embedding,
  type Engine,
  initialiseConstant,
  initialiseUniform,
  type Linear,
  makeRecurrent,
  Module,
  type Parameter,
  type Precision,
  Random,
  type Recurrent,
  type RecurrentState,
  type Tensor,
} from "../../src/nn/mod.ts";
import type { LanguageModelConfig } from "./hyperparameters.ts";
import { makeOutput } from "./output_layer.ts";

/** Options of a `LanguageNetwork`. */
export interface LanguageNetworkOptions {
  /** The engine that holds its parameters. */
  readonly engine: Engine;
  /** Seed of the initial weights. */
  readonly seed: number;
  /** Draws all weights uniformly from [-initRange, initRange); null for each layer's own range. Default: null. */
  readonly initRange?: number | null;
}

/**
 * Computes logits [T, B, V] from ids [T, B] with an embedding, recurrent layers and a decoder.
 *
 * @example
 * ```ts
 * import { CharTokenizer, LanguageModel } from "@elman/elman";
 * import { inference } from "@elman/elman/nn";
 * import type { LanguageNetwork } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const tokenizer = CharTokenizer.train("to be or not");
 * const network: LanguageNetwork = LanguageModel.create({ tokenizer, hidden: 8 }).network;
 * inference(() => {
 *   const { logits, state } = network.forward(tokenizer.encode("to be"), 5, 1);
 *   assertEquals(logits.shape, [5, 1, tokenizer.size]);
 *   assertEquals(state.h.shape, [1, 1, 8]);
 * });
 * ```
 */
export class LanguageNetwork extends Module {
  /** Maps ids to vectors [T, B, E]. */
  readonly embedding: Embedding;
  /** The recurrent layers. */
  readonly rnn: Recurrent;
  /** Maps hidden states [T, B, H] to logits [T, B, V]; those of an adaptive softmax are log-probabilities. */
  readonly decoder: Linear | AdaptiveSoftmax;
  #dropout: number;
  #all: readonly Parameter[];

  /** Initializes the weights from the seed. Without `softmax`, it is exact. */
  constructor(
    config: Omit<LanguageModelConfig, "endOfText" | "softmax" | "cutoffs" | "divValue"> & Partial<LanguageModelConfig>,
    { engine, seed, initRange = null }: LanguageNetworkOptions,
  ) {
    super();
    const { cell, vocabSize, embed, hidden, layers, dropout, tied } = config;
    const options = { engine, random: new Random(seed, { engine }) };
    this.embedding = new Embedding({ size: vocabSize, width: embed, ...options });
    this.rnn = makeRecurrent(cell, { input: embed, hidden, layers, dropout, ...options });
    const weight = tied ? this.embedding.weight : undefined;
    this.decoder = makeOutput(config, { weight, ...options });
    this.#dropout = dropout;
    this.#all = this.parameters();
    if (initRange !== null) {
      for (const parameter of this.parameters()) initialiseUniform(parameter, initRange, options.random);
    } else if (tied) {
      // Embeddings of unit variance would make the initial logits far too large.
      initialiseUniform(this.embedding.weight, 1 / Math.sqrt(hidden), options.random);
      if ("bias" in this.decoder && this.decoder.bias) initialiseConstant(this.decoder.bias, 0);
    }
  }

  /** A number that grows with every change of a parameter. */
  get version(): number {
    let sum = 0;
    for (const parameter of this.#all) sum += parameter.version;
    return sum;
  }

  /** Sets the precision in which weight matrices are read outside training. */
  setPrecision(precision: Precision): void {
    for (const parameter of this.#all) if (parameter.shape.length === 2) parameter.precision = precision;
  }

  /**
   * Computes the logits [T, B, V] of the token after each of the ids [T, B], the decoder's input `hidden` [T, B, H], and
   * the state after the last.
   */
  forward(
    ids: Int32Array,
    T: number,
    B: number,
    state?: RecurrentState,
  ): { logits: Tensor; hidden: Tensor; state: RecurrentState } {
    const { output, state: next } = this.read(ids, T, B, state);
    return { logits: this.decoder.forward(output), hidden: output, state: next };
  }

  /**
   * Computes the mean loss `[]`, in nats per token, of `targets` [T, B] as the tokens after the ids [T, B], and the state
   * after the last. Negative targets are ignored. It stores only a part of the logits at a time.
   */
  loss(
    ids: Int32Array,
    targets: Int32Array,
    T: number,
    B: number,
    state?: RecurrentState,
  ): { loss: Tensor; state: RecurrentState } {
    const { output, state: next } = this.read(ids, T, B, state);
    return { loss: this.decoder.loss(output, targets), state: next };
  }

  /** Computes the decoder's input [T, B, H] from the ids [T, B], and the state after the last. */
  read(ids: Int32Array, T: number, B: number, state?: RecurrentState): { output: Tensor; state: RecurrentState } {
    const embedded = dropout(this.embedding.forward(ids, [T, B]), this.#dropout);
    const { output, state: next } = this.rnn.forward(embedded, { state });
    return { output: dropout(output, this.#dropout), state: next };
  }
}
