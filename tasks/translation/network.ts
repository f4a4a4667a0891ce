import { TIED_RANGE } from "../../src/nn/initialisation.ts";
import {
  Attention,
  type AttentionMemory,
  concat,
  type CrossEntropyOptions,
  dropout,
  Embedding,
  type Engine,
  initialiseConstant,
  initialiseNormal,
  Linear,
  lockedDropout,
  makeRecurrent,
  Module,
  permute,
  Random,
  type Recurrent,
  type RecurrentState,
  reshape,
  slice,
  tanh,
  type Tensor,
  tensor,
} from "../../src/nn/mod.ts";
import type { PaddedTexts } from "../batching/mod.ts";
import type { TranslatorConfig } from "./hyperparameters.ts";

/** The encoder's output for B source sentences. */
export interface Encoded {
  /** The states that attention reads; `undefined` without attention. */
  readonly memory: AttentionMemory | undefined;
  /** The decoder's initial states. */
  readonly state: RecurrentState;
}

/** The state of the decoder between steps. */
export interface DecoderState extends RecurrentState {
  /** The last readout `[N, E]`, with input feeding. */
  readonly feed?: Tensor;
}

/** The decoder's output for target symbols. */
export interface Decoded {
  /** The readout `[T, B, E]`, from which the logits are computed. */
  readonly readout: Tensor;
  /** Attention weights of each step over the source symbols, `[B, T, S]`; `undefined` without attention. */
  readonly weights: Tensor | undefined;
}

/**
 * An encoder-decoder with attention (Luong et al. 2015). A bidirectional encoder reads the source, a bridge initializes
 * the decoder's states, and the decoder reads the target symbols and attends to the encoder's states. The readout
 * r = tanh(W [h; c]) of decoder state h and context c gives the logits of the next symbol.
 *
 * @example
 * ```ts
 * import { CharTokenizer, Translator } from "@elman/elman";
 * import { inference } from "@elman/elman/nn";
 * import type { TranslatorNetwork } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const sourceTokenizer = CharTokenizer.train("abc");
 * const network: TranslatorNetwork = Translator.create({ sourceTokenizer, embed: 4, hidden: 8 }).network;
 * inference(() => {
 *   const encoded = network.encode({ ids: sourceTokenizer.encode("cab"), lengths: Int32Array.of(3) });
 *   const { readout } = network.decode(encoded, { ids: Int32Array.of(network.boundary, 1), lengths: Int32Array.of(2) });
 *   assertEquals(network.score(readout).shape, [2, 1, network.vocabulary]);
 * });
 * ```
 */
export class TranslatorNetwork extends Module {
  /** The source embeddings. */
  readonly source: Embedding;
  /** The target embeddings; the same object as `source` if they are shared. */
  readonly target: Embedding;
  /** The bidirectional encoder. */
  readonly encoder: Recurrent;
  /** The dense bridge of the hidden states, one for each decoder layer; empty with other bridges. */
  readonly bridge: readonly Linear[];
  /** The dense bridge of the cell states, for cells that have them. */
  readonly cellBridge: readonly Linear[];
  /** The decoder. */
  readonly decoder: Recurrent;
  /** The attention over the encoder's states, if the configuration uses it. */
  readonly attention: Attention | undefined;
  /** The readout layer: decoder state and context to size E. */
  readonly readout: Linear;
  /** The output layer: readout to logits. */
  readonly output: Linear;
  /** Target vocabulary size V. */
  readonly vocabulary: number;
  #config: TranslatorConfig;

  /** Creates a network with initial weights drawn from the seed. */
  constructor(config: TranslatorConfig, { engine, seed }: { readonly engine: Engine; readonly seed: number }) {
    super();
    const { cell, sourceVocabSize, targetVocabSize, embed, hidden, encoderHidden, layers, tied, shared } = config;
    const own = { engine, random: new Random(seed, { engine }) };
    const depth = { layers, dropout: config.dropout, lockedDropout: true, rounds: config.mogrifierRounds };
    this.#config = config;
    this.source = new Embedding({ size: sourceVocabSize, width: embed, ...own });
    this.target = shared ? this.source : new Embedding({ size: targetVocabSize, width: embed, ...own });
    this.encoder = makeRecurrent(cell, { input: embed, hidden: encoderHidden, bidirectional: true, ...depth, ...own });
    const memory = 2 * encoderHidden;
    const bridges = (count: number): Linear[] =>
      Array.from({ length: count }, () => new Linear({ input: memory, output: hidden, ...own }));
    this.bridge = bridges(config.bridge === "dense" ? layers : 0);
    this.cellBridge = bridges(config.bridge === "dense" && this.encoder.hasCells ? layers : 0);
    this.decoder = makeRecurrent(cell, { input: embed + (config.inputFeeding ? embed : 0), hidden, ...depth, ...own });
    const { attention: kind, heads } = config;
    this.attention = kind === "none" ? undefined : new Attention({ kind, query: hidden, memory, heads, ...own });
    this.readout = new Linear({ input: hidden + (this.attention?.width ?? 0), output: embed, ...own });
    const weight = tied ? this.target.weight : undefined;
    this.vocabulary = targetVocabSize;
    this.output = new Linear({ input: embed, output: targetVocabSize, weight, ...own });
    // As far apart as uniform numbers of that range; of few numbers for each token, each has to say more.
    const deviation = Math.max(TIED_RANGE / Math.sqrt(3), embed ** -0.5);
    for (const { weight } of new Set([this.source, this.target])) initialiseNormal(weight, deviation, own.random);
    initialiseConstant(this.output.bias!, 0);
  }

  /** The symbol that begins and ends a target sentence, an id beyond the tokenizer's vocabulary. */
  get boundary(): number {
    return this.vocabulary - 1;
  }

  /** The engine that holds the parameters. */
  get engine(): Engine {
    return this.source.weight.engine;
  }

  /** Encodes B source sentences, padded ids `[S, B]`. */
  encode({ ids, lengths }: Pick<PaddedTexts, "ids" | "lengths">): Encoded {
    const B = lengths.length;
    const embedded = lockedDropout(this.source.forward(ids, [ids.length / B, B]), this.#config.inputDropout);
    const { output, state } = this.encoder.forward(embedded, { lengths });
    return { memory: this.attention?.prepare(output, lengths), state: this.#begin(state, B) };
  }

  /** Decodes B target sentences, padded ids `[T, B]`: all steps at once, or one by one with input feeding. */
  decode({ memory, state }: Encoded, { ids, lengths }: Pick<PaddedTexts, "ids" | "lengths">): Decoded {
    const B = lengths.length;
    const T = ids.length / B;
    const embedded = lockedDropout(this.target.forward(ids, [T, B]), this.#config.inputDropout);
    if (!this.#config.inputFeeding) {
      return this.#read(this.decoder.forward(embedded, { lengths, state }).output, memory);
    }
    const decoded: Decoded[] = [];
    let last: DecoderState = this.begin(state);
    for (let t = 0; t < T; t++) {
      const x = reshape(slice(embedded, 0, t, t + 1), [B, -1]);
      const { state: next, ...step } = this.#step(x, last, memory);
      decoded.push(step);
      last = next;
    }
    return {
      readout: concat(decoded.map(({ readout }) => readout), 0),
      weights: memory && concat(decoded.map(({ weights }) => weights!), 1),
    };
  }

  /** Returns the decoder's state before the first call of `step`. */
  begin(state: RecurrentState): DecoderState {
    if (!this.#config.inputFeeding) return state;
    const [, B] = state.h.shape;
    const { embed } = this.#config;
    return { ...state, feed: tensor(new Float32Array(B * embed), [B, embed], { engine: this.engine }) };
  }

  /**
   * Runs one step for N = K B hypotheses, where row k B + b is hypothesis k of sentence b. The readout has the shape
   * `[K, B, E]`.
   */
  step(ids: Int32Array, state: DecoderState, memory: AttentionMemory | undefined): Decoded & { state: DecoderState } {
    return this.#step(this.target.forward(ids), state, memory);
  }

  /** Computes the logits `[..., V]` of the next symbols from the readout. */
  score(readout: Tensor): Tensor {
    return this.output.forward(dropout(readout, this.#config.dropout));
  }

  /** Computes the mean loss `[]` of the next symbols, in nats per symbol, without storing all logits. */
  loss(readout: Tensor, targets: Int32Array, options?: CrossEntropyOptions): Tensor {
    return this.output.loss(dropout(readout, this.#config.dropout), targets, options);
  }

  #step(
    embedded: Tensor,
    last: DecoderState,
    memory: AttentionMemory | undefined,
  ): Decoded & { state: DecoderState } {
    const [N] = embedded.shape;
    const { feed } = last;
    const { output, state } = this.decoder.step(feed ? concat([embedded, feed], 1) : embedded, last);
    const B = memory?.lengths.length ?? N;
    const decoded = this.#read(reshape(output, [N / B, B, -1]), memory);
    return { ...decoded, state: feed ? { ...state, feed: reshape(decoded.readout, [N, -1]) } : state };
  }

  /** Computes the readout of the decoder's states `[T, B, H]`. */
  #read(states: Tensor, memory: AttentionMemory | undefined): Decoded {
    if (!memory) return { readout: tanh(this.readout.forward(states)), weights: undefined };
    const { context, weights } = this.attention!.forward(states, memory);
    return { readout: tanh(this.readout.forward(concat([states, context], 2))), weights };
  }

  /** Computes the decoder's initial states from the encoder's last states. */
  #begin({ h, c }: RecurrentState, B: number): RecurrentState {
    const { layers, hidden, bridge } = this.#config;
    // No input comes before a sentence.
    const shape = this.decoder.stateShapes(B).x;
    const x = shape && tensor(new Float32Array(B * this.decoder.input), shape, { engine: this.engine });
    if (bridge === "zero") {
      const zeros = tensor(new Float32Array(layers * B * hidden), [layers, B, hidden], { engine: this.engine });
      return { h: zeros, c: c && zeros, x };
    }
    const begin = (states: Tensor, pass: (x: Tensor, layer: number) => Tensor): Tensor =>
      concat(
        Array.from({ length: layers }, (_, layer) => {
          const both = permute(slice(states, 0, 2 * layer, 2 * layer + 2), [1, 0, 2]);
          return reshape(pass(reshape(both, [B, -1]), layer), [1, B, hidden]);
        }),
        0,
      );
    if (bridge === "copy") return { h: begin(h, (x) => x), c: c && begin(c, (x) => x), x };
    return {
      h: begin(h, (x, layer) => tanh(this.bridge[layer].forward(x))),
      c: c && begin(c, (x, layer) => this.cellBridge[layer].forward(x)),
      x,
    };
  }
}
