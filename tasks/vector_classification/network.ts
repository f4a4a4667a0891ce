import {
  AttentionPooling,
  Convolution,
  dropout,
  type Engine,
  Linear,
  lockedDropout,
  makeRecurrent,
  maxPool,
  Module,
  type Parameter,
  Random,
  type Recurrent,
  relu,
  type Tensor,
} from "../../src/nn/mod.ts";
import { average, hasAttention, pooledWidth, poolStates } from "../labels/mod.ts";
import type { VectorClassifierConfig } from "./hyperparameters.ts";

/** Options of a `VectorClassifierNetwork`. */
export interface VectorNetworkOptions {
  /** The engine that holds the parameters. */
  readonly engine: Engine;
  /** Seed of the initial weights. */
  readonly seed: number;
}

/** One member of an ensemble: a convolution if the configuration has one, recurrent layers, pooling and output. */
export class VectorClassifierMember extends Module {
  /** The convolution over time before the recurrent layers, if the configuration has one. */
  readonly convolution: Convolution | undefined;
  /** The recurrent layers. */
  readonly rnn: Recurrent;
  /** The attention pooling, if the configuration uses it. */
  readonly attention: AttentionPooling | undefined;
  /** The output layer: pooled states to logits. */
  readonly classifier: Linear;
  #config: VectorClassifierConfig;

  /** Creates a member with random initial weights. */
  constructor(config: VectorClassifierConfig, options: { engine: Engine; random: Random }) {
    super();
    const { cell, input, conv, hidden, layers, bidirectional, pooling, labels } = config;
    const filters = config.filters ?? hidden;
    this.#config = config;
    this.convolution = conv ? new Convolution({ input, filters, width: conv, ...options }) : undefined;
    this.rnn = makeRecurrent(cell, {
      input: conv ? filters : input,
      hidden,
      layers,
      bidirectional,
      dropout: config.dropout,
      lockedDropout: true,
      ...options,
    });
    const width = hidden * this.rnn.directions;
    this.attention = hasAttention(pooling) ? new AttentionPooling({ input: width, ...options }) : undefined;
    this.classifier = new Linear({ input: pooledWidth(pooling, width), output: labels.length, ...options });
  }

  /** Computes logits `[B, labels]` of inputs `[T, B, I]`, sequences of the given lengths padded to T. */
  forward(inputs: Tensor, lengths: Int32Array): Tensor {
    const { pooling, dropout: rate, inputDropout } = this.#config;
    const read = this.#convolve(lockedDropout(inputs, inputDropout), lengths);
    const { output, state } = this.rnn.forward(read.steps, { lengths: read.lengths });
    const { pooled } = poolStates({
      pooling,
      attention: this.attention,
      directions: this.rnn.directions,
      states: output,
      last: state.h,
      lengths: read.lengths,
    });
    return this.classifier.forward(dropout(pooled, rate));
  }

  /** Returns the inputs of the recurrent layers and their lengths. */
  #convolve(inputs: Tensor, lengths: Int32Array): { steps: Tensor; lengths: Int32Array } {
    if (!this.convolution) return { steps: inputs, lengths };
    const features = relu(this.convolution.forward(inputs, lengths));
    const size = this.#config.convPool ?? 1;
    if (size === 1) return { steps: features, lengths };
    return { steps: maxPool(features, lengths, size), lengths: lengths.map((length) => Math.ceil(length / size)) };
  }
}

/** The network of a classifier of vector sequences: an ensemble whose logits are averaged. */
export class VectorClassifierNetwork extends Module {
  /** The engine that holds the parameters. */
  readonly engine: Engine;
  /** The members. */
  readonly members: readonly VectorClassifierMember[];

  /** Creates a network with initial weights drawn from the seed. */
  constructor(config: VectorClassifierConfig, { engine, seed }: VectorNetworkOptions) {
    super();
    const options = { engine, random: new Random(seed, { engine }) };
    this.engine = engine;
    this.members = Array.from({ length: config.members }, () => new VectorClassifierMember(config, options));
  }

  /** The members' layers; a single member's layers have no prefix. */
  override *children(): Iterable<[name: string, child: Parameter | Module]> {
    if (this.members.length !== 1) return yield* super.children();
    yield* this.members[0].children();
  }

  /** Computes the members' mean logits of inputs `[T, B, I]`, sequences of the given lengths padded to T. */
  forward(inputs: Tensor, lengths: Int32Array): Tensor {
    return average(this.members.map((member) => member.forward(inputs, lengths)));
  }
}
