import { type Communicator, SingleProcess } from "../../src/distributed/mod.ts";
import { CarriedState, inference, logSoftmax } from "../../src/nn/mod.ts";
import { Breather } from "../../src/train/mod.ts";
import type { MusicNetwork } from "./network.ts";
import type { Notation } from "./notations/notation.ts";
import { groupsOf, PieceWindows, WindowMemory } from "./piece_window.ts";

/** How well a model predicts pieces, in nats: the negative logarithm of their likelihood by the chain rule. */
export interface Likelihood {
  /** Nats per time step, or per bar of tunes, with the first of each piece. */
  readonly perStep: number;
  /** Nats per time step without the first of each piece, which has nothing before it; NaN if no piece has two. */
  readonly perLaterStep: number;
  /** Nats per token. */
  readonly perToken: number;
  /** Nats per note: all of them by the number of notes. */
  readonly perNote: number;
  /** Number of time steps or bars. */
  readonly steps: number;
  /** Number of tokens. */
  readonly tokens: number;
  /** Number of notes. */
  readonly notes: number;
  /** Number of pieces. */
  readonly pieces: number;
}

/** Options of a music model's `evaluate`. */
export interface LikelihoodOptions {
  /**
   * Averages the probability of each token over transpositions by up to this many semitones, 12 at most. Default: 0.
   */
  readonly transpose?: number;
  /** Aborts the measurement. */
  readonly signal?: AbortSignal;
}

/** Options of `measureLikelihood`. */
interface MeasureOptions extends LikelihoodOptions {
  /** Connects the ranks, each of which reads some of the pieces. Default: this process reads all. */
  readonly communicator?: Communicator;
}

/** Most pieces that are read side by side, and most groups of each at a time. */
const [SIDE_BY_SIDE, WINDOW] = [64, 64];

/**
 * Computes the likelihood of pieces, each from a zero state. The probability of a step is the product of those of its
 * tokens, over the possible tokens alone, so that the probabilities of all steps sum to 1.
 */
export async function measureLikelihood(
  network: MusicNetwork,
  notation: Notation,
  pieces: readonly Int32Array[],
  { transpose = 0, signal, communicator = new SingleProcess() }: MeasureOptions = {},
): Promise<Likelihood> {
  const own = pieces.filter((_, i) => i % communicator.size === communicator.rank);
  const losses = await tokenLosses(network, notation, own, { transpose, signal });
  let [all, first, steps, tokens, notes, counted] = [0, 0, 0, 0, 0, 0];
  for (const [i, ids] of own.entries()) {
    const reader = notation.rules.start();
    for (const [t, id] of ids.entries()) {
      all += losses[i][t];
      const { steps: before } = reader;
      reader.read(id);
      // A token begins a bar of events, whereas one ends a step or a bar of other notations.
      const step = notation.kind === "events" ? reader.steps - 1 : before;
      if (step < 1) first += losses[i][t];
      if (notation.isNote(id)) notes++;
    }
    tokens += ids.length;
    steps += reader.steps;
    counted += Math.max(0, reader.steps - 1);
  }
  [all, first, steps, tokens, notes, counted] = await communicator.sum([all, first, steps, tokens, notes, counted]);
  return {
    perStep: all / steps,
    perLaterStep: (all - first) / counted,
    perToken: all / tokens,
    perNote: all / notes,
    ...{ steps, tokens, notes, pieces: pieces.length },
  };
}

/**
 * Computes the loss of each token of each piece in nats: minus the logarithm of its probability, which with `transpose`
 * is the mean of the probabilities that the transposed pieces give it. A transposition with a pitch that the model does
 * not know counts as impossible, so that the probabilities never sum to more than 1.
 */
export async function tokenLosses(
  network: MusicNetwork,
  notation: Notation,
  pieces: readonly Int32Array[],
  { transpose = 0, signal }: LikelihoodOptions = {},
): Promise<Float64Array[]> {
  const order = pieces.map((_, i) => i).sort((a, b) => pieces[a].length - pieces[b].length);
  const losses = pieces.map(({ length }) => new Float64Array(length));
  const resources = { memory: new WindowMemory(), breather: new Breather() };
  for (let start = 0; start < order.length; start += SIDE_BY_SIDE) {
    const places = order.slice(start, start + SIDE_BY_SIDE);
    const sums = places.map((i) => new Float64Array(pieces[i].length));
    for (let shift = -transpose; shift <= transpose; shift++) {
      const moved = places.map((i) => shift === 0 ? pieces[i] : notation.transpose(pieces[i], shift));
      const lanes = moved.flatMap((ids, b) => ids === undefined ? [] : [{ ids, sums: sums[b] }]);
      if (lanes.length === 0) continue;
      await addProbabilities(network, notation, lanes, resources);
      signal?.throwIfAborted();
    }
    for (const [b, i] of places.entries()) losses[i] = sums[b].map((sum) => -Math.log(sum / (2 * transpose + 1)));
  }
  return losses;
}

/** A piece, and what its tokens' probabilities are added to. */
interface Lane {
  readonly ids: Int32Array;
  readonly sums: Float64Array;
}

/** Adds the probability of each token to the sums of its piece. */
async function addProbabilities(
  network: MusicNetwork,
  notation: Notation,
  lanes: readonly Lane[],
  { memory, breather }: { readonly memory: WindowMemory; readonly breather: Breather },
): Promise<void> {
  const { engine } = network;
  const { vocabSize: V } = notation.rules;
  const pieces = lanes.map(({ ids }) => ({ ids, starts: groupsOf(notation.rules, ids) }));
  const windows = new PieceWindows(notation.rules, pieces, memory);
  const B = lanes.length;
  const places = new Int32Array(B);
  const carried = CarriedState.zeros(network.language.rnn, B);
  try {
    while (windows.place < windows.length) {
      const window = windows.next(Math.min(WINDOW, windows.length - windows.place));
      const scores = inference(() => {
        const { hidden, state } = network.read(window, carried.state);
        carried.carry(state);
        return logSoftmax(network.decode(hidden, window)).toArray();
      }, { engine });
      for (const [n, id] of window.targets.entries()) {
        const b = window.pieces[n];
        lanes[b].sums[places[b]++] += Math.exp(scores[n * V + id]);
      }
      await breather.breathe();
    }
  } finally {
    carried[Symbol.dispose]();
  }
}
