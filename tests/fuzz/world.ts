import type { Engine } from "../../src/engine/mod.ts";
import {
  Attention,
  AttentionPooling,
  CarriedState,
  ChoGRU,
  Embedding,
  GRU,
  LayerNorm,
  Linear,
  LSTM,
  MinGRU,
  Module,
  MogrifierLSTM,
  Parameter,
  QRNN,
  type RecurrentState,
  RNN,
  SRU,
  type Tensor,
} from "../../src/nn/mod.ts";
import { Adam } from "../../src/optim/mod.ts";

/** Layers of all kinds, of small sizes that often fit together. */
class Layers extends Module {
  readonly embedding: Embedding;
  readonly linear: Linear;
  readonly norm: LayerNorm;
  readonly rnn: RNN;
  readonly lstm: LSTM;
  readonly gru: GRU;
  readonly chogru: ChoGRU;
  readonly mogrifier: MogrifierLSTM;
  readonly qrnn: QRNN;
  readonly sru: SRU;
  readonly mingru: MinGRU;
  readonly additive: Attention;
  readonly multihead: Attention;
  readonly pooling: AttentionPooling;
  readonly free: Parameter;

  constructor(engine: Engine) {
    super();
    this.embedding = new Embedding({ size: 5, width: 4, engine });
    this.linear = new Linear({ input: 4, output: 4, engine });
    this.norm = new LayerNorm({ width: 4, engine });
    this.rnn = new RNN({ input: 4, hidden: 4, engine });
    this.lstm = new LSTM({ input: 4, hidden: 4, layers: 2, bidirectional: true, projection: 2, engine });
    this.gru = new GRU({ input: 4, hidden: 4, dropout: 0.5, layers: 2, engine });
    this.chogru = new ChoGRU({ input: 4, hidden: 4, layers: 2, engine });
    this.mogrifier = new MogrifierLSTM({ input: 4, hidden: 4, engine });
    this.qrnn = new QRNN({ input: 4, hidden: 4, layers: 2, engine });
    this.sru = new SRU({ input: 4, hidden: 4, layers: 2, bidirectional: true, engine });
    this.mingru = new MinGRU({ input: 4, hidden: 4, engine });
    this.additive = new Attention({ kind: "additive", query: 4, memory: 4, engine });
    this.multihead = new Attention({ kind: "multihead", query: 4, memory: 4, heads: 2, engine });
    this.pooling = new AttentionPooling({ input: 4, engine });
    this.free = new Parameter([2, 4], { engine });
  }
}

/** An engine with a model, an optimizer, states, and things that must no longer be used. */
export class World {
  readonly engine: Engine;
  readonly layers: Layers;
  readonly carried: CarriedState;
  /** A layer whose memory was freed. */
  readonly freed: Linear;
  /** A state whose memory was freed. */
  readonly disposed: CarriedState;
  /** A tensor whose step has ended. */
  ended: Tensor | undefined;
  optimizer: Adam;

  constructor(engine: Engine) {
    this.engine = engine;
    this.layers = new Layers(engine);
    this.carried = new CarriedState<RecurrentState>({ h: [2, 3, 4], c: [2, 3, 4] }, { engine });
    this.disposed = new CarriedState<RecurrentState>({ h: [2, 3, 4] }, { engine });
    this.disposed[Symbol.dispose]();
    this.freed = new Linear({ input: 4, output: 4, engine });
    for (const parameter of this.freed.parameters()) parameter.free();
    this.optimizer = this.#makeOptimizer();
  }

  /** Makes another optimizer, since one that a call has made may have taken over the parameters. */
  renew(): void {
    this.optimizer = this.#makeOptimizer();
    this.optimizer.zeroGradients();
  }

  /** Returns a hash of all parameters, their gradients and the carried states. */
  hash(): number {
    let hash = 0;
    const add = ({ buffer }: Float32Array): void => {
      for (const word of new Int32Array(buffer)) hash = Math.imul(hash ^ word, 0x01000193) + 1 | 0;
    };
    for (const parameter of this.layers.parameters()) {
      add(parameter.toArray());
      add(parameter.gradients());
    }
    for (const values of Object.values(this.carried.toArrays())) add(values);
    return hash;
  }

  #makeOptimizer(): Adam {
    return new Adam(this.layers.parameters(), { learningRate: 0.001 });
  }
}
