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
import { TRAIN_SETTINGS, type TrainSettings, usualAveraging, usualRate, warmupFor } from "../../src/train/mod.ts";
import { type DistributionName, DISTRIBUTIONS, LEVELS, POINT_LOSSES, type PointLoss } from "./distributions/mod.ts";
import { type Scaling, SCALINGS } from "./scaling.ts";
import { MOGRIFIER_ROUNDS } from "../task_model/mogrifier_rounds.ts";

/** The configuration of a forecaster, stored in `config.json`. */
export interface ForecasterConfig {
  /** The recurrent cell. Default: "lstm". */
  readonly cell: Cell;
  /** Number of rounds of a Mogrifier LSTM, in which its input and its state scale each other. Default: 5. */
  readonly mogrifierRounds: number;
  /** Hidden size. Default: 64; 128 with many values. */
  readonly hidden: number;
  /** Number of stacked layers. Default: 1. */
  readonly layers: number;
  /** Dropout rate between layers and on the last state. Default: 0.3; 0 from 100 series on. */
  readonly dropout: number;
  /** Number of ensemble members: networks with different initial weights, whose outputs are averaged. Default: 1. */
  readonly members: number;
  /** Number of values that are forecast. */
  readonly horizon: number;
  /** Number of values that a step of the recurrence reads, such as the 24 hours of a day. Default: the period. */
  readonly step: number;
  /** Number of steps in a window. Default: follows from the period, the horizon and the lengths of the series. */
  readonly window: number;
  /**
   * Lag of the forecast from which training starts: each value is that of `season` values before. Default: the period,
   * or 1, the last value, where that is closer on the training series.
   */
  readonly season: number;
  /**
   * Scaling of the values of a window. Default: "log" for series of positive values, otherwise "deviation"; "mean" with
   * the negative binomial distribution.
   */
  readonly scaling: Scaling;
  /** Whether a linear map of the window is added to the network's outputs. Default: true. */
  readonly linear: boolean;
  /** The outputs of the network. Default: "quantiles". */
  readonly distribution: DistributionName;
  /** The probabilities of the quantiles that the network learns, with 0.5. Default: from 0.05 to 0.95. */
  readonly levels: readonly number[];
  /**
   * Share of the network's correction of the naive forecast that forecasts take, from 0 to 1; fitted to the validation
   * windows.
   */
  readonly correction: number;
  /** Factors that widen or narrow the forecast quantiles, by level; fitted to the validation windows. */
  readonly calibration: readonly number[] | null;
}

/** Settings for initializing a forecaster's weights. */
export interface ForecasterInitialisation {
  /** Seed of the initial weights. Default: 1. */
  readonly seed: number;
}

/** Settings for training a forecaster. */
export interface ForecasterSettings extends TrainSettings {
  /** Maximum number of passes over the training windows, or over `windows` of them. Default: 12, or 48 from 100
   * series on. */
  readonly epochs: number;
  /** The learning rate. Default: 0.001, or 0.004 from 100 series on; optimizers other than adam have their own. */
  readonly learningRate: number;
  /** Batch size, in windows. Default: from 16 to 256, by the number of training windows. */
  readonly batch: number;
  /**
   * Learning rate of the linear map of the window, as a multiple of that of the rest. Default: 4, or 1 from 100
   * series on.
   */
  readonly linearRate: number;
  /** Largest number of windows in an epoch, drawn at random. Default: 16384. */
  readonly windows: number;
  /** Loss of the point forecast of a model of quantiles, on scaled values. Default: "mae". */
  readonly loss: PointLoss;
}

/** Returns what is expected of levels, if they are not that. */
function checkLevels(value: unknown): string | undefined {
  const isList = Array.isArray(value) && value.includes(0.5) &&
    value.every((level, i) => typeof level === "number" && level > (i === 0 ? 0 : value[i - 1]) && level < 1);
  return isList ? undefined : "ascending numbers between 0 and 1, with 0.5";
}

function checkCalibration(value: unknown): string | undefined {
  const isList = Array.isArray(value) && value.every((factor) => Number.isFinite(factor) && factor >= 0);
  return isList ? undefined : "a list of factors of at least 0";
}

const GROUP = "model";

/** The schema of a forecaster's configuration. */
export const MODEL: Schema<ForecasterConfig & ForecasterInitialisation> = {
  cell: choice(CELLS, { group: GROUP, default: "lstm", help: CELL_HELP }),
  mogrifierRounds: MOGRIFIER_ROUNDS,
  hidden: integer({ group: GROUP, min: 1, default: 64, defaultText: "64; 128 with many values", help: "Hidden size." }),
  layers: integer({ group: GROUP, min: 1, max: MOST_LAYERS, default: 1, help: "Number of stacked recurrent layers." }),
  dropout: share({
    group: GROUP,
    default: 0.3,
    defaultText: "0.3; 0 from 100 series on",
    help: "Dropout rate between layers and on the last state.",
  }),
  members: integer({
    group: GROUP,
    min: 1,
    max: MOST_LAYERS,
    default: 1,
    help: "Number of networks to train together as an ensemble, whose outputs are averaged.",
  }),
  horizon: integer({ option: false, min: 1, help: "Number of values that are forecast." }),
  step: integer({
    group: GROUP,
    min: 1,
    default: 1,
    defaultText: "the period, or a part of it",
    help: "Number of values that a step of the recurrence reads.",
  }),
  window: integer({
    group: GROUP,
    min: 1,
    default: 1,
    defaultText: "follows from the period and the lengths of the series",
    help: "Number of steps in a window.",
  }),
  season: integer({
    group: GROUP,
    min: 1,
    default: 1,
    defaultText: "the period, or 1 where the last value is closer",
    help: "Lag of the values that the network corrects.",
  }),
  scaling: choice(SCALINGS, {
    group: GROUP,
    default: ({ distribution }: Given) => distribution === "negative-binomial" ? "mean" : "deviation",
    defaultText: "log for positive values, otherwise deviation; mean with --distribution negative-binomial",
    help: "Scaling of the values of a window.",
  }),
  linear: boolean({
    group: GROUP,
    default: true,
    off: { option: "no-linear", help: "Do not add a linear map of the window." },
    help: "Add a linear map of the window to the network's outputs.",
  }),
  distribution: choice(DISTRIBUTIONS, { group: GROUP, default: "quantiles", help: "What the network forecasts." }),
  levels: custom({ option: false, default: LEVELS, check: checkLevels, help: "Probabilities of the quantiles." }),
  correction: number({
    option: false,
    min: 0,
    max: 1,
    default: 1,
    help: "Share of the network's correction of the naive forecast.",
  }),
  calibration: nullable(custom<readonly number[]>({
    option: false,
    check: checkCalibration,
    help: "Factors of the quantiles' distances.",
  })),
  seed: integer({ group: GROUP, isInitial: true, min: 0, default: 1, help: TRAIN_SETTINGS.seed.help }),
};

/** Smallest and largest default batch, and the number of batches in an epoch of few windows. */
const [SMALL_BATCH, LARGE_BATCH, BATCHES] = [16, 256, 32];

/** Returns the default batch for a number of training windows: a power of two. */
export function batchFor({ examples }: Given): number {
  if (typeof examples !== "number") return 64;
  return Math.min(LARGE_BATCH, Math.max(SMALL_BATCH, 2 ** Math.floor(Math.log2(Math.max(1, examples / BATCHES)))));
}

/**
 * Number of series from which on a larger rate does better. The recurrent part soon knows fewer by heart, before the
 * linear map has learned what it can.
 */
export const MANY_SERIES = 100;

/** Returns the default learning rate; optimizers other than adam have their own. */
function rate({ optimizer, series }: Given): number {
  if (optimizer !== "adam") return usualRate(optimizer);
  return hasManySeries(series) ? 0.004 : 0.001;
}

function hasManySeries(series: unknown): boolean {
  return typeof series === "number" && series >= MANY_SERIES;
}

/** The schema of a forecaster's training settings. */
export const SETTINGS: Schema<ForecasterSettings> = {
  ...TRAIN_SETTINGS,
  epochs: {
    ...TRAIN_SETTINGS.epochs,
    default: ({ series }) => hasManySeries(series) ? 48 : 12,
    defaultText: "12, or 48 from 100 series on",
    help: "Maximum number of passes over the training windows.",
  },
  batch: {
    ...TRAIN_SETTINGS.batch,
    default: batchFor,
    defaultText: "from 16 to 256, by the number of windows",
    help: "Batch size, in windows.",
  },
  learningRate: {
    ...TRAIN_SETTINGS.learningRate,
    default: rate,
    defaultText: "0.001, or 0.004 from 100 series on; 1 for sgd, 0.1 for momentum and nesterov",
  },
  schedule: { ...TRAIN_SETTINGS.schedule, default: "cosine" },
  warmup: { ...TRAIN_SETTINGS.warmup, default: warmupFor(50), defaultText: "50 for cosine and linear" },
  clipNorm: { ...TRAIN_SETTINGS.clipNorm, default: 1 },
  patience: { ...TRAIN_SETTINGS.patience, default: 12, defaultText: undefined },
  averaging: {
    ...TRAIN_SETTINGS.averaging,
    default: usualAveraging(0.99),
    defaultText: "0.99; none with --average-last or --sync-every",
  },
  linearRate: number({
    group: "training",
    above: 0,
    default: ({ series }) => hasManySeries(series) ? 1 : 4,
    defaultText: "4, or 1 from 100 series on",
    help: "Learning rate of the linear map of the window, as a multiple of that of the rest.",
  }),
  windows: integer({
    group: "training",
    min: 1,
    default: 16384,
    help: "Largest number of windows in an epoch, drawn at random.",
  }),
  loss: choice(POINT_LOSSES, {
    group: "training",
    onlyWith: { field: "distribution", values: ["quantiles"] },
    default: "mae",
    help: "Loss of the point forecast of a model of quantiles.",
  }),
};
