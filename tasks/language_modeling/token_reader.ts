import { CarriedState, type Engine, inference, largest, softmax, type Tensor, training } from "../../src/nn/mod.ts";
import type { DynamicEvaluation } from "./dynamic_evaluation.ts";
import type { LanguageNetwork } from "./network.ts";
import type { Window } from "./windows.ts";

/** The predictions for the targets of a window. */
export interface Predictions {
  /** -log p of each target, in nats [T, B]; 0 where there is none. */
  readonly losses: Float64Array;
  /** The probabilities of all tokens [T, B, V], if they are wanted. */
  readonly probabilities?: Tensor;
}

/** Changes the predictions for a window. */
export interface Mixer extends Disposable {
  /**
   * Receives a window, the decoder's input [T, B, H] and the network's predictions, and changes the latter in place.
   */
  mix(window: Window, hidden: Tensor, predictions: Predictions): void;
}

/** How tokens rank among all others. */
export interface Ranking {
  /** 1 + the number of tokens that are more probable than the target [T, B]. */
  readonly ranks: Int32Array;
  /** The `top` most probable tokens [T, B, top], the most probable first; -1 if the vocabulary has fewer. */
  readonly likeliest: Int32Array;
  /** Their probabilities [T, B, top]. */
  readonly probabilities: Float32Array;
}

/** The scores of the tokens of a window. */
export interface WindowScores {
  /** -log p of each target, in nats [T, B]; 0 where there is none. */
  readonly losses: Float64Array;
  /** How the targets rank, if that is wanted. */
  readonly ranking?: Ranking;
}

/** Options of `TokenReader`. */
export interface TokenReaderOptions {
  /** Number of streams B. */
  readonly streams: number;
  /** Number of most probable tokens to find for each token. Default: no ranking. */
  readonly top?: number;
  /** Changes predictions, as a cache does. */
  readonly mixer?: Mixer;
  /** Changes the parameters between windows. */
  readonly dynamic?: DynamicEvaluation;
}

/** Reads B streams window by window and scores each token. Dispose of it to free its memory at once. */
export class TokenReader implements Disposable {
  #network: LanguageNetwork;
  #options: TokenReaderOptions;
  #carried: CarriedState;

  /** Starts with zero states. */
  constructor(network: LanguageNetwork, options: TokenReaderOptions) {
    this.#network = network;
    this.#options = options;
    this.#carried = CarriedState.zeros(network.rnn, options.streams);
  }

  /** Scores the tokens of the next window. */
  read(window: Window): WindowScores {
    const { streams: B, dynamic } = this.#options;
    const { T, inputs, begins } = window;
    this.#carried.clear(begins);
    dynamic?.hold(this.#carried.state);
    const body = (): WindowScores => {
      const { logits, hidden, state } = this.#network.forward(inputs, T, B, this.#carried.state);
      const scores = this.#score(window, logits, hidden);
      this.#carried.carry(state);
      return scores;
    };
    // Inference packs the weights, which does not pay if they change with every window.
    const engine = this.#engine;
    const scores = dynamic ? training(body, { engine, dropout: false }) : inference(body, { engine });
    dynamic?.update(window);
    return scores;
  }

  /** Frees the states. */
  [Symbol.dispose](): void {
    this.#carried[Symbol.dispose]();
  }

  get #engine(): Engine {
    return this.#network.embedding.weight.engine;
  }

  #score(window: Window, logits: Tensor, hidden: Tensor): WindowScores {
    const { top, mixer } = this.#options;
    const losses = lossesOf(logits, window.targets);
    const probabilities = top === undefined ? undefined : softmax(logits);
    mixer?.mix(window, hidden, { losses, probabilities });
    return { losses, ranking: probabilities && rankingOf(probabilities, window.targets, top!) };
  }
}

/** Computes -log softmax(logits)[target] of each row; 0 for negative targets. */
function lossesOf(logits: Tensor, targets: Int32Array): Float64Array {
  const { engine } = logits;
  return engine.arena.lend(() => {
    const at = engine.arena.allocate(targets.length * 4);
    const V = logits.shape.at(-1)!;
    const own = [engine.placeIntegers(targets), 0, 0, 0, at, 0, 0] as const;
    engine.run("cross_entropy", targets.length, V, logits.address, 0, ...own);
    return Float64Array.from(engine.floats(at, targets.length));
  });
}

function rankingOf(all: Tensor, targets: Int32Array, top: number): Ranking {
  const V = all.shape.at(-1)!;
  const likeliest = largest(all, top);
  const ranks = new Int32Array(targets.length);
  const values = all.engine.floats(all.address, all.size);
  for (const [row, target] of targets.entries()) if (target >= 0) ranks[row] = rankOf(values, row * V, V, target);
  const probabilities = Float32Array.from(likeliest, (id, i) => id < 0 ? 0 : values[Math.floor(i / top) * V + id]);
  return { ranks, likeliest, probabilities };
}

function rankOf(values: Float32Array, start: number, V: number, target: number): number {
  const own = values[start + target];
  let rank = 1;
  for (let v = start; v < start + V; v++) if (values[v] > own) rank++;
  return rank;
}
