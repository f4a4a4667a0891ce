import {
  boolean,
  choice,
  complete,
  type Default,
  type Given,
  integer,
  nullable,
  number,
  refuse,
  resolve,
  type Rule,
  type Schema,
  share,
} from "../schema/mod.ts";
import { Adam, AdamW, type Optimizer, type OptimizerOptions, RMSprop, SGD, type Trainable } from "../optim/mod.ts";

/**
 * Names of the optimizers; `momentum` is SGD with momentum, by default 0.9.
 *
 * @example
 * ```ts
 * import { CharTokenizer, LanguageModel } from "@elman/elman";
 * import { OPTIMIZERS, SCHEDULES } from "@elman/elman/tasks";
 * import { assert } from "@std/assert";
 *
 * const text = "to be or not to be, that is the question. ".repeat(5);
 * const tokenizer = CharTokenizer.train(text);
 * for (const optimizer of OPTIMIZERS) {
 *   for (const schedule of SCHEDULES) {
 *     const lm = LanguageModel.create({ tokenizer, hidden: 4 });
 *     const data = { train: text, valid: text.slice(0, 50) };
 *     const { loss } = await lm.fit(data, { optimizer, schedule, epochs: 1, batch: 4, bptt: 16 });
 *     assert(loss < 4, `${optimizer} and ${schedule}: ${loss}`);
 *   }
 * }
 * ```
 */
export const OPTIMIZERS = ["sgd", "momentum", "nesterov", "adam", "adamw", "rmsprop"] as const;
/** Names of the learning rate schedules. */
export const SCHEDULES = ["constant", "step", "exponential", "cosine", "plateau", "linear", "one-cycle"] as const;

/** Training settings that all tasks share. */
export interface TrainSettings {
  /** Number of passes over the training data. Default: 10. */
  readonly epochs: number;
  /** Maximum number of steps; null for no limit. Default: null. */
  readonly maxSteps: number | null;
  /**
   * Minutes for the steps and validations, in place of a number of epochs and steps; null for no limit of time. The
   * learning rate falls over the time, so a run with a budget does not repeat bit for bit. Default: null.
   */
  readonly minutes: number | null;
  /** Batch size in sequences. Default: 32. */
  readonly batch: number;
  /** The optimizer. Default: "adam". */
  readonly optimizer: typeof OPTIMIZERS[number];
  /** The learning rate. Default: 1 for sgd, 0.1 for momentum and nesterov, 0.002 for the others. */
  readonly learningRate: number;
  /** Momentum of SGD and RMSprop, below 1. Default: 0.9 for momentum and nesterov, otherwise 0. */
  readonly momentum: number;
  /** Weight decay. Default: 0. */
  readonly weightDecay: number;
  /**
   * Whether Adam leaves the embeddings of words that a step does not use alone, with their moments, as PyTorch's
   * SparseAdam does: faster with a large vocabulary. Default: false.
   */
  readonly lazy: boolean;
  /** Learning rate schedule. Default: "constant". */
  readonly schedule: typeof SCHEDULES[number];
  /** Factor of the step, exponential and plateau schedules; below 1 for plateau. Default: 0.5. */
  readonly decay: number;
  /** Epochs between decays of the step schedule, and the plateau schedule's patience. Default: 1. */
  readonly decayEvery: number;
  /** Epochs before the first decay of the step schedule. Default: 1. */
  readonly decayAfter: number;
  /**
   * Number of steps in which the learning rate rises from 0, at most half of all steps of the cosine and linear
   * schedules; the one-cycle schedule has its own rise. Null for 5 % of the steps of the cosine and linear schedules,
   * at most 100, and none otherwise. Default: null.
   */
  readonly warmup: number | null;
  /** Learning rate at the end of the cosine, linear and one-cycle schedules, as a share of the full one. Default: 0. */
  readonly finalRate: number;
  /** Maximum norm of all gradients together; null for no limit. Default: 5. */
  readonly clipNorm: number | null;
  /** Maximum absolute value of a gradient element; null for no limit. Default: null. */
  readonly clipValue: number | null;
  /**
   * Number of epochs without improvement before early stopping; null for no early stopping. Epochs of the warm-up do
   * not count, nor those with the lowest validation loss so far. Default: null.
   */
  readonly patience: number | null;
  /**
   * Decay of a moving average of the parameters, which is measured and saved instead of them (Polyak and Juditsky
   * 1992); null or 0 for no average. Default: null.
   */
  readonly averaging: number | null;
  /**
   * Number of last epochs whose final parameters are averaged, measured and saved; null for no average. Default: null.
   */
  readonly averageLast: number | null;
  /**
   * Number of epochs without a lower validation loss after which the parameters of all further steps are averaged,
   * measured and saved (NT-ASGD; Merity et al. 2018); null for no average. Default: null.
   */
  readonly averageAfter: number | null;
  /** Seed of the batch order and of dropout. Default: 1. */
  readonly seed: number;
  /**
   * Number of steps that each of several ranks takes by itself before all average their parameters (local SGD, Stich
   * 2019); 1 for steps that all take together. Default: 1.
   */
  readonly syncEvery: number;
  /** The numbers in which gradients travel between ranks: floats, or half as many bytes. Default: "float32". */
  readonly gradientPrecision: "float32" | "bf16";
  /** Whether several ranks exchange gradients while the backward pass computes others. Default: true. */
  readonly overlap: boolean;
}

const USUAL_RATES: Record<TrainSettings["optimizer"], number> = {
  sgd: 1,
  momentum: 0.1,
  nesterov: 0.1,
  adam: 0.002,
  adamw: 0.002,
  rmsprop: 0.002,
};

/** Returns the default learning rate of an optimizer. */
export function usualRate(optimizer: unknown): number {
  return USUAL_RATES[optimizer as TrainSettings["optimizer"]] ?? 0;
}

/**
 * Returns the default of `averaging` for a task that averages by default: none beside another average, or if ranks take
 * steps of their own.
 */
export function usualAveraging(decay: Default<number>): Rule<number | null> {
  return (given) => {
    const { averageLast, averageAfter, syncEvery = 1 } = given;
    return averageLast || averageAfter || (syncEvery as number) > 1 ? null : resolve(decay, given)!;
  };
}

const GROUP = "training";

/**
 * Declarations of `TrainSettings`; tasks override some of them and add their own.
 *
 * @example
 * ```ts
 * import { complete, TRAIN_SETTINGS } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const { batch, learningRate } = complete(TRAIN_SETTINGS, { optimizer: "sgd" }, "fit");
 * assertEquals([batch, learningRate], [32, 1]);
 * ```
 */
export const TRAIN_SETTINGS: Schema<TrainSettings> = {
  epochs: integer({
    group: GROUP,
    min: 1,
    default: 10,
    // A limit of steps would cut short the epochs that are asked for.
    overrides: ["maxSteps"],
    help: "Number of passes over the training data.",
  }),
  maxSteps: nullable(integer({
    group: GROUP,
    min: 1,
    help: "Maximum number of training steps.",
  })),
  minutes: nullable(number({
    group: GROUP,
    above: 0,
    insteadOf: ["epochs", "maxSteps"],
    help: "Minutes to train, over which the learning rate follows its schedule, instead of a number of epochs.",
  })),
  batch: integer({ group: GROUP, min: 1, default: 32, help: "Batch size, in sequences." }),
  optimizer: choice(OPTIMIZERS, { group: GROUP, default: "adam", help: "Optimizer." }),
  learningRate: number({
    group: GROUP,
    option: "lr",
    above: 0,
    default: ({ optimizer }) => usualRate(optimizer),
    defaultText: "0.002; 1 for sgd, 0.1 for momentum and nesterov",
    help: "Learning rate.",
  }),
  momentum: share({
    group: GROUP,
    default: ({ optimizer }) => optimizer === "momentum" || optimizer === "nesterov" ? 0.9 : 0,
    defaultText: "0.9 for momentum and nesterov, otherwise 0",
    onlyWith: { field: "optimizer", values: ["sgd", "momentum", "nesterov", "rmsprop"] },
    help: "Momentum of the sgd, momentum, nesterov and rmsprop optimizers.",
  }),
  weightDecay: number({ group: GROUP, min: 0, default: 0, help: "Weight decay." }),
  lazy: boolean({
    group: GROUP,
    default: false,
    former: false,
    onlyWith: { field: "optimizer", values: ["adam"] },
    help: "Leave the embeddings of words that a step does not use alone: faster with a large vocabulary.",
  }),
  schedule: choice(SCHEDULES, { group: GROUP, default: "constant", help: "Learning rate schedule." }),
  decay: number({
    group: GROUP,
    above: 0,
    default: 0.5,
    onlyWith: { field: "schedule", values: ["step", "exponential", "plateau"] },
    help: "Factor by which the step, exponential and plateau schedules multiply the learning rate.",
  }),
  decayEvery: integer({
    group: GROUP,
    min: 1,
    default: 1,
    onlyWith: { field: "schedule", values: ["step", "plateau"] },
    help: "Number of epochs between decays of the step schedule; patience of the plateau schedule.",
  }),
  decayAfter: integer({
    group: GROUP,
    min: 0,
    default: 1,
    onlyWith: { field: "schedule", values: ["step"] },
    help: "Number of epochs before the first decay of the step schedule.",
  }),
  warmup: nullable(integer({
    group: GROUP,
    min: 0,
    defaultText: "5 % of the steps of the cosine and linear schedules, at most 100",
    onlyWith: { field: "schedule", values: SCHEDULES.filter((name) => name !== "one-cycle") },
    help: "Number of steps in which the learning rate rises at the beginning.",
  })),
  finalRate: share({
    group: GROUP,
    option: "lr-end",
    default: 0,
    onlyWith: { field: "schedule", values: ["cosine", "linear", "one-cycle"] },
    help: "Share of the learning rate at the end of the cosine, linear and one-cycle schedules.",
  }),
  clipNorm: nullable(
    number({
      group: GROUP,
      option: "clip",
      above: 0,
      help: "Maximum norm of all gradients together.",
    }),
    5,
  ),
  clipValue: nullable(number({
    group: GROUP,
    above: 0,
    help: "Maximum absolute value of a gradient element.",
  })),
  patience: nullable(integer({
    group: GROUP,
    min: 1,
    defaultText: "never",
    help: "Stop after N epochs without improvement.",
  })),
  averaging: nullable(share({
    group: GROUP,
    insteadOf: ["averageLast", "averageAfter"],
    help: "Evaluate and save an exponential moving average of the parameters, with decay X.",
  })),
  averageLast: nullable(integer({
    group: GROUP,
    min: 1,
    insteadOf: ["averaging", "averageAfter"],
    help: "Evaluate and save the mean of the parameters after each of the last N epochs.",
  })),
  averageAfter: nullable(integer({
    group: GROUP,
    min: 1,
    insteadOf: ["averaging", "averageLast"],
    help: "Average the parameters of all steps once the validation loss has not fallen for N epochs (NT-ASGD).",
  })),
  seed: integer({
    group: GROUP,
    min: 0,
    default: 1,
    help: "Seed of the initial weights, the batch order and dropout.",
  }),
  syncEvery: integer({
    group: GROUP,
    min: 1,
    default: 1,
    former: 1,
    help: "Steps that each of several ranks takes by itself before all average their weights.",
  }),
  gradientPrecision: choice(["float32", "bf16"], {
    group: GROUP,
    default: "float32",
    former: "float32",
    help: "Numbers in which gradients travel between several ranks.",
  }),
  overlap: boolean({
    group: GROUP,
    default: true,
    defaultText: "on",
    former: true,
    off: { option: "no-overlap", help: "Exchange the gradients of several ranks when all have been computed." },
    help: "Exchange the gradients of several ranks while others are being computed.",
  }),
};

/**
 * Fills in default settings and validates all. Throws `RangeError` if a value is out of range, `TypeError` if a name is
 * unknown.
 */
export function completeSettings<S extends TrainSettings>(schema: Schema<S>, given: Partial<S>, context?: Given): S {
  const settings = complete(schema, given, "fit", context);
  const [first, other] = (["averaging", "averageLast", "averageAfter"] as const).filter((name) => settings[name]);
  if (other) refuse("fit", other, `null if ${first} is set`, settings[other]);
  const { schedule, decay, optimizer, momentum, lazy, weightDecay } = settings;
  if (schedule === "plateau" && decay >= 1) refuse("fit", "decay", "below 1 with the plateau schedule", decay);
  if (optimizer === "nesterov" && momentum === 0) refuse("fit", "momentum", "above 0 with nesterov", momentum);
  if (optimizer === "adam" && lazy && weightDecay > 0) refuse("fit", "weightDecay", "0 with lazy", weightDecay);
  return settings;
}

/** Makes the optimizer that the settings name; it moves the parameters into its slab. */
export function makeOptimizer(
  parameters: Trainable<OptimizerOptions>,
  settings: TrainSettings,
): Optimizer<OptimizerOptions> {
  const { optimizer, learningRate, momentum, weightDecay, lazy } = settings;
  const options = { learningRate, weightDecay };
  switch (optimizer) {
    case "sgd":
    case "momentum":
      return new SGD(parameters, { ...options, momentum });
    case "nesterov":
      return new SGD(parameters, { ...options, momentum, nesterov: true });
    case "adam":
      return new Adam(parameters, { ...options, lazy });
    case "adamw":
      return new AdamW(parameters, options);
    case "rmsprop":
      return new RMSprop(parameters, { ...options, momentum });
  }
}
