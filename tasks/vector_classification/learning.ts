import { type Communicator, shareRows, SingleProcess } from "../../src/distributed/mod.ts";
import { add, affine, type Tensor } from "../../src/nn/mod.ts";
import type { Batch, Direction, Learning, MeasuredEvent, Measurement } from "../../src/train/mod.ts";
import { spreadItems } from "../../src/train/mod.ts";
import {
  type Frames,
  inputsOf,
  largestBucket,
  MemberShare,
  ownItems,
  padFrames,
  shuffledBuckets,
} from "../batching/mod.ts";
import type { VectorSequence } from "../data/mod.ts";
import {
  evaluateProbabilities,
  exampleWeights,
  judgeOf,
  meanLoss,
  probabilitiesOf,
  weightedLoss,
  weightsOf,
} from "../labels/mod.ts";
import type { EpochEvent } from "../task_model/mod.ts";
import { augment } from "./augmentation.ts";
import { readSequences } from "./batches.ts";
import type { FrameProcessor } from "./frame_processor.ts";
import type { VectorClassifierSettings } from "./hyperparameters.ts";
import type { VectorClassifierMember, VectorClassifierNetwork } from "./network.ts";

/** The result of a validation. */
export interface VectorMeasurement extends Measurement {
  /** Share of the sequences whose label was predicted correctly. */
  readonly accuracy: number;
  /** Macro-averaged F1. */
  readonly macroF1: number;
}

/** The event that reports an epoch; losses are in nats per sequence. */
export interface VectorClassifierEpoch extends EpochEvent {
  /** Share of the validation sequences whose label was predicted correctly; null without validation sequences. */
  readonly validAccuracy: number | null;
  /** Macro-averaged F1 on the validation sequences; null without validation sequences. */
  readonly validMacroF1: number | null;
}

/** Converts the event of an epoch into a classifier's. */
export function vectorEvent(
  { epoch, loss, measured, isBest }: MeasuredEvent<VectorMeasurement>,
): VectorClassifierEpoch {
  return {
    event: "epoch",
    epoch,
    loss,
    validLoss: measured?.loss ?? null,
    validAccuracy: measured?.accuracy ?? null,
    validMacroF1: measured?.macroF1 ?? null,
    isBest,
  };
}

/** The data of a training. */
export interface VectorTrainingData {
  /** The training sequences and the indices of their labels. */
  readonly train: TargetedSequences;
  /** The validation sequences, which select the best parameters. */
  readonly valid: TargetedSequences | undefined;
  /** Makes the network's inputs. */
  readonly processor: FrameProcessor;
  /** The labels, in the order of the outputs. */
  readonly labels: readonly string[];
}

/** Sequences and the indices of their labels. */
export interface TargetedSequences {
  /** The sequences. */
  readonly sequences: readonly VectorSequence[];
  /** The index of each sequence's label. */
  readonly targets: Int32Array;
}

/** A classifier's training: batches of sequences of similar length, changed at random and reshuffled in each epoch. */
export class VectorLearning implements Learning<VectorMeasurement> {
  /** The network that is trained. */
  readonly module: VectorClassifierNetwork;
  /** Number of batches in an epoch. */
  readonly batches: number;
  /** Size of the validation data, in batches. */
  readonly validationBatches: number;
  /** Whether a higher or a lower objective is better. */
  readonly direction: Direction;
  /** The loss of guessing, in nats per sequence. */
  readonly guess: number;
  /** Whether this rank trains a parameter, if ranks share out the members. */
  readonly owns: Learning<VectorMeasurement>["owns"];
  #communicator: Communicator;
  #ensemble: MemberShare<VectorClassifierMember>;
  #data: VectorTrainingData;
  #settings: VectorClassifierSettings;
  #lengths: number[];
  #weights: Float32Array | undefined;
  #valid: Frames[] | undefined;
  #epoch = -1;
  #buckets: Int32Array[] = [];

  constructor(
    network: VectorClassifierNetwork,
    data: VectorTrainingData,
    settings: VectorClassifierSettings,
    communicator: Communicator = new SingleProcess(),
  ) {
    const { train, valid, processor, labels } = data;
    this.#communicator = communicator;
    this.module = network;
    this.#ensemble = new MemberShare(network.members, communicator, settings);
    this.owns = this.#ensemble.owns;
    this.direction = judgeOf(settings.selectBy).direction;
    this.guess = Math.log(labels.length);
    this.#data = data;
    this.#settings = settings;
    this.#lengths = train.sequences.map((sequence) => processor.shorten(sequence).length);
    this.#weights = weightsOf(settings.labelWeights, train.targets, { labels });
    this.#valid = valid?.sequences.map((sequence) => processor.encode(sequence));
    this.batches = this.#draw(0).length;
    this.validationBatches = (valid?.sequences.length ?? 0) / settings.batch;
  }

  /** Index of the batch of the first epoch with the most inputs, including padding. */
  get largestBatch(): number {
    return largestBucket(this.#draw(0), this.#lengths);
  }

  batch(epoch: number, index: number): Batch {
    if (epoch !== this.#epoch) this.#buckets = this.#draw(epoch);
    this.#epoch = epoch;
    const { train: { sequences, targets: all }, processor } = this.#data;
    const { engine } = this.module;
    const bucket = this.#buckets[index];
    const lengths = this.#lengths.map((length) => ({ length }));
    const places = ownItems(bucket, lengths, this.#ensemble.items);
    const own = new Set(places);
    // The changes are drawn for the whole batch, so that they do not depend on the number of ranks.
    const batch = Array.from(bucket, (place) => sequences[place]);
    const wanted = new Set(batch.keys().filter((i) => own.has(bucket[i])));
    const step = epoch * this.batches + index;
    const changed = augment(processor, batch, this.#settings, { engine, seed: this.#settings.seed, step, wanted });
    const padded = padFrames(changed, processor.width);
    return {
      weight: places.length,
      part: this.#weightOf(places) / this.#weightOf(bucket),
      tokens: padded.lengths.reduce((sum, length) => sum + length, 0),
      loss: () => this.#loss(inputsOf(padded, engine), padded.lengths, places.map((place) => all[place])),
    };
  }

  /** The divisor of the loss of sequences: their number, or the sum of the weights of their labels. */
  #weightOf(places: Int32Array): number {
    const weights = this.#weights;
    const { targets } = this.#data.train;
    return weights ? places.reduce((sum, place) => sum + weights[targets[place]], 0) : places.length;
  }

  /** Computes the mean of the members' losses, or the part in it of those that this rank trains. */
  #loss(inputs: Tensor, lengths: Int32Array, targets: Int32Array): Tensor {
    const { members } = this.module;
    const options = { smoothing: this.#settings.labelSmoothing, weights: this.#weights };
    return this.#ensemble.losses(
      (member) => affine(weightedLoss(member.forward(inputs, lengths), targets, options), 1 / members.length),
      (member) => member.forward(inputs, lengths),
    ).reduce(add);
  }

  async measure(signal?: AbortSignal, share = 1): Promise<VectorMeasurement | null> {
    const { valid, labels, processor } = this.#data;
    if (!valid || !this.#valid) return null;
    const frames = spreadItems(this.#valid, share);
    const logits = await shareRows(
      this.#communicator,
      frames.length,
      async (places) => await readSequences(this.module, places.map((place) => frames[place]), processor.width, signal),
    );
    const targets = Int32Array.from(spreadItems(Array.from(valid.targets), share));
    const figures = evaluateProbabilities(logits.map((row) => probabilitiesOf(row)), targets, labels);
    const { accuracy, macroF1 } = figures;
    const loss = meanLoss(logits, targets, { weights: exampleWeights(targets, this.#weights) });
    return { objective: judgeOf(this.#settings.selectBy).of({ ...figures, loss }), loss, accuracy, macroF1 };
  }

  /** Draws the batches of an epoch; they depend only on the seed and the epoch. */
  #draw(epoch: number): Int32Array[] {
    const { batch, seed } = this.#settings;
    return shuffledBuckets(this.#lengths, { batch, seed, epoch, engine: this.module.engine });
  }
}
