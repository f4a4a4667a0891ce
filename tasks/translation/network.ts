import {
  Attention,
  type AttentionMemory,
  concat,
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

/** What the encoder made of B source sentences. */
export interface Encoded {
  /** What attention looks at; none without attention. */
  readonly memory: AttentionMemory | undefined;
  /** The decoder's first states. */
  readonly state: RecurrentState;
}

/** What the decoder remembers between steps. */
export interface DecoderState extends RecurrentState {
  /** The last readout [N, E], where it is fed in. */
  readonly feed?: Tensor;
}

/** What the decoder makes of target symbols. */
export interface Decoded {
  /** What is read out, before the scores: [T, B, E]. */
  readonly readout: Tensor;
  /** How much each step looked at each source symbol, [B, T, S]; none without attention. */
  readonly weights: Tensor | undefined;
}

/**
 * Encoder and decoder with attention: a bidirectional encoder reads the source, a bridge begins the decoder's states,
 * the decoder reads target symbols, looks at the encoder's states, and what is read out of both, r = tanh(W [h; c]),
 * scores the next symbol (Luong et al. 2015).
 */
export class TranslatorNetwork extends Module {
  /** Source symbols to vectors. */
  readonly source: Embedding;
  /** Target symbols to vectors; the same where they are shared. */
  readonly target: Embedding;
  /** Reads the source both ways. */
  readonly encoder: Recurrent;
  /** What makes the first hidden states of the decoder's layers. */
  readonly bridge: readonly Linear[];
  /** What makes their first cells. */
  readonly cellBridge: readonly Linear[];
  /** Reads the target. */
  readonly decoder: Recurrent;
  /** Looks at the source. */
  readonly attention: Attention | undefined;
  /** State and context to E numbers. */
  readonly readout: Linear;
  /** These to scores. */
  readonly output: Linear;
  /** Symbols of the target. */
  readonly vocabulary: number;
  #config: TranslatorConfig;

  /** Draws the first weights by the seed. */
  constructor(config: TranslatorConfig, { engine, seed }: { readonly engine: Engine; readonly seed: number }) {
    super();
    const { cell, sourceVocabSize, targetVocabSize, embed, hidden, encoderHidden, layers, tied, shared } = config;
    const own = { engine, random: new Random(seed, { engine }) };
    const depth = { layers, dropout: config.dropout, lockedDropout: true };
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
    // Vectors of unit variance would make the first scores far too large where the output shares them.
    for (const { weight } of new Set([this.source, this.target])) initialiseNormal(weight, embed ** -0.5, own.random);
    initialiseConstant(this.output.bias!, 0);
  }

  /** The symbol that begins and ends a target sentence, which no tokenizer has. */
  get boundary(): number {
    return this.vocabulary - 1;
  }

  /** The engine in whose memory it lives. */
  get engine(): Engine {
    return this.source.weight.engine;
  }

  /** Reads B source sentences. */
  encode({ ids, lengths }: Pick<PaddedTexts, "ids" | "lengths">): Encoded {
    const B = lengths.length;
    const embedded = lockedDropout(this.source.forward(ids, [ids.length / B, B]), this.#config.inputDropout);
    const { output, state } = this.encoder.forward(embedded, { lengths });
    return { memory: this.attention?.prepare(output, lengths), state: this.#begin(state, B) };
  }

  /** Reads B target sentences, all steps at once where no step needs the readout of the one before. */
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

  /** The decoder's state before the first of single steps. */
  begin(state: RecurrentState): DecoderState {
    if (!this.#config.inputFeeding) return state;
    const [, B] = state.h.shape;
    const { embed } = this.#config;
    return { ...state, feed: tensor(new Float32Array(B * embed), [B, embed], { engine: this.engine }) };
  }

  /** One symbol for each of N = K B hypotheses, k B + b being the k-th of sentence b: what is read out is [K, B, E]. */
  step(ids: Int32Array, state: DecoderState, memory: AttentionMemory | undefined): Decoded & { state: DecoderState } {
    return this.#step(this.target.forward(ids), state, memory);
  }

  /** Scores [..., V] of the symbols that follow, from what is read out. */
  score(readout: Tensor): Tensor {
    return this.output.forward(dropout(readout, this.#config.dropout));
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

  /** What is read out of the decoder's states [T, B, H]. */
  #read(states: Tensor, memory: AttentionMemory | undefined): Decoded {
    if (!memory) return { readout: tanh(this.readout.forward(states)), weights: undefined };
    const { context, weights } = this.attention!.forward(states, memory);
    return { readout: tanh(this.readout.forward(concat([states, context], 2))), weights };
  }

  /** The decoder's first states from the encoder's last. */
  #begin({ h, c }: RecurrentState, B: number): RecurrentState {
    const { layers, hidden, bridge } = this.#config;
    if (bridge === "zero") {
      const zeros = tensor(new Float32Array(layers * B * hidden), [layers, B, hidden], { engine: this.engine });
      return { h: zeros, c: c && zeros };
    }
    const begin = (states: Tensor, pass: (x: Tensor, layer: number) => Tensor): Tensor =>
      concat(
        Array.from({ length: layers }, (_, layer) => {
          const both = permute(slice(states, 0, 2 * layer, 2 * layer + 2), [1, 0, 2]);
          return reshape(pass(reshape(both, [B, -1]), layer), [1, B, hidden]);
        }),
        0,
      );
    if (bridge === "copy") return { h: begin(h, (x) => x), c: c && begin(c, (x) => x) };
    return {
      h: begin(h, (x, layer) => tanh(this.bridge[layer].forward(x))),
      c: c && begin(c, (x, layer) => this.cellBridge[layer].forward(x)),
    };
  }
}
