import { choice, complete, type Given, integer, nullable, number, refuse, type Schema, share } from "../schema/mod.ts";
import {
  Adam,
  AdamW,
  constant,
  cosineDecay,
  exponentialDecay,
  type Optimizer,
  type OptimizerOptions,
  reduceOnPlateau,
  RMSprop,
  type Schedule,
  SGD,
  stepDecay,
  type Trainable,
} from "../optim/mod.ts";

/** The optimizers; `momentum` is SGD with momentum 0.9 unless another is given. */
export const OPTIMIZERS = ["sgd", "momentum", "nesterov", "adam", "adamw", "rmsprop"] as const;
/** The schedules of the learning rate. */
export const SCHEDULES = ["constant", "step", "exponential", "cosine", "plateau"] as const;

/** How any model is trained. */
export interface TrainSettings {
  /** Passes over the training data. Default: 10. */
  readonly epochs: number;
  /** Steps after which training ends, whatever the epoch; null for no limit. Default: null. */
  readonly maxSteps: number | null;
  /** Sequences that a step reads side by side. Default: 32. */
  readonly batch: number;
  /** The optimizer. Default: "adam". */
  readonly optimizer: typeof OPTIMIZERS[number];
  /** The learning rate. Default: 1 for sgd, 0.1 for momentum and nesterov, 0.002 for the others. */
  readonly learningRate: number;
  /** Share of the velocity that a step keeps. Default: 0.9 for momentum and nesterov, otherwise 0. */
  readonly momentum: number;
  /** Weight decay. Default: 0. */
  readonly weightDecay: number;
  /** How the learning rate changes. Default: "constant". */
  readonly schedule: typeof SCHEDULES[number];
  /** Factor of the step, exponential and plateau schedules. Default: 0.5. */
  readonly decay: number;
  /** Epochs between decays of the step schedule, and the plateau schedule's patience. Default: 1. */
  readonly decayEvery: number;
  /** Epochs before the first decay of the step schedule. Default: 1. */
  readonly decayAfter: number;
  /** Steps over which the cosine schedule's rate rises, at most half of all. Default: 0. */
  readonly warmup: number;
  /** Largest norm of all gradients together; null for no limit. Default: 5. */
  readonly clipNorm: number | null;
  /** Largest absolute value of a gradient; null for no limit. Default: null. */
  readonly clipValue: number | null;
  /** Epochs without improvement after which training stops; null for no early stopping. Default: null. */
  readonly patience: number | null;
  /**
   * Share of a moving average of the parameters that each step keeps; the average is what is measured and kept (Polyak and Juditsky 1992). null
   * for the parameters themselves. Default: null.
   */
  readonly averaging: number | null;
  /** Epochs over whose ends the parameters are averaged; the mean is what is measured and kept. null for none. Default: null. */
  readonly averageLast: number | null;
  /** Seed of the order of batches and of dropout. Default: 1. */
  readonly seed: number;
}

const USUAL_RATES: Record<TrainSettings["optimizer"], number> = {
  sgd: 1,
  momentum: 0.1,
  nesterov: 0.1,
  adam: 0.002,
  adamw: 0.002,
  rmsprop: 0.002,
};

/** The learning rate that suits an optimizer where nothing more is known. */
export function usualRate(optimizer: unknown): number {
  return USUAL_RATES[optimizer as TrainSettings["optimizer"]] ?? 0;
}

const GROUP = "training";

/** The declarations of `TrainSettings`; tasks change what suits them, and add their own. */
export const TRAIN_SETTINGS: Schema<TrainSettings> = {
  epochs: integer({ group: GROUP, min: 1, default: 10, help: "Passes over the data." }),
  maxSteps: nullable(integer({
    group: GROUP,
    min: 1,
    help: "Steps after which training ends, whatever the epoch.",
  })),
  batch: integer({ group: GROUP, min: 1, default: 32, help: "Sequences that a step reads side by side." }),
  optimizer: choice(OPTIMIZERS, { group: GROUP, default: "adam", help: "The optimizer." }),
  learningRate: number({
    group: GROUP,
    option: "lr",
    above: 0,
    default: ({ optimizer }) => usualRate(optimizer),
    defaultText: "0.002; 1 for sgd, 0.1 with momentum",
    help: "Learning rate.",
  }),
  momentum: share({
    group: GROUP,
    default: ({ optimizer }) => optimizer === "momentum" || optimizer === "nesterov" ? 0.9 : 0,
    defaultText: "0.9 for momentum and nesterov, otherwise 0",
    help: "Share of the velocity that sgd and rmsprop keep.",
  }),
  weightDecay: number({ group: GROUP, min: 0, default: 0, help: "Weight decay." }),
  schedule: choice(SCHEDULES, { group: GROUP, default: "constant", help: "How the learning rate changes." }),
  decay: number({
    group: GROUP,
    above: 0,
    default: 0.5,
    help: "Factor of the step, exponential and plateau schedules.",
  }),
  decayEvery: integer({
    group: GROUP,
    min: 1,
    default: 1,
    help: "Epochs between decays; patience of the plateau schedule.",
  }),
  decayAfter: integer({
    group: GROUP,
    min: 0,
    default: 1,
    help: "Epochs before the first decay of the step schedule.",
  }),
  warmup: integer({
    group: GROUP,
    min: 0,
    default: 0,
    help: "Steps over which the cosine schedule rises, at most half of all.",
  }),
  clipNorm: nullable(
    number({
      group: GROUP,
      option: "clip",
      above: 0,
      help: "Largest norm of all gradients together.",
    }),
    5,
  ),
  clipValue: nullable(number({
    group: GROUP,
    above: 0,
    help: "Largest absolute value of a gradient.",
  })),
  patience: nullable(integer({
    group: GROUP,
    min: 1,
    defaultText: "never",
    help: "Stop after N epochs without improvement.",
  })),
  averaging: nullable(share({
    group: GROUP,
    insteadOf: ["averageLast"],
    help: "Measure and keep a moving average of the parameters, of which each step keeps this share.",
  })),
  averageLast: nullable(integer({
    group: GROUP,
    min: 1,
    insteadOf: ["averaging"],
    help: "Measure and keep the mean of the parameters at the ends of this many epochs.",
  })),
  seed: integer({
    group: GROUP,
    min: 0,
    default: 1,
    help: "Seed of the first weights, the order of batches and dropout.",
  }),
};

/** Fills in a training's settings by their declarations. Throws `RangeError` for an impossible value, a `TypeError` for an unknown name. */
export function completeSettings<S extends TrainSettings>(schema: Schema<S>, given: Partial<S>, context?: Given): S {
  const settings = complete(schema, given, "fit", context);
  if (settings.averaging !== null && settings.averageLast !== null) {
    refuse("fit", "averageLast", "null beside averaging", settings.averageLast);
  }
  return settings;
}

/** The optimizer that settings name, on parameters, or groups of them, that it moves into its slab. */
export function makeOptimizer(
  parameters: Trainable<OptimizerOptions>,
  settings: TrainSettings,
): Optimizer<OptimizerOptions> {
  const { optimizer, learningRate, momentum, weightDecay } = settings;
  const options = { learningRate, weightDecay };
  switch (optimizer) {
    case "sgd":
    case "momentum":
      return new SGD(parameters, { ...options, momentum });
    case "nesterov":
      return new SGD(parameters, { ...options, momentum, nesterov: true });
    case "adam":
      return new Adam(parameters, options);
    case "adamw":
      return new AdamW(parameters, options);
    case "rmsprop":
      return new RMSprop(parameters, { ...options, momentum });
  }
}

/** The schedule that settings name, for a run of `steps` steps in all. */
export function makeSchedule(settings: TrainSettings, steps: number): Schedule {
  const { schedule, decay: gamma, decayEvery: every, decayAfter: after, warmup } = settings;
  switch (schedule) {
    case "constant":
      return constant();
    case "step":
      return stepDecay({ gamma, every, after });
    case "exponential":
      return exponentialDecay({ gamma });
    case "cosine":
      return cosineDecay({ steps, warmup: Math.min(warmup, Math.floor(steps / 2)) });
    case "plateau":
      return reduceOnPlateau({ gamma, patience: every });
  }
}
