import { Scope } from "../../src/tensor/mod.ts";
import {
  AttentionPooling,
  Convolution,
  dropout,
  type Engine,
  gather,
  Linear,
  lockedDropout,
  makeRecurrent,
  maskSteps,
  Module,
  type Parameter,
  permute,
  PictureConvolution,
  Random,
  type Recurrent,
  type RecurrentState,
  relu,
  reshape,
  type SequenceResult,
  type Tensor,
} from "../../src/nn/mod.ts";
import { average, convolveAndPool, hasAttention, pooledWidth, poolStates } from "../labels/mod.ts";
import type { VectorClassifierConfig } from "./hyperparameters.ts";

/** Options of a `VectorClassifierNetwork`. */
export interface VectorNetworkOptions {
  /** The engine that holds the parameters. */
  readonly engine: Engine;
  /** Seed of the initial weights. */
  readonly seed: number;
}

/** Height and width to which strided convolutions reduce pictures, at most. */
const SMALL = 8;

/**
 * Reads pictures: convolutions of stride 2, each with twice as many filters as the one before, until height and width
 * are at most 8, then a linear layer.
 */
export class PictureReader extends Module {
  /** The convolutions. */
  readonly convolutions: readonly PictureConvolution[];
  /** The linear layer: the last convolution's values to features. */
  readonly projection: Linear;
  #picture: readonly [height: number, width: number, channels: number];

  /** Creates a reader of pictures `[height, width, channels]` with random initial weights. */
  constructor(
    picture: readonly [height: number, width: number, channels: number],
    { filters, output, ...options }: { filters: number; output: number; engine: Engine; random: Random },
  ) {
    super();
    this.#picture = picture;
    let [height, width, input] = picture;
    const convolutions: PictureConvolution[] = [];
    while (convolutions.length === 0 || height > SMALL || width > SMALL) {
      const count = filters * 2 ** convolutions.length;
      convolutions.push(new PictureConvolution({ input, filters: count, width: 3, stride: 2, padding: 1, ...options }));
      [height, width, input] = [Math.ceil(height / 2), Math.ceil(width / 2), count];
    }
    this.convolutions = convolutions;
    this.projection = new Linear({ input: height * width * input, output, ...options });
  }

  /** Maps pictures `[N, channels height width]` to features `[N, output]`. */
  forward(pictures: Tensor): Tensor {
    const [height, width, channels] = this.#picture;
    const [N] = pictures.shape;
    const last = permute(reshape(pictures, [N, channels, height, width]), [0, 2, 3, 1]);
    const maps = this.convolutions.reduce((x, convolution) => relu(convolution.forward(x)), last);
    return relu(this.projection.forward(reshape(maps, [N, -1])));
  }
}

/** One member of an ensemble: convolutions if the configuration has some, recurrent layers, pooling and output. */
export class VectorClassifierMember extends Module {
  /** Reads each frame, if frames are pictures. */
  readonly pictures: PictureReader | undefined;
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
    const { cell, picture, conv, hidden, layers, bidirectional, pooling, labels } = config;
    const filters = config.filters ?? hidden;
    this.#config = config;
    if (picture) {
      const channels = config.input / (picture[0] * picture[1]);
      this.pictures = new PictureReader([...picture, channels], {
        filters: config.pictureFilters,
        output: hidden,
        ...options,
      });
    }
    const input = picture ? hidden : config.input;
    this.convolution = conv ? new Convolution({ input, filters, width: conv, ...options }) : undefined;
    this.rnn = makeRecurrent(cell, {
      input: conv ? filters : input,
      hidden,
      layers,
      rounds: config.mogrifierRounds,
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
    const { pooling, dropout: rate, inputDropout, convPool } = this.#config;
    const features = this.pictures ? this.#readPictures(this.pictures, inputs, lengths) : inputs;
    const read = convolveAndPool(
      { steps: lockedDropout(features, inputDropout), lengths },
      this.convolution,
      convPool ?? 1,
    );
    const { output, last } = this.rnn.forward(read.steps, { lengths: read.lengths });
    const { pooled } = poolStates({
      pooling,
      attention: this.attention,
      directions: this.rnn.directions,
      states: output,
      last,
      lengths: read.lengths,
    });
    return this.classifier.forward(dropout(pooled, rate));
  }

  /** Whether the last state alone is the result. */
  get isLast(): boolean {
    return this.#config.pooling === "last";
  }

  /** Reads the next frame `[1, I]` of a sequence that is read forward only, and returns the state `[1, H]` after it. */
  step(inputs: Tensor, state: RecurrentState): SequenceResult {
    return this.rnn.step(this.pictures ? this.pictures.forward(inputs) : inputs, state);
  }

  /** Reads the pictures of all sequences but not the padding, and returns features `[T, B, H]`. */
  #readPictures(reader: PictureReader, inputs: Tensor, lengths: Int32Array): Tensor {
    const [T, B, I] = inputs.shape;
    if (Scope.of(inputs.engine, "read pictures").isTraced) {
      // How many steps are no padding is not known in a traced run, so the padding is read too, and masked afterwards.
      return maskSteps(reshape(reader.forward(reshape(inputs, [T * B, I])), [T, B, -1]), lengths);
    }
    const places = Int32Array.from({ length: T * B }, (_, i) => i).filter((i) => Math.floor(i / B) < lengths[i % B]);
    const back = new Int32Array(T * B).fill(-1);
    places.forEach((place, i) => back[place] = i);
    const features = reader.forward(gather(reshape(inputs, [T * B, I]), places));
    return gather(features, back, [T, B]);
  }
}

/**
 * The network of a classifier of vector sequences: an ensemble whose logits are averaged.
 *
 * @example
 * ```ts
 * import { FrameProcessor, VectorClassifier } from "@elman/elman";
 * import { vectorSequence } from "@elman/elman/data";
 * import { inference, tensor } from "@elman/elman/nn";
 * import type { PictureReader, VectorClassifierMember, VectorClassifierNetwork } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const processor = FrameProcessor.fit([vectorSequence([[1], [2]])]);
 * const model = VectorClassifier.create({ processor, labels: ["up", "down"], members: 2, hidden: 4 });
 * const network: VectorClassifierNetwork = model.network;
 * const [first]: readonly VectorClassifierMember[] = network.members;
 * const pictures: PictureReader | undefined = first.pictures;
 * assertEquals(pictures, undefined); // The frames are no pictures.
 * inference(() => {
 *   const inputs = tensor(new Float32Array(5 * 3 * 2), [5, 3, 2]);
 *   assertEquals(first.forward(inputs, Int32Array.of(5, 2, 4)).shape, [3, 2]);
 *   assertEquals(network.forward(inputs, Int32Array.of(5, 2, 4)).shape, [3, 2]);
 * });
 * ```
 */
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
