import {
  add,
  affine,
  broadcastTo,
  concat,
  dropout,
  Embedding,
  type Engine,
  initialiseConstant,
  initialiseNormal,
  Linear,
  makeRecurrent,
  Module,
  type Parameter,
  Random,
  type Recurrent,
  relu,
  reshape,
  slice,
  type Tensor,
  tensor,
} from "../../src/nn/mod.ts";
import { calendarFeatures } from "../data/series/mod.ts";
import { distributionOf } from "./distributions/mod.ts";
import type { ForecasterConfig } from "./hyperparameters.ts";
import type { SeriesProcessor } from "./series_processor.ts";
import { inputSize, type WindowBatch } from "./windows.ts";

/** Options of a `ForecastNetwork`. */
export interface ForecastNetworkOptions {
  /** The engine that holds the parameters. */
  readonly engine: Engine;
  /** Says what the network reads besides the values. */
  readonly processor: SeriesProcessor;
  /** Seed of the initial weights. */
  readonly seed: number;
}

/** Units of the layer that reads what is known ahead. */
const AHEAD_UNITS = 16;
/** Largest width of the embedding of a static covariate, and the deviation of its initial values. */
const [STATIC_WIDTH, STATIC_DEVIATION] = [8, 0.1];

/**
 * One member of a forecaster's ensemble: recurrent layers read a window step by step, a linear layer turns the last
 * state into all values to forecast at once, and a linear map of the whole window is added beside it. The last layers
 * begin at zero, so training starts from the naive forecast.
 */
export class ForecastMember extends Module {
  /** The recurrent layers. */
  readonly rnn: Recurrent;
  /** The output layer: the last state to the outputs of all values. */
  readonly head: Linear;
  /** The linear map of the window, if the configuration has one. */
  readonly linear: Linear | undefined;
  /** The embeddings of the static covariates. */
  readonly statics: readonly Embedding[];
  /** The layers that read what is known ahead of each value, if anything is. */
  readonly ahead: readonly Linear[];
  #config: ForecasterConfig;
  #outputs: number;

  /** Creates a member with random initial weights. */
  constructor(config: ForecasterConfig, processor: SeriesProcessor, options: { engine: Engine; random: Random }) {
    super();
    const { cell, hidden, layers, step, window, horizon, distribution, levels } = config;
    const { frequency, calendar, known, statics } = processor.config;
    const ahead = known.length + (calendar ? calendarFeatures(frequency!).length : 0);
    const { initial } = distributionOf(distribution, levels);
    this.#config = config;
    this.#outputs = initial.length;
    this.statics = statics.map(({ categories }) => {
      const width = Math.min(STATIC_WIDTH, Math.ceil(Math.sqrt(categories.length)));
      const embedding = new Embedding({ size: categories.length + 1, width, ...options });
      initialiseNormal(embedding.weight, STATIC_DEVIATION, options.random);
      return embedding;
    });
    const width = this.statics.reduce((sum, { weight }) => sum + weight.shape[1], 0);
    const input = inputSize(config, processor, ahead) + width;
    const depth = { layers, dropout: config.dropout, lockedDropout: true, rounds: config.mogrifierRounds };
    this.rnn = makeRecurrent(cell, { input, hidden, ...depth, ...options });
    this.head = new Linear({ input: hidden, output: horizon * initial.length, ...options });
    initialiseConstant(this.head.weight, 0);
    this.head.bias!.assign(initial.flatMap((value) => new Array(horizon).fill(value)));
    this.linear = config.linear ? zeroLinear(step * window, horizon, options) : undefined;
    this.ahead = ahead === 0 ? [] : [
      new Linear({ input: ahead, output: AHEAD_UNITS, ...options }),
      new Linear({ input: hidden, output: AHEAD_UNITS, bias: false, ...options }),
      zeroLinear(AHEAD_UNITS, 1, options),
    ];
  }

  /**
   * Computes the outputs of a batch, `[B, outputs horizon]`: each output for all values, then the next one. The first
   * output is the naive forecast and a share of its correction, all of it by default.
   */
  forward(batch: WindowBatch, correction = 1): Tensor {
    const { horizon } = this.#config;
    const state = dropout(this.#read(batch), this.#config.dropout);
    const outputs = this.head.forward(state);
    const all = [horizon, this.#outputs * horizon] as const;
    const corrected = this.#corrections(batch, state).reduce(add, slice(outputs, 1, 0, horizon));
    const naive = tensor(batch.naive, [batch.size, horizon], { engine: this.head.weight.engine });
    const center = add(correction === 1 ? corrected : affine(corrected, correction), naive);
    return concat([center, slice(outputs, 1, ...all)], 1);
  }

  /** Returns the last states of the top layer, `[B, H]`. */
  #read({ size: B, steps: T, inputs, lengths, statics }: WindowBatch): Tensor {
    const { engine } = this.head.weight;
    const parts = this.statics.map((embedding, i) => {
      const vectors = embedding.forward(statics[i], [1, B]);
      return broadcastTo(vectors, [T, ...vectors.shape.slice(1)]);
    });
    const values = tensor(inputs, [T, B, inputs.length / (T * B)], { engine });
    const x = parts.length === 0 ? values : concat([values, ...parts], 2);
    const { last } = this.rnn.forward(x, { lengths });
    return reshape(slice(last, 0, this.rnn.layers - 1, this.rnn.layers), [B, this.rnn.projected]);
  }

  /** Returns what corrects the first output of each value beside the head: the linear map, the known covariates. */
  #corrections({ size: B, values, ahead }: WindowBatch, state: Tensor): Tensor[] {
    const { engine } = this.head.weight;
    const { horizon } = this.#config;
    const parts: Tensor[] = [];
    if (this.linear) parts.push(this.linear.forward(tensor(values, [B, values.length / B], { engine })));
    if (this.ahead.length === 0) return parts;
    const [known, bias, output] = this.ahead;
    const features = known.forward(tensor(ahead, [B, horizon, known.weight.shape[1]], { engine }));
    const units = relu(add(features, reshape(bias.forward(state), [B, 1, AHEAD_UNITS])));
    return [...parts, reshape(output.forward(units), [B, horizon])];
  }
}

function zeroLinear(input: number, output: number, options: { engine: Engine; random: Random }): Linear {
  const layer = new Linear({ input, output, ...options });
  initialiseConstant(layer.weight, 0);
  initialiseConstant(layer.bias!, 0);
  return layer;
}

/**
 * The network of a forecaster: an ensemble whose members read each window independently.
 *
 * @example
 * ```ts
 * import { Forecaster } from "@elman/elman";
 * import type { ForecastMember, ForecastNetwork } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const values = Float64Array.from({ length: 60 }, (_, t) => 2 + t % 7);
 * const names = { targetName: "sales", knownNames: [], observedNames: [], staticNames: [] };
 * const data = { series: [{ id: "shop", values }], period: 7, ...names };
 * const { network }: { readonly network: ForecastNetwork } = Forecaster.create({ data, horizon: 14, members: 2 });
 * const [first]: readonly ForecastMember[] = network.members;
 * assertEquals(network.members.length, 2);
 * assertEquals(first.linear!.weight.shape[0], 14); // All values of the horizon at once.
 * ```
 */
export class ForecastNetwork extends Module {
  /** The engine that holds the parameters. */
  readonly engine: Engine;
  /** The members. */
  readonly members: readonly ForecastMember[];

  /** Creates a network with initial weights drawn from the seed. */
  constructor(config: ForecasterConfig, { engine, processor, seed }: ForecastNetworkOptions) {
    super();
    const options = { engine, random: new Random(seed, { engine }) };
    this.engine = engine;
    this.members = Array.from({ length: config.members }, () => new ForecastMember(config, processor, options));
  }

  /** The members' layers; a single member's have no prefix. */
  override *children(): Iterable<[name: string, child: Parameter | Module]> {
    if (this.members.length === 1) yield* this.members[0].children();
    else yield* super.children();
  }

  /**
   * Computes the members' mean outputs of a batch, `[B, outputs horizon]`, with a share of the correction of the naive
   * forecast.
   */
  forward(batch: WindowBatch, correction = 1): Tensor {
    const outputs = this.members.map((member) => member.forward(batch, correction));
    return outputs.length === 1 ? outputs[0] : affine(outputs.reduce(add), 1 / outputs.length);
  }
}
