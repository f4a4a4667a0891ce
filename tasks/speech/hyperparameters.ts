import { type Cell, CELLS, MOST_LAYERS } from "../../src/nn/mod.ts";
import { CELL_HELP } from "../../src/nn/cells.ts";
import { boolean, choice, integer, nullable, number, type Schema, share } from "../../src/schema/mod.ts";
import { TRAIN_SETTINGS, type TrainSettings, usualRate, warmupFor } from "../../src/train/mod.ts";
import { type DataFormat, dataFormat } from "../data/data_format.ts";
import { MOGRIFIER_ROUNDS } from "../task_model/mogrifier_rounds.ts";
import type { SpeechAugmentation } from "./augmentation.ts";

/** The configuration of a speech recognizer, stored in `config.json`. */
export interface SpeechConfig {
  /** The recurrent cell. Default: "lstm". */
  readonly cell: Cell;
  /** Number of rounds of a Mogrifier LSTM, in which its input and its state scale each other. Default: 5. */
  readonly mogrifierRounds: number;
  /** Number of inputs for each frame, which the sound processor makes. */
  readonly input: number;
  /** Number of symbols of the tokenizer. */
  readonly vocabSize: number;
  /**
   * Number of frames that each filter of a convolution before the recurrent layers covers; null leaves the convolution
   * out. Default: null.
   */
  readonly conv: number | null;
  /** Hidden size H of each direction. Default: 256. */
  readonly hidden: number;
  /** Number of stacked layers. Default: 2. */
  readonly layers: number;
  /** Whether sounds are also read backwards. Default: true. */
  readonly bidirectional: boolean;
  /** Whether the outputs of each recurrent layer are normalized (Ba et al. 2016). Default: false. */
  readonly layerNorm: boolean;
  /** Dropout rate between layers and before the output layer, one mask for all frames. Default: 0.2. */
  readonly dropout: number;
  /** Columns of the list of training utterances; lists that have them are read alike. Default: null. */
  readonly dataFormat: DataFormat<"pathColumn" | "textColumn"> | null;
}

/** Settings for initializing the weights. */
export interface SpeechInitialisation {
  /** Seed of the initial weights. Default: 1. */
  readonly seed: number;
}

/** Settings for training a speech recognizer. */
export interface SpeechSettings extends TrainSettings, SpeechAugmentation {}

const GROUP = "model";

/** The schema of a recognizer's configuration. */
export const MODEL: Schema<SpeechConfig & SpeechInitialisation> = {
  cell: choice(CELLS, { group: GROUP, default: "lstm", help: CELL_HELP }),
  mogrifierRounds: MOGRIFIER_ROUNDS,
  input: integer({ option: false, min: 1, help: "Number of inputs for each frame." }),
  vocabSize: integer({ option: false, min: 1, help: "Number of symbols of the tokenizer." }),
  conv: nullable(integer({
    group: GROUP,
    min: 1,
    help: "Width, in frames, of the filters of a convolution before the recurrent layers.",
  })),
  hidden: integer({ group: GROUP, min: 1, default: 256, help: "Hidden size of each direction." }),
  layers: integer({ group: GROUP, min: 1, max: MOST_LAYERS, default: 2, help: "Number of stacked recurrent layers." }),
  bidirectional: boolean({
    group: GROUP,
    default: true,
    defaultText: "on",
    off: {
      option: "unidirectional",
      help: "Read sounds forward only, so that they can be transcribed as they arrive.",
    },
    help: "Read sounds both forward and backward.",
  }),
  layerNorm: boolean({ group: GROUP, default: false, help: "Normalize the outputs of each recurrent layer." }),
  dropout: share({ group: GROUP, default: 0.2, help: "Dropout rate between layers and before the output layer." }),
  dataFormat: dataFormat(["pathColumn", "textColumn"]),
  seed: integer({ group: GROUP, isInitial: true, min: 0, default: 1, help: TRAIN_SETTINGS.seed.help }),
};

/** The schema of a recognizer's training settings. */
export const SETTINGS: Schema<SpeechSettings> = {
  ...TRAIN_SETTINGS,
  epochs: { ...TRAIN_SETTINGS.epochs, default: 30, defaultText: "30, or more for few utterances" },
  batch: { ...TRAIN_SETTINGS.batch, default: 16 },
  optimizer: { ...TRAIN_SETTINGS.optimizer, default: "adamw" },
  learningRate: {
    ...TRAIN_SETTINGS.learningRate,
    default: ({ optimizer }) => optimizer === "adamw" || optimizer === "adam" ? 0.002 : usualRate(optimizer),
    defaultText: "0.002; 1 for sgd, 0.1 for momentum and nesterov",
  },
  weightDecay: { ...TRAIN_SETTINGS.weightDecay, default: 0.01 },
  // There are no embeddings of words to leave alone.
  lazy: { ...TRAIN_SETTINGS.lazy, option: false },
  schedule: { ...TRAIN_SETTINGS.schedule, default: "cosine" },
  warmup: { ...TRAIN_SETTINGS.warmup, default: warmupFor(100), defaultText: "100 for cosine and linear" },
  clipNorm: { ...TRAIN_SETTINGS.clipNorm, default: 5 },
  speed: number({
    group: "training",
    min: 0,
    max: 0.5,
    default: 0.1,
    help: "Read each training sound at its own speed, or by this share slower or faster, at random.",
  }),
  bandMasks: integer({
    group: "training",
    min: 0,
    max: 10,
    default: 2,
    help: "Number of runs of bands that are masked in each training sound (SpecAugment).",
  }),
  bandMaskShare: share({
    group: "training",
    default: 0.2,
    onlyWith: { field: "bandMasks", above: 0 },
    help: "Largest width of a masked run of bands, as a share of all.",
  }),
  timeMasks: integer({
    group: "training",
    min: 0,
    max: 20,
    default: 2,
    help: "Number of runs of frames that are masked in each training sound (SpecAugment).",
  }),
  timeMaskShare: share({
    group: "training",
    default: 0.08,
    onlyWith: { field: "timeMasks", above: 0 },
    help: "Largest length of a masked run of frames, as a share of the sound.",
  }),
  noise: number({
    group: "training",
    min: 0,
    default: 0.1,
    help: "Largest standard deviation of the noise that is added to the normalized bands in training.",
  }),
  gain: number({
    group: "training",
    min: 0,
    default: 0.1,
    help: "Largest random change of the loudness in training, in the units of the normalized bands.",
  }),
};
