import { type Cell, CELLS, MOST_LAYERS } from "../../src/nn/mod.ts";
import { CELL_HELP } from "../../src/nn/cells.ts";
import {
  boolean,
  choice,
  custom,
  type Given,
  integer,
  nullable,
  number,
  type Schema,
  share,
} from "../../src/schema/mod.ts";
import { TRAIN_SETTINGS, type TrainSettings, usualRate, warmupFor } from "../../src/train/mod.ts";
import { type DataFormat, dataFormat } from "../data/data_format.ts";
import {
  type ClassifierSelection,
  expectedLabels,
  LABEL_WEIGHTS,
  type LabelWeights,
  type Pooling,
  POOLINGS,
  SELECT_BY,
} from "../labels/mod.ts";
import type { Augmentation } from "./augmentation.ts";
import { MOGRIFIER_ROUNDS } from "../task_model/mogrifier_rounds.ts";

/** The configuration of a classifier of vector sequences, stored in `config.json`. */
export interface VectorClassifierConfig {
  /** The recurrent cell. Default: "lstm". */
  readonly cell: Cell;
  /** Number of rounds of a Mogrifier LSTM, in which its input and its state scale each other. Default: 5. */
  readonly mogrifierRounds: number;
  /** Number of inputs for each frame, which the frame processor makes. */
  readonly input: number;
  /** Height and width of the pictures that frames are; null for other frames. */
  readonly picture: readonly [height: number, width: number] | null;
  /** Number of filters of the first convolution of pictures; each further one has twice as many. Default: 8. */
  readonly pictureFilters: number;
  /**
   * Number of frames that each filter of a convolution before the recurrent layers covers; null or 0 leaves the
   * convolution out. Default: null, or a little more than two pools of frames where values are read in both directions
   * and the middle one of the training sequences has 96 frames or more.
   */
  readonly conv: number | null;
  /** Number of filters of the convolution; null takes the hidden size. Default: null. */
  readonly filters: number | null;
  /**
   * Number of successive frames of which only each filter's maximum is kept; null keeps all. Default: null, or what
   * leaves about 64 steps, at most 16, where the convolution follows from the data.
   */
  readonly convPool: number | null;
  /** Hidden size H of each direction. Default: 96. */
  readonly hidden: number;
  /** Number of stacked layers. Default: 1. */
  readonly layers: number;
  /** Whether sequences are also read backwards. Default: true. */
  readonly bidirectional: boolean;
  /**
   * Number of ensemble members: networks with different initial weights whose logits are averaged. Default: 2 for
   * skeletons, otherwise 1.
   */
  readonly members: number;
  /** Method that reduces the states of a sequence to one vector. Default: "mean". */
  readonly pooling: Pooling;
  /** The labels, at least two, in the order of the outputs. */
  readonly labels: readonly string[];
  /** Dropout rate between layers (one mask for all time steps) and before the output layer. Default: 0.4. */
  readonly dropout: number;
  /** Dropout rate on the inputs, one mask for all time steps. Default: 0. */
  readonly inputDropout: number;
  /** Divides the logits before the softmax; `calibrate` fits it (Guo et al. 2017). */
  readonly temperature: number;
  /** Fields of the training records, or names of arrays; files that have them are read alike. Default: null. */
  readonly dataFormat: DataFormat<"labelColumn" | "framesColumn"> | null;
}

/** Settings for initializing the weights. */
export interface VectorClassifierInitialisation {
  /** Seed of the initial weights. Default: 1. */
  readonly seed: number;
}

/** Settings for training a classifier of vector sequences. */
export interface VectorClassifierSettings extends TrainSettings, Augmentation {
  /** Label smoothing: share of each target spread evenly over the labels (Szegedy et al. 2016). Default: 0.1. */
  readonly labelSmoothing: number;
  /** Weights of the labels in the loss. Default: "none". */
  readonly labelWeights: LabelWeights;
  /** Validation figure by which the best epoch is selected, and early stopping judged. Default: "accuracy". */
  readonly selectBy: ClassifierSelection;
}

/** Returns a default that is one value for skeletons, and another for other frames. */
function forSkeletons<T>(skeletons: T, others: T): (given: Given) => T {
  return ({ kind }) => kind === "skeleton" ? skeletons : others;
}

const GROUP = "model";

/** The schema of a classifier's configuration. */
export const MODEL: Schema<VectorClassifierConfig & VectorClassifierInitialisation> = {
  cell: choice(CELLS, { group: GROUP, default: "lstm", help: CELL_HELP }),
  mogrifierRounds: MOGRIFIER_ROUNDS,
  input: integer({ option: false, min: 1, help: "Number of inputs for each frame." }),
  picture: nullable(custom<readonly [height: number, width: number]>({
    option: false,
    help: "Height and width of pictures.",
    check: (value) =>
      Array.isArray(value) && value.length === 2 && value.every((size) => Number.isSafeInteger(size) && size >= 1)
        ? undefined
        : "a height and a width",
  })),
  pictureFilters: integer({
    group: GROUP,
    min: 1,
    default: 8,
    help: "Number of filters of the first convolution of pictures; each further one has twice as many.",
  }),
  conv: nullable(integer({
    group: GROUP,
    min: 0,
    defaultText: "none, but follows from the lengths of long sequences of values",
    help: "Width, in frames, of the filters of a convolution before the recurrent layers.",
  })),
  filters: nullable(integer({
    group: GROUP,
    needs: ["conv"],
    min: 1,
    defaultText: "the hidden size",
    help: "Number of filters of the convolution.",
  })),
  convPool: nullable(integer({
    group: GROUP,
    needs: ["conv"],
    min: 1,
    help: "Number of successive frames of which only the maximum of each filter is kept.",
  })),
  hidden: integer({ group: GROUP, min: 1, default: 96, help: "Hidden size of each direction." }),
  layers: integer({ group: GROUP, min: 1, max: MOST_LAYERS, default: 1, help: "Number of stacked recurrent layers." }),
  bidirectional: boolean({
    group: GROUP,
    default: true,
    defaultText: "on",
    off: { option: "unidirectional", help: "Read sequences forward only." },
    help: "Read sequences both forward and backward.",
  }),
  members: integer({
    group: GROUP,
    min: 1,
    max: MOST_LAYERS,
    // Skeletons are quick to read, and two networks depend less on chance than one.
    default: forSkeletons(2, 1),
    defaultText: "2 for skeletons, otherwise 1",
    help: "Number of networks to train together as an ensemble, whose logits are averaged.",
  }),
  pooling: choice(POOLINGS, {
    group: GROUP,
    default: "mean",
    help: "Pooling of a sequence's states into one vector; concat concatenates all the others.",
  }),
  labels: custom<readonly string[]>({ option: false, help: "The labels.", check: expectedLabels }),
  dropout: share({ group: GROUP, default: 0.4, help: "Dropout rate between layers and before the output layer." }),
  inputDropout: share({
    group: GROUP,
    default: 0,
    help: "Dropout rate on the inputs, with one mask for all frames of a sequence.",
  }),
  temperature: number({ option: false, above: 0, default: 1, help: "Divides the logits before the softmax." }),
  dataFormat: dataFormat(["labelColumn", "framesColumn"]),
  seed: integer({ group: GROUP, isInitial: true, min: 0, default: 1, help: TRAIN_SETTINGS.seed.help }),
};

/** Words of labels that a reflection would change. */
const SIDED = /(?:^|[^a-z])(?:left|right|clockwise|east|west)/i;

/** Skeletons are mirrored unless a label tells left from right, also one such as "swipeLeft". */
function mayMirror({ kind, labels }: Given): boolean {
  const words = (label: string): string => label.replaceAll(/([a-z\d])([A-Z])/g, "$1 $2");
  return kind === "skeleton" && !(labels as readonly string[]).some((label) => SIDED.test(words(label)));
}

/** Few clips make few steps, and convolutions of pictures need more of them than values and skeletons do. */
function batchFor({ kind }: Given): number {
  return kind === "picture" ? 8 : 16;
}

/** Epochs by default, and the fewest and most steps in them, as far as the epochs are within the bounds. */
const [EPOCHS, FEWEST_STEPS, MOST_STEPS] = [60, 720, 10_000];
/** Least and most epochs by default. */
const [LEAST_EPOCHS, MOST_EPOCHS] = [20, 300];

/**
 * Few sequences make few steps in an epoch, so they are read more often; many are learned in fewer epochs.
 */
function epochsFor(given: Given): number {
  const { examples, batch = batchFor(given) } = given;
  if (typeof examples !== "number") return EPOCHS;
  const batches = Math.ceil(examples / Number(batch));
  const least = Math.min(MOST_EPOCHS, Math.ceil(FEWEST_STEPS / batches));
  const most = Math.max(LEAST_EPOCHS, Math.floor(MOST_STEPS / batches));
  return Math.min(most, Math.max(least, EPOCHS));
}

/** The schema of a classifier's training settings. */
export const SETTINGS: Schema<VectorClassifierSettings> = {
  ...TRAIN_SETTINGS,
  epochs: {
    ...TRAIN_SETTINGS.epochs,
    default: epochsFor,
    defaultText: "60; up to 300 of few sequences, down to 20 of many",
  },
  batch: {
    ...TRAIN_SETTINGS.batch,
    default: batchFor,
    defaultText: "8 for pictures, otherwise 16",
  },
  optimizer: { ...TRAIN_SETTINGS.optimizer, default: "adamw" },
  learningRate: {
    ...TRAIN_SETTINGS.learningRate,
    default: ({ optimizer }) => optimizer === "adamw" || optimizer === "adam" ? 0.003 : usualRate(optimizer),
    defaultText: "0.003; 1 for sgd, 0.1 for momentum and nesterov, 0.002 for rmsprop",
  },
  weightDecay: { ...TRAIN_SETTINGS.weightDecay, default: 0.01 },
  // There are no embeddings of words to leave alone.
  lazy: { ...TRAIN_SETTINGS.lazy, option: false },
  schedule: { ...TRAIN_SETTINGS.schedule, default: "cosine" },
  warmup: { ...TRAIN_SETTINGS.warmup, default: warmupFor(50), defaultText: "50 for cosine and linear" },
  clipNorm: { ...TRAIN_SETTINGS.clipNorm, default: 1 },
  labelSmoothing: share({
    group: "training",
    default: 0.1,
    help: "Share of each target to spread evenly over all labels.",
  }),
  labelWeights: LABEL_WEIGHTS,
  selectBy: { ...SELECT_BY, default: "accuracy", defaultText: undefined },
  jitter: number({
    group: "training",
    min: 0,
    default: 0.03,
    help: "Standard deviation of the noise that is added to the scaled values in training.",
  }),
  speed: number({
    group: "training",
    min: 0,
    default: 0.3,
    help: "Largest random change of the speed in training; 0.5 is up to 1.5 times as fast or as slow.",
  }),
  mirror: boolean({
    group: "training",
    default: mayMirror,
    defaultText: "on for skeletons, unless labels tell left from right",
    off: { option: "no-mirror", help: "Do not mirror sequences." },
    help: "Mirror half of the skeletons or pictures in training.",
  }),
  rotation: number({
    group: "training",
    min: 0,
    max: 180,
    default: forSkeletons(30, 0),
    defaultText: "30 for skeletons",
    help: "Largest random turn of skeletons about the vertical axis in training, in degrees.",
  }),
  stretch: share({
    group: "training",
    default: 0.1,
    help:
      "Largest random change of the size of the values in training, as a share; pictures are also shifted by up to " +
      "this share of their sides.",
  }),
};
