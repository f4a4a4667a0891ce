import { dropEmbeddings } from "../../src/nn/embedding_dropout.ts";
import { Scope } from "../../src/tensor/mod.ts";
import {
  AttentionPooling,
  Convolution,
  dropout,
  Embedding,
  type Engine,
  gather,
  initialiseNormal,
  Linear,
  lockedDropout,
  makeRecurrent,
  Module,
  type Parameter,
  Random,
  type Recurrent,
  type Tensor,
  tensor,
} from "../../src/nn/mod.ts";
import { average, convolveAndPool, hasAttention, pooledWidth, poolStates } from "../labels/mod.ts";
import type { ClassifierConfig } from "./hyperparameters.ts";
import { LinearPart } from "./linear/mod.ts";
import { spreadAttention } from "./token_attention.ts";

/**
 * Standard deviation of the initial embeddings. Rare words get few updates, which larger initial values would drown
 * out: 1, as in language models, costs several points of accuracy.
 */
const EMBEDDING_DEVIATION = 0.1;

/** Options of a `ClassifierNetwork`. */
export interface ClassifierNetworkOptions {
  /** The engine that holds the parameters. */
  readonly engine: Engine;
  /** Seed of the initial weights. */
  readonly seed: number;
  /** Id of the unknown token, which replaces dropped words; without it, dropped words become zeros. */
  readonly unknownId?: number;
}

/** The result of a forward pass. */
export interface ClassifierOutput {
  /** Logits `[B, labels]`. */
  readonly logits: Tensor;
  /** Attention weights of the tokens, `[B, T]`; `undefined` if the pooling has no attention. */
  readonly attention: Tensor | undefined;
}

/**
 * One member of a classifier's ensemble: embedding, convolution if the configuration has one, recurrent layers, pooling
 * and a linear output layer.
 */
export class ClassifierMember extends Module {
  /** The embedding layer. */
  readonly embedding: Embedding;
  /** The convolution before the recurrent layers, if the configuration has one. */
  readonly convolution: Convolution | undefined;
  /** The recurrent layers. */
  readonly rnn: Recurrent;
  /** The attention pooling, if the configuration uses it. */
  readonly attention: AttentionPooling | undefined;
  /** The output layer: pooled states to logits. */
  readonly classifier: Linear;
  #config: ClassifierConfig;
  #unknownId: number;

  /** Creates a member with random initial weights. */
  constructor(config: ClassifierConfig, options: { engine: Engine; random: Random }, unknownId: number) {
    super();
    const { cell, vocabSize, embed, conv, hidden, layers, bidirectional, pooling, poolRegions, labels } = config;
    this.#config = config;
    this.#unknownId = unknownId;
    this.embedding = new Embedding({ size: vocabSize, width: embed, ...options });
    initialiseNormal(this.embedding.weight, EMBEDDING_DEVIATION, options.random);
    const filters = config.filters ?? embed;
    this.convolution = conv ? new Convolution({ input: embed, filters, width: conv, ...options }) : undefined;
    this.rnn = makeRecurrent(cell, {
      input: conv ? filters : embed,
      hidden,
      layers,
      rounds: config.mogrifierRounds,
      bidirectional,
      dropout: config.dropout,
      lockedDropout: true,
      ...options,
    });
    const width = this.rnn.projected * this.rnn.directions;
    this.attention = hasAttention(pooling) ? new AttentionPooling({ input: width, ...options }) : undefined;
    const input = pooledWidth(pooling, width, poolRegions);
    this.classifier = new Linear({ input, output: labels.length, ...options });
  }

  /** Computes the logits of ids `[T, B]`, texts of the given lengths padded to T. Padding has no effect. */
  forward(ids: Int32Array, lengths: Int32Array): ClassifierOutput {
    return this.read(this.embed(ids, lengths.length), lengths);
  }

  /** Computes the logits from embeddings `[T, B, E]`. */
  read(embedded: Tensor, lengths: Int32Array): ClassifierOutput {
    const convolved = convolveAndPool({ steps: embedded, lengths }, this.convolution, this.#window);
    const { output, last } = this.rnn.forward(convolved.steps, { lengths: convolved.lengths });
    const { pooled, attention } = poolStates({
      pooling: this.#config.pooling,
      regions: this.#config.poolRegions,
      attention: this.attention,
      directions: this.rnn.directions,
      states: output,
      last,
      lengths: convolved.lengths,
    });
    return {
      logits: this.classifier.forward(dropout(pooled, this.#config.dropout)),
      attention: attention && spreadAttention(attention, lengths, this.#window),
    };
  }

  /** Number of tokens for each step of the recurrent layers. */
  get #window(): number {
    return this.convolution ? this.#config.convPool ?? 1 : 1;
  }

  /** Returns the embeddings `[T, B, E]` of ids `[T, B]`, with dropout in training. */
  embed(ids: Int32Array, B: number): Tensor {
    const T = ids.length / B;
    const { engine } = this.embedding.weight;
    const { wordDropout, embedDropout, inputDropout } = this.#config;
    if (!Scope.of(engine, "classify").dropout) return this.embedding.forward(ids, [T, B]);
    const kept = wordDropout === 0 ? ids : this.#dropWords(ids, wordDropout);
    const [V] = this.embedding.weight.shape;
    const vectors = dropEmbeddings(gather(this.embedding.weight, kept, [T, B]), kept, V, embedDropout);
    return lockedDropout(vectors, inputDropout);
  }

  /** Replaces random words by the unknown token; an id of -1 embeds as zeros. */
  #dropWords(ids: Int32Array, rate: number): Int32Array {
    const mask = this.#mask(ids.length, rate);
    return ids.map((id, i) => mask[i] === 0 ? this.#unknownId : id);
  }

  /** Draws a dropout mask: zeros with probability `rate`, otherwise 1 / (1 - rate). */
  #mask(count: number, rate: number): Float32Array {
    const { engine } = this.embedding.weight;
    return dropout(tensor(new Float32Array(count).fill(1), [count], { engine }), rate).toArray();
  }
}

/**
 * The network of a classifier: an ensemble whose members read each text independently and whose logits are averaged.
 * Members differ in their initial weights and dropout masks; together they are more accurate, and less confident in
 * their mistakes (Lakshminarayanan et al. 2017).
 *
 * @example
 * ```ts
 * import { Classifier, treebankTokenizer } from "@elman/elman";
 * import { inference } from "@elman/elman/nn";
 * import type { ClassifierMember, ClassifierNetwork } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const tokenizer = treebankTokenizer(["a fine film", "a dull film"]);
 * const model = Classifier.create({ tokenizer, labels: ["bad", "good"], members: 3, embed: 8, hidden: 4 });
 * const network: ClassifierNetwork = model.network;
 * const [first]: readonly ClassifierMember[] = network.members;
 * const ids = tokenizer.encode("a fine film");
 * inference(() => {
 *   assertEquals(network.forward(ids, Int32Array.of(3)).logits.shape, [1, 2]);
 *   assertEquals(first.embed(ids, 1).shape, [3, 1, 8]);
 * });
 * ```
 */
export class ClassifierNetwork extends Module {
  /** The engine that holds the parameters. */
  readonly engine: Engine;
  /** The members; none if the linear model predicts alone. */
  readonly members: readonly ClassifierMember[];
  /** The linear model, once it has been trained. Its logits are computed from texts, not from ids. */
  linear: LinearPart | undefined;

  /** Creates a network with initial weights drawn from the seed. */
  constructor(config: ClassifierConfig, { engine, seed, unknownId = -1 }: ClassifierNetworkOptions) {
    super();
    const options = { engine, random: new Random(seed, { engine }) };
    const { architecture, members, linear, labels } = config;
    const length = architecture === "linear" ? 0 : members;
    this.engine = engine;
    this.members = Array.from({ length }, () => new ClassifierMember(config, options, unknownId));
    this.linear = linear ? new LinearPart(linear, labels.length, engine) : undefined;
  }

  /** The members' layers and the linear model; a single member's layers have no prefix. */
  override *children(): Iterable<[name: string, child: Parameter | Module]> {
    if (this.members.length !== 1) return yield* super.children();
    yield* this.members[0].children();
    if (this.linear) yield ["linear", this.linear];
  }

  /** Computes the members' mean logits of ids `[T, B]`, texts of the given lengths padded to T. */
  forward(ids: Int32Array, lengths: Int32Array): ClassifierOutput {
    const outputs = this.members.map((member) => member.forward(ids, lengths));
    const attentions = outputs.flatMap(({ attention }) => attention ?? []);
    return {
      logits: average(outputs.map(({ logits }) => logits)),
      attention: attentions.length === 0 ? undefined : average(attentions),
    };
  }
}
