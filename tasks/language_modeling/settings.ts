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
} from "../../src/optim/mod.ts";
import type { Parameter } from "../../src/nn/mod.ts";

/** The optimizers; `momentum` is SGD with momentum 0.9 unless another is given. */
export const OPTIMIZERS = ["sgd", "momentum", "nesterov", "adam", "adamw", "rmsprop"] as const;
/** The schedules of the learning rate. */
export const SCHEDULES = ["constant", "step", "exponential", "cosine", "plateau"] as const;

/** How a model is trained. */
export interface FitSettings {
  /** Passes over the training text; 1 where absent. */
  readonly epochs: number;
  /** Steps after which training ends, whatever the epoch; null for no limit. */
  readonly maxSteps: number | null;
  /** Streams that are read side by side; 32 where absent. */
  readonly batch: number;
  /** Steps of truncated back-propagation through time; 64 where absent. */
  readonly bptt: number;
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
  /** Steps over which the cosine schedule's rate rises; 0 where absent. */
  readonly warmup: number;
  /** Largest norm of all gradients together; null for no limit, 5 where absent. */
  readonly clipNorm: number | null;
  /** Largest absolute value of a gradient; null for no limit. */
  readonly clipValue: number | null;
  /** Epochs without improvement after which training stops; null for no early stopping. */
  readonly patience: number | null;
  /** Seed of dropout; 1 where absent. */
  readonly seed: number;
}

const USUAL_RATES: Record<FitSettings["optimizer"], number> = {
  sgd: 1,
  momentum: 0.1,
  nesterov: 0.1,
  adam: 0.002,
  adamw: 0.002,
  rmsprop: 0.002,
};

/** The settings with what is absent filled in. Throws a RangeError for an impossible value. */
export function completeSettings(given: Partial<FitSettings>): FitSettings {
  const optimizer = given.optimizer ?? "adam";
  const hasMomentum = optimizer === "momentum" || optimizer === "nesterov";
  const settings: FitSettings = {
    epochs: given.epochs ?? 1,
    maxSteps: given.maxSteps ?? null,
    batch: given.batch ?? 32,
    bptt: given.bptt ?? 64,
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
    seed: given.seed ?? 1,
  };
  checkSettings(settings);
  return settings;
}

function checkSettings(settings: FitSettings): void {
  const refuse = (name: string, expected: string, found: unknown): never => {
    throw new RangeError(`fit: expected ${name} to be ${expected}, found ${found}`);
  };
  // The usual learning rate depends on it.
  if (!OPTIMIZERS.includes(settings.optimizer)) {
    refuse("optimizer", `one of ${OPTIMIZERS.join(", ")}`, settings.optimizer);
  }
  for (const name of ["epochs", "batch", "bptt", "decayEvery", "maxSteps", "patience"] as const) {
    const value = settings[name];
    if (value !== null && !(Number.isSafeInteger(value) && value >= 1)) {
      refuse(name, "a whole number of at least 1", value);
    }
  }
  for (const name of ["warmup", "decayAfter", "seed"] as const) {
    const value = settings[name];
    if (!(Number.isSafeInteger(value) && value >= 0)) refuse(name, "a whole number of at least 0", value);
  }
  for (const name of ["learningRate", "clipNorm", "clipValue", "decay"] as const) {
    const value = settings[name];
    if (value !== null && !(value > 0 && Number.isFinite(value))) refuse(name, "a finite number above 0", value);
  }
  if (!(settings.momentum >= 0 && settings.momentum < 1)) refuse("momentum", "from 0 to below 1", settings.momentum);
  if (!(settings.weightDecay >= 0 && Number.isFinite(settings.weightDecay))) {
    refuse("weightDecay", "a finite number of at least 0", settings.weightDecay);
  }
  if (!SCHEDULES.includes(settings.schedule)) refuse("schedule", `one of ${SCHEDULES.join(", ")}`, settings.schedule);
}

/** The optimizer that settings name, on parameters that it moves into its slab. */
export function makeOptimizer(parameters: Iterable<Parameter>, settings: FitSettings): Optimizer<OptimizerOptions> {
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
export function makeSchedule(settings: FitSettings, steps: number): Schedule {
  const { schedule, decay: gamma, decayEvery: every, decayAfter: after, warmup } = settings;
  switch (schedule) {
    case "constant":
      return constant();
    case "step":
      return stepDecay({ gamma, every, after });
    case "exponential":
      return exponentialDecay({ gamma });
    case "cosine":
      return cosineDecay({ steps, warmup });
    case "plateau":
      return reduceOnPlateau({ gamma, patience: every });
  }
}
