import type { Cell } from "../../src/nn/mod.ts";
import { type Field, integer, nullable, type Schema } from "../../src/schema/mod.ts";
import { TRAIN_SETTINGS, type TrainSettings, usualRate, warmupFor } from "../../src/train/mod.ts";
import { MODEL as LANGUAGE } from "../language_modeling/hyperparameters.ts";

/** The configuration of a music model, stored in `config.json`. */
export interface MusicConfig {
  /** The recurrent cell. Default: "lstm". */
  readonly cell: Cell;
  /** Number of rounds of a Mogrifier LSTM, in which its input and its state scale each other. Default: 5. */
  readonly mogrifierRounds: number;
  /** Number of tokens V of the tokenizer. */
  readonly vocabSize: number;
  /** Hidden size H of all recurrent layers, or that of each. Default: 256. */
  readonly hidden: number | readonly number[];
  /** Number of stacked recurrent layers. Default: 1, or the number of hidden sizes. */
  readonly layers: number;
  /** Size E of the vectors of tokens and places. Default: 128. */
  readonly embed: number;
  /** Dropout rate on the vectors, between layers and before the output. Default: 0.3. */
  readonly dropout: number;
  /** Whether dropout uses the same mask at every time step of a window (Gal and Ghahramani 2016). Default: false. */
  readonly lockedDropout: boolean;
  /** Dropout rate of the recurrent weights, one mask for a window (Merity et al. 2018). Default: 0. */
  readonly weightDropout: number;
  /** Time steps of a quarter note in piano rolls. Default: 2. */
  readonly stepsPerQuarter: number;
}

/** Settings for initializing the weights. */
export interface MusicInitialisation {
  /** Seed of the initial weights. Default: 1. */
  readonly seed: number;
}

/** Settings for training a music model. */
export interface MusicSettings extends TrainSettings {
  /** Time steps of truncated backpropagation through time: the most tokens of a window. Default: 128. */
  readonly bptt: number;
  /** In each epoch, each piece is transposed by up to this many semitones up or down, at random. Default: 5. */
  readonly transpose: number;
}

/** The most semitones of a transposition: an octave. */
export const MOST_SEMITONES = 12;

/** Time steps of a quarter note in piano rolls, where nothing else is asked for. */
export const STEPS_PER_QUARTER: Field<number> = integer({
  group: "data",
  min: 1,
  max: 24,
  default: 2,
  help: "Time steps of a quarter note in piano rolls and other music read as such. The model keeps the number.",
});

/** Time steps of a quarter note where a model is used; null for those that it was trained with. */
export const OWN_STEPS_PER_QUARTER: Field<number | null> = {
  ...nullable(STEPS_PER_QUARTER),
  defaultText: "that of the model",
  help: "Time steps of a quarter note in piano rolls and other music read as such.",
};

/** The schema of a model's configuration. */
export const MODEL: Schema<MusicConfig & MusicInitialisation> = {
  cell: LANGUAGE.cell,
  mogrifierRounds: LANGUAGE.mogrifierRounds,
  vocabSize: LANGUAGE.vocabSize,
  hidden: LANGUAGE.hidden,
  layers: LANGUAGE.layers,
  embed: integer({ group: "model", min: 1, default: 128, help: "Size of the vectors of tokens and of their places." }),
  dropout: { ...LANGUAGE.dropout, default: 0.3 },
  lockedDropout: LANGUAGE.lockedDropout,
  weightDropout: LANGUAGE.weightDropout,
  // The option is that of the data.
  stepsPerQuarter: { ...STEPS_PER_QUARTER, option: false, isOpen: true, former: 2 },
  seed: LANGUAGE.seed,
};

/** The schema of the training settings. */
export const SETTINGS: Schema<MusicSettings> = {
  ...TRAIN_SETTINGS,
  epochs: { ...TRAIN_SETTINGS.epochs, default: 30 },
  batch: { ...TRAIN_SETTINGS.batch, default: 16, help: "Batch size: number of pieces that are read side by side." },
  optimizer: { ...TRAIN_SETTINGS.optimizer, default: "adamw" },
  learningRate: {
    ...TRAIN_SETTINGS.learningRate,
    default: ({ optimizer }) => optimizer === "adamw" || optimizer === "adam" ? 0.003 : usualRate(optimizer),
    defaultText: "0.003; 1 for sgd, 0.1 for momentum and nesterov",
  },
  weightDecay: { ...TRAIN_SETTINGS.weightDecay, default: 0.01 },
  // Nearly all tokens occur in every batch.
  lazy: { ...TRAIN_SETTINGS.lazy, option: false },
  schedule: { ...TRAIN_SETTINGS.schedule, default: "cosine" },
  warmup: { ...TRAIN_SETTINGS.warmup, default: warmupFor(50), defaultText: "50 for cosine and linear" },
  clipNorm: { ...TRAIN_SETTINGS.clipNorm, default: 1 },
  bptt: integer({
    group: "training",
    min: 1,
    default: 128,
    help: "Number of tokens that gradients flow back through (truncated backpropagation).",
  }),
  transpose: integer({
    group: "training",
    min: 0,
    max: MOST_SEMITONES,
    default: 5,
    value: "K",
    help: "Transpose each piece by up to K semitones up or down, at random in each epoch.",
  }),
};
