import { type Communicator, SingleProcess } from "../../src/distributed/mod.ts";
import { crossEntropy, Random, type Tensor } from "../../src/nn/mod.ts";
import {
  type Batch,
  type Direction,
  type Learning,
  type MeasuredEvent,
  type Measurement,
  spreadItems,
} from "../../src/train/mod.ts";
import { refuseIdleRanks, SharedStates } from "../batching/mod.ts";
import { argmax } from "../data/argmax.ts";
import type { EpochEvent } from "../task_model/mod.ts";
import type { MusicSettings } from "./hyperparameters.ts";
import { type Likelihood, measureLikelihood } from "./likelihood.ts";
import type { MusicNetwork } from "./network.ts";
import type { Notation } from "./notations/notation.ts";
import { groupsOf, PieceWindows, WindowMemory } from "./piece_window.ts";

/** The result of a validation. */
export interface MusicMeasurement extends Measurement {
  /** The likelihood of the validation pieces. */
  readonly likelihood: Likelihood;
}

/** The event that reports an epoch; `loss` is in nats per token, `validLoss` in nats per time step or bar. */
export interface MusicEpoch extends EpochEvent {
  /** The likelihood of the validation pieces; null without. */
  readonly likelihood: Likelihood | null;
}

/** Converts the event of an epoch into a music model's. */
export function musicEvent({ epoch, loss, measured, isBest }: MeasuredEvent<MusicMeasurement>): MusicEpoch {
  const { loss: validLoss, likelihood } = measured ?? { loss: null, likelihood: null };
  return { event: "epoch", epoch, loss, validLoss, likelihood, isBest };
}

/** The data of a training: the ids of pieces. */
export interface MusicIds {
  readonly train: readonly Int32Array[];
  readonly valid: readonly Int32Array[] | undefined;
}

/** A window of a batch: the batch, and the tokens of its pieces. */
interface Slot {
  readonly batch: number;
  readonly from: number;
  readonly T: number;
}

/**
 * A music model's training: pieces of similar length are read side by side in windows, the state carried from one to
 * the next; each piece is transposed anew in each epoch. Each of several ranks reads some of the pieces.
 */
export class MusicLearning implements Learning<MusicMeasurement> {
  /** The network that is trained. */
  readonly module: MusicNetwork;
  /** Number of windows in an epoch. */
  readonly batches: number;
  /** Size of the validation data, in batches. */
  readonly validationBatches: number;
  /** Whether a higher or a lower objective is better. */
  readonly direction: Direction = "minimize";
  /** The loss of guessing, in nats per token. */
  readonly guess: number;
  #notation: Notation;
  #ids: MusicIds;
  #settings: MusicSettings;
  #starts: readonly Int32Array[];
  #communicator: Communicator;
  #lanes: number;
  #states: SharedStates;
  #epoch = -1;
  #batches: Int32Array[] = [];
  #slots: Slot[] = [];
  #memory = new WindowMemory();
  #open: { readonly key: number; readonly windows: PieceWindows } | undefined;

  /** Throws `RangeError` if there are fewer pieces side by side than ranks. */
  constructor(
    network: MusicNetwork,
    notation: Notation,
    ids: MusicIds,
    settings: MusicSettings,
    communicator: Communicator = new SingleProcess(),
  ) {
    this.module = network;
    this.#communicator = communicator;
    this.#notation = notation;
    this.#ids = ids;
    this.#settings = settings;
    this.guess = Math.log(notation.rules.vocabSize);
    this.#starts = ids.train.map((piece) => groupsOf(notation.rules, piece));
    refuseIdleRanks(settings.batch, communicator);
    this.#lanes = Math.min(settings.batch, ids.train.length);
    this.#states = new SharedStates(network.language.rnn, { size: this.#lanes, noun: "pieces" }, communicator);
    this.#draw(0);
    this.batches = this.#slots.length;
    this.validationBatches = (ids.valid?.length ?? 0) / settings.batch;
  }

  /** Index of the window of the first epoch that needs the most memory. */
  get largestBatch(): number {
    this.#draw(0);
    const { rnn } = this.module.language;
    // A row of the recurrent layers, padded ones too, has its gates; a token has the logits of the vocabulary.
    const [row, token] = [8 * rnn.layers * rnn.projected, this.#notation.rules.vocabSize];
    return argmax(this.#slots.map((slot) => row * slot.T * this.#lanes + token * this.#tokensOf(slot)));
  }

  batch(epoch: number, index: number): Batch {
    this.#draw(epoch);
    const slot = this.#slots[index];
    const { batch, from, T } = slot;
    const { own } = this.#states;
    const windows = this.#read(epoch, batch);
    windows.skipTo(from);
    const window = windows.next(T);
    let next: ReturnType<MusicNetwork["read"]>["state"];
    const tokens = window.targets.length;
    return {
      weight: tokens,
      tokens,
      part: tokens / this.#tokensOf(slot),
      loss: (): Tensor => {
        if (from === 0) own.clear();
        const { hidden, state } = this.module.read(window, own.state);
        next = state;
        return crossEntropy(this.module.decode(hidden, window), window.targets);
      },
      done: () => own.carry(next),
    };
  }

  async measure(signal?: AbortSignal, share = 1): Promise<MusicMeasurement | null> {
    const { valid } = this.#ids;
    if (!valid) return null;
    const options = { signal, communicator: this.#communicator };
    const likelihood = await measureLikelihood(this.module, this.#notation, spreadItems(valid, share), options);
    return { objective: likelihood.perStep, loss: likelihood.perStep, likelihood };
  }

  async collect(): Promise<void> {
    await this.#states.collect();
  }

  state(): Record<string, Float32Array> {
    return this.#states.toArrays();
  }

  restore(state: Readonly<Record<string, Float32Array>>): void {
    this.#states.restore(state);
  }

  /** Number of tokens of a window. */
  #tokensOf({ batch, from, T }: Slot): number {
    return this.#batches[batch].reduce((sum, i) => {
      const starts = this.#starts[i];
      const [first, end] = [from, from + T].map((group) => starts[Math.min(group, starts.length - 1)]);
      return sum + end - first;
    }, 0);
  }

  /** Draws the batches of an epoch. Their lengths, and so the number of windows, are the same in every epoch. */
  #draw(epoch: number): void {
    if (epoch === this.#epoch) return;
    const { train } = this.#ids;
    const { seed, bptt } = this.#settings;
    const random = new Random(seed, { engine: this.module.engine, stream: 2 * epoch });
    const draws = random.uniform(train.length);
    const sorted = this.#starts.map(({ length }, i) => ({ i, length, draw: draws[i] }))
      .sort((a, b) => a.length - b.length || a.draw - b.draw);
    const count = Math.ceil(train.length / this.#lanes);
    const borders = Array.from({ length: count + 1 }, (_, g) => Math.round(g * train.length / count));
    const groups = borders.slice(1).map((end, g) => Int32Array.from(sorted.slice(borders[g], end), ({ i }) => i));
    const order = random.uniform(groups.length);
    this.#batches = groups.map((group, g) => ({ group, draw: order[g] })).sort((a, b) => a.draw - b.draw)
      .map(({ group }) => group);
    this.#slots = this.#batches.flatMap((group, batch) => {
      const length = Math.max(...Array.from(group, (i) => this.#starts[i].length - 1));
      const count = Math.ceil(length / bptt);
      const borders = Array.from({ length: count + 1 }, (_, w) => Math.round(w * length / count));
      return borders.slice(1).map((end, w) => ({ batch, from: borders[w], T: end - borders[w] }));
    });
    this.#epoch = epoch;
    this.#open = undefined;
  }

  /** Transposes this rank's pieces of a batch at random and begins to read them. */
  #read(epoch: number, batch: number): PieceWindows {
    const key = epoch * this.#batches.length + batch;
    if (this.#open?.key === key) return this.#open.windows;
    const { transpose: K, seed } = this.#settings;
    const group = this.#batches[batch];
    const random = new Random(seed, { engine: this.module.engine, stream: 2 * key + 1 });
    const draws = random.uniform(group.length);
    const [first, end] = this.#states.columns;
    const pieces = Array.from(group.subarray(first, end), (i, b) => {
      const ids = this.#ids.train[i];
      const moved = this.#notation.transpose(ids, Math.floor(draws[first + b] * (2 * K + 1)) - K) ?? ids;
      return { ids: moved, starts: this.#starts[i] };
    });
    // A batch may have a piece fewer than another; an empty one stands in.
    while (pieces.length < end - first) pieces.push({ ids: new Int32Array(), starts: Int32Array.of(0) });
    const windows = new PieceWindows(this.#notation.rules, pieces, this.#memory);
    this.#open = { key, windows };
    return windows;
  }
}
