import { Scope } from "../../src/tensor/mod.ts";
import {
  add,
  affine,
  AttentionPooling,
  concat,
  dropout,
  Embedding,
  type Engine,
  gather,
  initialiseNormal,
  Linear,
  lockedDropout,
  makeRecurrent,
  maxSteps,
  meanSteps,
  Module,
  mul,
  type Parameter,
  permute,
  Random,
  type Recurrent,
  reshape,
  slice,
  type Tensor,
  tensor,
} from "../../src/nn/mod.ts";
import type { ClassifierConfig } from "./hyperparameters.ts";

/**
 * Deviation of the first embeddings. Larger ones drown what little is learned of each of many rare words: 1, as language models have it, costs
 * several points of accuracy.
 */
const FIRST_DEVIATION = 0.1;

/** Options of a `ClassifierNetwork`. */
export interface ClassifierNetworkOptions {
  /** The engine in whose memory it lives. */
  readonly engine: Engine;
  /** Seed of the first values. */
  readonly seed: number;
  /** The id that words have which the vocabulary lacks; dropped words become zeros where there is none. */
  readonly unknownId?: number;
}

/** What a pass gives. */
export interface ClassifierOutput {
  /** Scores [B, labels]. */
  readonly logits: Tensor;
  /** How much attention paid to each token [B, T]; none without attention. */
  readonly attention: Tensor | undefined;
}

/** Embedding, recurrent layers, pooling and a linear classifier: ids to scores of labels. A network has one or more of them. */
export class ClassifierMember extends Module {
  /** Ids to vectors. */
  readonly embedding: Embedding;
  /** The recurrent layers. */
  readonly rnn: Recurrent;
  /** Weighs the states, where the pooling asks for it. */
  readonly attention: AttentionPooling | undefined;
  /** Pooled states to scores. */
  readonly classifier: Linear;
  #config: ClassifierConfig;
  #unknownId: number;

  /** Draws the first weights. */
  constructor(config: ClassifierConfig, options: { engine: Engine; random: Random }, unknownId: number) {
    super();
    const { cell, vocabSize, embed, hidden, layers, bidirectional, pooling, labels } = config;
    this.#config = config;
    this.#unknownId = unknownId;
    this.embedding = new Embedding({ size: vocabSize, width: embed, ...options });
    initialiseNormal(this.embedding.weight, FIRST_DEVIATION, options.random);
    this.rnn = makeRecurrent(cell, {
      input: embed,
      hidden,
      layers,
      bidirectional,
      dropout: config.dropout,
      lockedDropout: true,
      ...options,
    });
    const width = hidden * this.rnn.directions;
    const hasAttention = pooling === "attention" || pooling === "concat";
    this.attention = hasAttention ? new AttentionPooling({ input: width, ...options }) : undefined;
    this.classifier = new Linear({ input: width * (pooling === "concat" ? 4 : 1), output: labels.length, ...options });
  }

  /** Scores of B texts of the given lengths, padded to T: ids [T, B]. What stands beyond a length reaches nothing. */
  forward(ids: Int32Array, lengths: Int32Array): ClassifierOutput {
    return this.read(this.embed(ids, lengths.length), lengths);
  }

  /** Scores of texts from their words' vectors [T, B, E]. */
  read(embedded: Tensor, lengths: Int32Array): ClassifierOutput {
    const { output, state } = this.rnn.forward(embedded, { lengths });
    const { pooled, attention } = this.#pool(output, state.h, lengths);
    return { logits: this.classifier.forward(dropout(pooled, this.#config.dropout)), attention };
  }

  /** The vectors [T, B, E] of ids [T, B]; in training some are dropped. */
  embed(ids: Int32Array, B: number): Tensor {
    const T = ids.length / B;
    const { engine } = this.embedding.weight;
    const { wordDropout, embedDropout, inputDropout } = this.#config;
    const { training } = Scope.of(engine, "classify");
    if (!training) return this.embedding.forward(ids, [T, B]);
    const kept = wordDropout === 0 ? ids : this.#dropWords(ids, wordDropout);
    const vectors = gather(this.embedding.weight, kept, [T, B]);
    return lockedDropout(embedDropout === 0 ? vectors : this.#dropTypes(vectors, kept, embedDropout), inputDropout);
  }

  /** Reads some words as unknown, or as zeros where nothing is. */
  #dropWords(ids: Int32Array, rate: number): Int32Array {
    const mask = this.#mask(ids.length, rate);
    return ids.map((id, i) => mask[i] === 0 ? this.#unknownId : id);
  }

  /** Drops all occurrences of some words, and scales the others. */
  #dropTypes(vectors: Tensor, ids: Int32Array, rate: number): Tensor {
    const { engine, shape: [V] } = this.embedding.weight;
    const mask = this.#mask(V, rate);
    const scales = Float32Array.from(ids, (id) => id < 0 ? 0 : mask[id]);
    return mul(vectors, tensor(scales, [...vectors.shape.slice(0, 2), 1], { engine }));
  }

  /** Zeros with the probability `rate`, and elsewhere 1 / (1 - rate). */
  #mask(count: number, rate: number): Float32Array {
    const { engine } = this.embedding.weight;
    return dropout(tensor(new Float32Array(count).fill(1), [count], { engine }), rate).toArray();
  }

  /** One vector for each text from its states [T, B, K] and the layers' last states [layers D, B, H]. */
  #pool(states: Tensor, last: Tensor, lengths: Int32Array): { pooled: Tensor; attention: Tensor | undefined } {
    const { pooling } = this.#config;
    const weighed = this.attention?.forward(states, lengths);
    const poolings = {
      last: () => this.#lastStates(last),
      mean: () => meanSteps(states, lengths),
      max: () => maxSteps(states, lengths),
      attention: () => weighed!.pooled,
    };
    const pooled = pooling === "concat"
      ? concat(Object.values(poolings).map((pool) => pool()), 1)
      : poolings[pooling]();
    return { pooled, attention: weighed?.weights };
  }

  /** The last layer's last states [B, D H]. */
  #lastStates(states: Tensor): Tensor {
    const [count, B, H] = states.shape;
    const { directions } = this.rnn;
    return reshape(permute(slice(states, 0, count - directions, count), [1, 0, 2]), [B, directions * H]);
  }
}

/**
 * The network of a classifier: members that read a text each on its own and are asked for the mean of their scores. Members differ in their first
 * weights and in what dropout leaves out; together they are right more often, and less sure where they are wrong (Lakshminarayanan et al.
 * 2017).
 */
export class ClassifierNetwork extends Module {
  /** The members. */
  readonly members: readonly ClassifierMember[];

  /** Draws the first weights by the seed. */
  constructor(config: ClassifierConfig, { engine, seed, unknownId = -1 }: ClassifierNetworkOptions) {
    super();
    const options = { engine, random: new Random(seed, { engine }) };
    this.members = Array.from({ length: config.members }, () => new ClassifierMember(config, options, unknownId));
  }

  /** The engine in whose memory it lives. */
  get engine(): Engine {
    return this.members[0].embedding.weight.engine;
  }

  /** The parts of the members, under their own names where there is one member. */
  override children(): Iterable<[name: string, child: Parameter | Module]> {
    return this.members.length === 1 ? this.members[0].children() : super.children();
  }

  /** The members' mean scores of B texts of the given lengths, padded to T: ids [T, B]. */
  forward(ids: Int32Array, lengths: Int32Array): ClassifierOutput {
    const outputs = this.members.map((member) => member.forward(ids, lengths));
    const attentions = outputs.flatMap(({ attention }) => attention ?? []);
    return {
      logits: average(outputs.map(({ logits }) => logits)),
      attention: attentions.length === 0 ? undefined : average(attentions),
    };
  }
}

/** The mean of tensors of the same shape. */
export function average(tensors: readonly Tensor[]): Tensor {
  return tensors.length === 1 ? tensors[0] : affine(tensors.reduce(add), 1 / tensors.length);
}
