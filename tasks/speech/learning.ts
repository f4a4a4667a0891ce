import { type Communicator, shareTexts, SingleProcess } from "../../src/distributed/mod.ts";
import { affine, ctcLoss, logSoftmax, sum, type Tensor } from "../../src/nn/mod.ts";
import {
  type Batch,
  type Direction,
  type Learning,
  type MeasuredEvent,
  type Measurement,
  spreadItems,
} from "../../src/train/mod.ts";
import type { Tokenizer } from "../../tokenizers/mod.ts";
import {
  type Frames,
  inputsOf,
  largestBucket,
  ownItems,
  padFrames,
  refuseIdleRanks,
  shuffledBuckets,
} from "../batching/mod.ts";
import type { EpochEvent } from "../task_model/mod.ts";
import { Changes } from "./augmentation.ts";
import { eachBatch, scoresOf, type SoundInputs } from "./batches.ts";
import { greedyLabels } from "./greedy.ts";
import type { SpeechSettings } from "./hyperparameters.ts";
import { addErrors, compareTexts, errorRate } from "./measures.ts";
import { BLANK, type SpeechNetwork } from "./network.ts";
import type { SoundProcessor } from "./sound_processor.ts";
import { textOf } from "./transcript.ts";

/** The result of a validation. */
export interface SpeechMeasurement extends Measurement {
  /** The character error rate of greedy search. */
  readonly characterErrors: number;
  /** The word error rate of greedy search. */
  readonly wordErrors: number;
}

/** The event that reports an epoch; losses are in nats per symbol. */
export interface SpeechEpoch extends EpochEvent {
  /** The character error rate of greedy search on the validation utterances; null without. */
  readonly validCER: number | null;
  /** The word error rate of greedy search on the validation utterances; null without. */
  readonly validWER: number | null;
}

/** Converts the event of an epoch into a recognizer's. */
export function speechEvent({ epoch, loss, measured, isBest }: MeasuredEvent<SpeechMeasurement>): SpeechEpoch {
  return {
    event: "epoch",
    epoch,
    loss,
    validLoss: measured?.loss ?? null,
    validCER: measured?.characterErrors ?? null,
    validWER: measured?.wordErrors ?? null,
    isBest,
  };
}

/** A sound to train on. */
export interface TrainingSound {
  /** Number of frames of the network at the slowest speed of the training. */
  readonly length: number;
  /** Number of speeds. */
  readonly speeds: number;
  /** The classes of its symbols. */
  readonly labels: Int32Array;
  /** Returns the log-mel bands, [frames, bands], at a speed. */
  features(speed: number): Promise<Float32Array>;
}

/** A validation sound, its labels and its text. */
export interface ValidationSound extends SoundInputs {
  readonly labels: Int32Array;
  readonly text: string;
}

/** The data of a training. */
export interface SpeechTrainingData {
  readonly train: readonly TrainingSound[];
  readonly valid: readonly ValidationSound[] | undefined;
  readonly processor: SoundProcessor;
  readonly tokenizer: Tokenizer;
}

/** A recognizer's training: batches of sounds of similar length, changed at random and reshuffled in each epoch. */
export class SpeechLearning implements Learning<SpeechMeasurement> {
  /** The network that is trained. */
  readonly module: SpeechNetwork;
  /** Number of batches in an epoch. */
  readonly batches: number;
  /** Size of the validation data, in batches. */
  readonly validationBatches: number;
  /** Whether a higher or a lower objective is better. */
  readonly direction: Direction = "minimize";
  #communicator: Communicator;
  #data: SpeechTrainingData;
  #settings: SpeechSettings;
  #lengths: number[];
  #epoch = -1;
  #buckets: Int32Array[] = [];

  constructor(
    network: SpeechNetwork,
    data: SpeechTrainingData,
    settings: SpeechSettings,
    communicator: Communicator = new SingleProcess(),
  ) {
    const { train, valid } = data;
    refuseIdleRanks(settings.batch, communicator);
    this.#communicator = communicator;
    this.module = network;
    this.#data = data;
    this.#settings = settings;
    this.#lengths = train.map(({ length }) => length);
    this.batches = this.#draw(0).length;
    this.validationBatches = (valid?.length ?? 0) / settings.batch;
  }

  /** Index of the batch of the first epoch with the most inputs, including padding. */
  get largestBatch(): number {
    return largestBucket(this.#draw(0), this.#lengths);
  }

  async batch(epoch: number, index: number): Promise<Batch> {
    if (epoch !== this.#epoch) this.#buckets = this.#draw(epoch);
    this.#epoch = epoch;
    const bucket = this.#buckets[index];
    const places = new Set(ownItems(bucket, this.#data.train, this.#communicator));
    const batch = Array.from(bucket, (place) => ({ sound: this.#data.train[place], isOwn: places.has(place) }));
    const own = batch.filter(({ isOwn }) => isOwn).map(({ sound }) => sound);
    const inputs = await this.#change(batch, epoch * this.batches + index);
    const [symbols, all] = [own, batch.map(({ sound }) => sound)].map((sounds) =>
      sounds.reduce((sum, { labels }) => sum + labels.length, 0)
    );
    return {
      weight: symbols,
      part: own.length === 0 ? 0 : Math.max(1, symbols) / Math.max(1, all),
      tokens: inputs.reduce((sum, { length }) => sum + length, 0),
      loss: () => this.#loss(inputs, own.map(({ labels }) => labels), symbols),
    };
  }

  /** Changes the sounds of a batch that this rank reads; the changes do not depend on the number of ranks. */
  async #change(
    batch: readonly { readonly sound: TrainingSound; readonly isOwn: boolean }[],
    step: number,
  ): Promise<Frames[]> {
    const { processor } = this.#data;
    const { engine } = this.module;
    const changes = new Changes(batch.length, this.#settings, { engine, seed: this.#settings.seed, step });
    const inputs: Frames[] = [];
    for (const [i, { sound, isOwn }] of batch.entries()) {
      if (!isOwn) continue;
      const features = await sound.features(changes.speedOf(i, sound.speeds));
      inputs.push(processor.inputsOf(features, (values) => changes.apply(i, values, processor.bands)));
    }
    return inputs;
  }

  /** Computes the loss of a batch in nats per symbol. */
  #loss(sounds: readonly Frames[], labels: readonly Int32Array[], symbols: number): Tensor {
    const padded = padFrames(sounds, this.#data.processor.width);
    const logits = this.module.forward(inputsOf(padded, this.module.engine), padded.lengths);
    const losses = ctcLoss(logits, labels, { lengths: padded.lengths, blank: BLANK, zeroInfinity: true });
    return affine(sum(losses), 1 / Math.max(1, symbols));
  }

  async measure(signal?: AbortSignal, share = 1): Promise<SpeechMeasurement | null> {
    const { valid: all, processor, tokenizer } = this.#data;
    if (!all) return null;
    const valid = spreadItems(all, share);
    let [loss, symbols] = [0, 0];
    const found = await shareTexts(this.#communicator, valid.length, async (own) => {
      const texts = own.map(() => "");
      const sounds = own.map((place) => valid[place]);
      const measured = eachBatch(this.module, sounds, processor.width, ({ places, lengths, logits }) => {
        const labels = places.map((place) => valid[own[place]].labels);
        const losses = ctcLoss(logits, labels, { lengths, blank: BLANK, zeroInfinity: true });
        loss += losses.toArray().reduce((sum, own) => sum + own, 0);
        symbols += labels.reduce((sum, { length }) => sum + length, 0);
        scoresOf(logSoftmax(logits), lengths).forEach((scores, b) => {
          texts[places[b]] = textOf(tokenizer, greedyLabels(scores, BLANK));
        });
      });
      for await (const _ of measured) signal?.throwIfAborted();
      return texts;
    });
    const [allLoss, allSymbols] = await this.#communicator.sum([loss, symbols]);
    const compared = valid.map(({ text }, i) => compareTexts(text, found[i]));
    const characterErrors = errorRate(addErrors(compared.map(({ characters }) => characters)));
    const wordErrors = errorRate(addErrors(compared.map(({ words }) => words)));
    return { objective: characterErrors, loss: allLoss / Math.max(1, allSymbols), characterErrors, wordErrors };
  }

  #draw(epoch: number): Int32Array[] {
    const { batch, seed } = this.#settings;
    return shuffledBuckets(this.#lengths, { batch, seed, epoch, engine: this.module.engine });
  }
}
