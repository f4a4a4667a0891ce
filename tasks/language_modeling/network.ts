import { InputRangeError } from "../../errors.ts";
import { TIED_RANGE } from "../../src/nn/initialisation.ts";
import {
  type AdaptiveSoftmax,
  type ClassSample,
  dropout,
  Embedding,
  type Engine,
  initialiseConstant,
  initialiseUniform,
  Linear,
  lockedDropout,
  makeRecurrent,
  Module,
  type Parameter,
  penalizeActivations,
  penalizeChanges,
  type Precision,
  Random,
  type Recurrent,
  type RecurrentState,
  type SequenceOptions,
  type Tensor,
} from "../../src/nn/mod.ts";
import { hiddenSizesOf, type LanguageModelConfig, type LanguageModelSettings } from "./hyperparameters.ts";
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

/** Options of `LanguageNetwork.loss`. */
export interface LanguageLossOptions
  extends Partial<Pick<LanguageModelSettings, "activationRegularization" | "temporalRegularization">> {
  /** The words over which the loss is computed, drawn for its targets. Default: all words. */
  readonly sample?: ClassSample;
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
  #inputDropout: number;
  #outputDropout: number;
  #isLocked: boolean;
  #all: readonly Parameter[];

  /** Initializes the weights from the seed. Without `softmax`, it is exact. */
  constructor(
    config:
      & Omit<LanguageModelConfig, "mogrifierRounds" | "endOfText" | "dataFormat" | "softmax" | "cutoffs" | "divValue">
      & Partial<LanguageModelConfig>,
    { engine, seed, initRange = null }: LanguageNetworkOptions,
  ) {
    super();
    const { cell, vocabSize, embed, dropout, hiddenDropout, weightDropout, tied } = config;
    const options = { engine, random: new Random(seed, { engine }) };
    this.embedding = new Embedding({ size: vocabSize, width: embed, dropout: config.embedDropout, ...options });
    this.rnn = makeRecurrent(cell, {
      input: embed,
      hidden: hiddenSizesOf(config),
      rounds: config.mogrifierRounds,
      dropout: hiddenDropout ?? dropout,
      lockedDropout: config.lockedDropout,
      weightDropout,
      ...options,
    });
    const weight = tied ? this.embedding.weight : undefined;
    this.decoder = makeOutput({ ...config, hidden: this.rnn.projected }, { weight, ...options });
    this.#inputDropout = config.inputDropout ?? dropout;
    this.#outputDropout = config.outputDropout ?? dropout;
    this.#isLocked = config.lockedDropout;
    this.#all = this.parameters();
    if (initRange !== null) {
      for (const parameter of this.parameters()) initialiseUniform(parameter, initRange, options.random);
    } else if (tied) {
      initialiseUniform(this.embedding.weight, TIED_RANGE, options.random);
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
   * Computes the logits [T, B, V] of the token after each of the ids [T, B], the decoder's input `hidden` [T, B, H],
   * and the state after the last.
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
   * Computes the mean loss `[]`, in nats per token, of `targets` [T, B] as the tokens after the ids [T, B], and the
   * state after the last. Negative targets are ignored. It stores only a part of the logits at a time. Penalties change
   * the gradient, not the loss. With a `sample` for the targets, the loss is that over its words.
   * Throws `RangeError` if there is one for an adaptive softmax.
   */
  loss(
    ids: Int32Array,
    targets: Int32Array,
    T: number,
    B: number,
    state?: RecurrentState,
    { temporalRegularization = 0, activationRegularization = 0, sample }: LanguageLossOptions = {},
  ): { loss: Tensor; state: RecurrentState } {
    const { output, state: next } = this.#read(ids, T, B, state);
    penalizeChanges(output, temporalRegularization, targets);
    const dropped = this.#drop(output, this.#outputDropout);
    penalizeActivations(dropped, activationRegularization, targets);
    return { loss: this.#outputLoss(dropped, targets, sample), state: next };
  }

  #outputLoss(hidden: Tensor, targets: Int32Array, sample: ClassSample | undefined): Tensor {
    if (!sample) return this.decoder.loss(hidden, targets);
    if (this.decoder instanceof Linear) return this.decoder.sampledLoss(hidden, sample);
    throw new InputRangeError("language model loss: expected no sample with an adaptive softmax, found one");
  }

  /**
   * Computes the decoder's input [T, B, H] from the ids [T, B], and the state after the last. Sequences may have fewer
   * than T ids: `lengths` [B].
   */
  read(
    ids: Int32Array,
    T: number,
    B: number,
    state?: RecurrentState,
    lengths?: readonly number[],
  ): { output: Tensor; state: RecurrentState } {
    const { output, state: next } = this.#read(ids, T, B, state, lengths);
    return { output: this.#drop(output, this.#outputDropout), state: next };
  }

  /**
   * Computes the decoder's input [T, B, H] from vectors [T, B, E] that stand in for the embeddings, and the state after
   * the last: for networks that know more of a token than its id.
   */
  readEmbedded(embedded: Tensor, state?: RecurrentState): { output: Tensor; state: RecurrentState } {
    const { output, state: next } = this.#readEmbedded(embedded, { state });
    return { output: this.#drop(output, this.#outputDropout), state: next };
  }

  /** Computes the last layer's output [T, B, H]. */
  #read(
    ids: Int32Array,
    T: number,
    B: number,
    state?: RecurrentState,
    lengths?: readonly number[],
  ): { output: Tensor; state: RecurrentState } {
    return this.#readEmbedded(this.embedding.forward(ids, [T, B]), { state, lengths });
  }

  #readEmbedded(embedded: Tensor, options: SequenceOptions): { output: Tensor; state: RecurrentState } {
    return this.rnn.forward(this.#drop(embedded, this.#inputDropout), options);
  }

  #drop(x: Tensor, rate: number): Tensor {
    return this.#isLocked ? lockedDropout(x, rate) : dropout(x, rate);
  }
}
