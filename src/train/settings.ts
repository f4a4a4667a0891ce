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
  /** Passes over the training data; 1 where absent. */
  readonly epochs: number;
  /** Steps after which training ends, whatever the epoch; null for no limit. */
  readonly maxSteps: number | null;
  /** Sequences that are read side by side; 32 where absent. */
  readonly batch: number;
  /** The optimizer; adam where absent. */
  readonly optimizer: typeof OPTIMIZERS[number];
  /** The learning rate; the optimizer's usual one where absent: 1 for sgd, 0.1 with momentum, 0.002 for the others. */
  readonly learningRate: number;
  /** Share of the velocity that is kept; 0.9 for momentum and nesterov where absent. */
  readonly momentum: number;
  /** Weight decay; 0 where absent. */
  readonly weightDecay: number;
  /** The schedule; constant where absent. */
  readonly schedule: typeof SCHEDULES[number];
  /** Factor of the step, exponential and plateau schedules; 0.5 where absent. */
  readonly decay: number;
  /** Epochs between decays of the step schedule, and the plateau schedule's patience; 1 where absent. */
  readonly decayEvery: number;
  /** Epochs before the step schedule's first decay; 1 where absent. */
  readonly decayAfter: number;
  /** Steps over which the cosine schedule's rate rises, at most half of all; 0 where absent. */
  readonly warmup: number;
  /** Largest norm of all gradients together; null for no limit, 5 where absent. */
  readonly clipNorm: number | null;
  /** Largest absolute value of a gradient; null for no limit. */
  readonly clipValue: number | null;
  /** Epochs without improvement after which training stops; null for no early stopping. */
  readonly patience: number | null;
  /**
   * Share of an exponential moving average of the parameters that each step keeps; the average is what is measured and kept (Polyak and
   * Juditsky 1992). null for the parameters themselves.
   */
  readonly averaging: number | null;
  /** Of how many epochs' ends the mean of the parameters is what is measured and kept; null for the parameters themselves. */
  readonly averageLast: number | null;
  /** Seed of dropout; 1 where absent. */
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

/** The settings with what is absent filled in. Throws a RangeError for an impossible value. */
export function completeTrainSettings(given: Partial<TrainSettings>): TrainSettings {
  const optimizer = given.optimizer ?? "adam";
  // The usual learning rate depends on it.
  if (!OPTIMIZERS.includes(optimizer)) refuseSetting("optimizer", `one of ${OPTIMIZERS.join(", ")}`, optimizer);
  const hasMomentum = optimizer === "momentum" || optimizer === "nesterov";
  const settings: TrainSettings = {
    epochs: given.epochs ?? 1,
    maxSteps: given.maxSteps ?? null,
    batch: given.batch ?? 32,
    optimizer,
    learningRate: given.learningRate ?? USUAL_RATES[optimizer],
    momentum: given.momentum ?? (hasMomentum ? 0.9 : 0),
    weightDecay: given.weightDecay ?? 0,
    schedule: given.schedule ?? "constant",
    decay: given.decay ?? 0.5,
    decayEvery: given.decayEvery ?? 1,
    decayAfter: given.decayAfter ?? 1,
    warmup: given.warmup ?? 0,
    clipNorm: given.clipNorm === undefined ? 5 : given.clipNorm,
    clipValue: given.clipValue ?? null,
    patience: given.patience ?? null,
    averaging: given.averaging ?? null,
    averageLast: given.averageLast ?? null,
    seed: given.seed ?? 1,
  };
  checkSettings(settings);
  return settings;
}

/** Throws a RangeError that says what a setting is expected to be. */
export function refuseSetting(name: string, expected: string, found: unknown): never {
  throw new RangeError(`fit: expected ${name} to be ${expected}, found ${found}`);
}

/** Refuses what is no whole number of at least `least`. */
export function expectWhole(name: string, value: number, least: number): void {
  if (!(Number.isSafeInteger(value) && value >= least)) {
    refuseSetting(name, `a whole number of at least ${least}`, value);
  }
}

/** Refuses what is no share of a whole. */
export function expectShare(name: string, value: number): void {
  if (!(value >= 0 && value < 1)) refuseSetting(name, "from 0 to below 1", value);
}

function checkSettings(settings: TrainSettings): void {
  for (const name of ["epochs", "batch", "decayEvery", "maxSteps", "patience", "averageLast"] as const) {
    const value = settings[name];
    if (value !== null) expectWhole(name, value, 1);
  }
  for (const name of ["warmup", "decayAfter", "seed"] as const) expectWhole(name, settings[name], 0);
  for (const name of ["learningRate", "clipNorm", "clipValue", "decay"] as const) {
    const value = settings[name];
    if (value !== null && !(value > 0 && Number.isFinite(value))) refuseSetting(name, "a finite number above 0", value);
  }
  for (const name of ["momentum", "averaging"] as const) expectShare(name, settings[name] ?? 0);
  if (!(settings.weightDecay >= 0 && Number.isFinite(settings.weightDecay))) {
    refuseSetting("weightDecay", "a finite number of at least 0", settings.weightDecay);
  }
  if (settings.averaging !== null && settings.averageLast !== null) {
    refuseSetting("averageLast", "null beside averaging", settings.averageLast);
  }
  if (!SCHEDULES.includes(settings.schedule)) {
    refuseSetting("schedule", `one of ${SCHEDULES.join(", ")}`, settings.schedule);
  }
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
