import { expectKinds, type OptionKinds } from "../schema/mod.ts";
import { check } from "./check.ts";

/** Training progress, from which a schedule computes its factor. */
export interface Progress {
  /** Number of steps taken. */
  readonly step: number;
  /** Number of completed epochs. */
  readonly epoch: number;
}

/** A learning rate schedule: computes a factor on the optimizer's learning rate. */
export interface Schedule {
  /** Returns the factor for the next step. */
  factor(progress: Progress): number;
  /** Receives the validation loss at the end of an epoch. */
  observe?(loss: number): void;
  /** Forgets the losses so far, with which later ones cannot be compared. */
  forgetLosses?(): void;
  /** Returns the state to save in a checkpoint. */
  state?(): Record<string, number>;
  /** Restores what `state` returned. */
  restore?(state: Record<string, number>): void;
}

const MAKE = "make a schedule";
const expect = check.bind(null, MAKE);

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function isShare(value: number): boolean {
  return value >= 0 && value <= 1;
}

function isFactor(value: number): boolean {
  return value > 0 && value < Infinity;
}

/**
 * Keeps the learning rate constant.
 *
 * @example
 * ```ts
 * import { constant } from "@elman/elman/optim";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(constant().factor({ step: 1000, epoch: 10 }), 1);
 * ```
 */
export function constant(): Schedule {
  return { factor: () => 1 };
}

/** Options of `stepDecay`. */
export interface StepDecayOptions {
  /** Factor on the rate at each decay. Default: 0.1. */
  readonly gamma?: number;
  /** Epochs between decays. */
  readonly every: number;
  /** Epochs before the first decay. Default: `every`. */
  readonly after?: number;
}

const STEP_DECAY_KINDS: OptionKinds<StepDecayOptions> = { gamma: "number", every: "number", after: "number" };

/**
 * Multiplies the rate by `gamma` every `every` epochs. Throws `RangeError` if an option is out of range.
 *
 * @example
 * ```ts
 * import { stepDecay } from "@elman/elman/optim";
 * import { assertEquals } from "@std/assert";
 *
 * const schedule = stepDecay({ gamma: 0.5, every: 2, after: 4 });
 * assertEquals([0, 3, 4, 5, 6].map((epoch) => schedule.factor({ step: 0, epoch })), [1, 1, 0.5, 0.5, 0.25]);
 * ```
 */
export function stepDecay(options: StepDecayOptions): Schedule {
  const { gamma = 0.1, every, after = every } = expectKinds(MAKE, options, STEP_DECAY_KINDS);
  expect(isCount(every) && every >= 1, "`every` of at least 1 epoch", every);
  expect(isCount(after), "`after` of at least 0 epochs", after);
  expect(isFactor(gamma), "a finite gamma above 0", gamma);
  return { factor: ({ epoch }) => epoch < after ? 1 : gamma ** (1 + Math.floor((epoch - after) / every)) };
}

/**
 * Multiplies the rate by `gamma` after every epoch. Throws `RangeError` if `gamma` is not finite and above 0.
 *
 * @example
 * ```ts
 * import { exponentialDecay } from "@elman/elman/optim";
 * import { assertEquals } from "@std/assert";
 *
 * const schedule = exponentialDecay({ gamma: 0.5 });
 * assertEquals([0, 1, 2].map((epoch) => schedule.factor({ step: 0, epoch })), [1, 0.5, 0.25]);
 * ```
 */
export function exponentialDecay(options: { /** The factor. */ readonly gamma: number }): Schedule {
  const { gamma } = expectKinds(MAKE, options, { gamma: "number" });
  expect(isFactor(gamma), "a finite gamma above 0", gamma);
  return { factor: ({ epoch }) => gamma ** epoch };
}

/** Options of `cosineDecay` and `linearDecay`. */
export interface CosineDecayOptions {
  /** Total number of steps, warm-up included. */
  readonly steps: number;
  /** Number of warm-up steps, over which the rate rises linearly from 0. Default: 0. */
  readonly warmup?: number;
  /** Factor at the end of the schedule. Default: 0. */
  readonly minimum?: number;
}

const DECAY_KINDS: OptionKinds<CosineDecayOptions> = { steps: "number", warmup: "number", minimum: "number" };

/**
 * Warms up linearly, then decays along half a cosine (Loshchilov and Hutter 2017). Throws `RangeError` if an option is
 * out of range.
 *
 * @example
 * ```ts
 * import { cosineDecay } from "@elman/elman/optim";
 * import { assertEquals } from "@std/assert";
 *
 * const schedule = cosineDecay({ steps: 12, warmup: 2, minimum: 0.1 });
 * const factors = [0, 1, 2, 7, 12].map((step) => schedule.factor({ step, epoch: 0 }));
 * assertEquals(factors.map((factor) => factor.toFixed(2)), ["0.50", "1.00", "1.00", "0.55", "0.10"]);
 * ```
 */
export function cosineDecay(options: CosineDecayOptions): Schedule {
  return decayAfterWarmup(options, (share) => 0.5 * (1 + Math.cos(Math.PI * share)));
}

/**
 * Warms up linearly, then decays linearly. Throws `RangeError` if an option is out of range.
 *
 * @example
 * ```ts
 * import { linearDecay } from "@elman/elman/optim";
 * import { assertEquals } from "@std/assert";
 *
 * const schedule = linearDecay({ steps: 12, warmup: 2, minimum: 0.1 });
 * const factors = [0, 1, 2, 7, 12].map((step) => schedule.factor({ step, epoch: 0 }));
 * assertEquals(factors.map((factor) => factor.toFixed(2)), ["0.50", "1.00", "1.00", "0.55", "0.10"]);
 * ```
 */
export function linearDecay(options: CosineDecayOptions): Schedule {
  return decayAfterWarmup(options, (share) => 1 - share);
}

/** Makes a schedule that rises linearly, then falls along a curve from 1 to 0, which is a function from 0 to 1. */
function decayAfterWarmup(options: CosineDecayOptions, curve: (share: number) => number): Schedule {
  const { steps, warmup = 0, minimum = 0 } = expectKinds(MAKE, options, DECAY_KINDS);
  expect(
    isCount(steps) && isCount(warmup) && steps > warmup,
    "more steps than warm-up steps",
    `${steps} and ${warmup}`,
  );
  expect(isShare(minimum), "a minimum from 0 to 1", minimum);
  return {
    factor: ({ step }) => {
      if (step < warmup) return (step + 1) / warmup;
      const share = Math.min(1, (step - warmup) / (steps - warmup));
      return minimum + (1 - minimum) * curve(share);
    },
  };
}

/** Options of `oneCycle`. */
export interface OneCycleOptions {
  /** Total number of steps. */
  readonly steps: number;
  /** Share of the steps in which the rate rises. Default: 0.3. */
  readonly rise?: number;
  /** Factor of the first step. Default: 1 / 25. */
  readonly start?: number;
  /** Factor of the last step. Default: 0. */
  readonly minimum?: number;
}

const ONE_CYCLE_KINDS: OptionKinds<OneCycleOptions> = {
  steps: "number",
  rise: "number",
  start: "number",
  minimum: "number",
};

/**
 * Raises the rate from a low one to the full one, then lets it fall to the end, both along half a cosine (Smith 2018).
 * Unlike there, the momentum does not change. Throws `RangeError` if an option is out of range.
 *
 * @example
 * ```ts
 * import { oneCycle } from "@elman/elman/optim";
 * import { assertEquals } from "@std/assert";
 *
 * const schedule = oneCycle({ steps: 11, rise: 4 / 11, start: 0.2 });
 * const factors = [0, 1, 3, 10].map((step) => schedule.factor({ step, epoch: 0 }));
 * assertEquals(factors.map((factor) => factor.toFixed(2)), ["0.20", "0.40", "1.00", "0.00"]);
 * ```
 */
export function oneCycle(options: OneCycleOptions): Schedule {
  const { steps, rise = 0.3, start = 1 / 25, minimum = 0 } = expectKinds(MAKE, options, ONE_CYCLE_KINDS);
  expect(isCount(steps) && steps >= 1, "at least 1 step", steps);
  for (const [name, share] of Object.entries({ rise, start, minimum })) {
    expect(isShare(share), `\`${name}\` from 0 to 1`, share);
  }
  const last = steps - 1;
  const peak = Math.max(0, rise * steps - 1);
  const between = (from: number, to: number, share: number): number =>
    to + (from - to) * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, share)));
  return {
    factor: ({ step }) =>
      step < peak
        ? between(start, 1, step / peak)
        : between(1, minimum, last > peak ? (step - peak) / (last - peak) : 1),
  };
}

/**
 * Multiplies a schedule's factor by one that rises linearly from 0 to 1 in the first `steps` steps. Throws `RangeError`
 * if `steps` is not a whole number.
 *
 * @example
 * ```ts
 * import { constant, withWarmup } from "@elman/elman/optim";
 * import { assertEquals } from "@std/assert";
 *
 * const schedule = withWarmup(constant(), 4);
 * assertEquals([0, 1, 3, 4].map((step) => schedule.factor({ step, epoch: 0 })), [0.25, 0.5, 1, 1]);
 * ```
 */
export function withWarmup(schedule: Schedule, steps: number): Schedule {
  expect(isCount(steps), "a number of warm-up steps of at least 0", steps);
  if (steps === 0) return schedule;
  return {
    factor: (progress) => Math.min(1, (progress.step + 1) / steps) * schedule.factor(progress),
    observe: schedule.observe && ((loss) => schedule.observe!(loss)),
    forgetLosses: schedule.forgetLosses && (() => schedule.forgetLosses!()),
    state: schedule.state && (() => schedule.state!()),
    restore: schedule.restore && ((state) => schedule.restore!(state)),
  };
}

/** Options of `reduceOnPlateau`. */
export interface PlateauOptions {
  /** Factor on the rate when the loss stops falling. Default: 0.1. */
  readonly gamma?: number;
  /** Number of epochs without improvement to wait before reducing the rate. Default: 10. */
  readonly patience?: number;
  /**
   * Minimum improvement, relative to the magnitude of the loss. PyTorch's schedule counts any negative loss near the
   * lowest one as an improvement. Default: 1e-4.
   */
  readonly threshold?: number;
}

const PLATEAU_KINDS: OptionKinds<PlateauOptions> = { gamma: "number", patience: "number", threshold: "number" };

/**
 * Multiplies the rate by `gamma` when the validation loss stops falling. Throws `RangeError` if an option is out of
 * range.
 *
 * @example
 * ```ts
 * import { reduceOnPlateau } from "@elman/elman/optim";
 * import { assertEquals } from "@std/assert";
 *
 * const schedule = reduceOnPlateau({ gamma: 0.5, patience: 1 });
 * const factors = [2, 1, 1, 1].map((loss, epoch) => {
 *   schedule.observe?.(loss);
 *   return schedule.factor({ step: 0, epoch });
 * });
 * assertEquals(factors, [1, 1, 1, 0.5]);
 * ```
 */
export function reduceOnPlateau(options: PlateauOptions = {}): Schedule {
  const { gamma = 0.1, patience = 10, threshold = 1e-4 } = expectKinds(MAKE, options, PLATEAU_KINDS);
  expect(gamma > 0 && gamma < 1, "a gamma between 0 and 1", gamma);
  expect(isCount(patience), "a patience of at least 0 epochs", patience);
  expect(threshold >= 0 && threshold < 1, "a threshold from 0 to below 1", threshold);
  let best = Infinity;
  let waited = 0;
  let factor = 1;
  return {
    factor: () => factor,
    observe: (loss) => {
      // Of a negative loss, an improvement has the larger magnitude.
      if (loss < best * (1 - Math.sign(best) * threshold)) {
        best = loss;
        waited = 0;
      } else if (++waited > patience) {
        factor *= gamma;
        waited = 0;
      }
    },
    forgetLosses: () => {
      best = Infinity;
    },
    // JSON has no infinity, so the best loss is left out until there is one.
    state: () => ({ ...(best < Infinity ? { best } : {}), waited, factor }),
    restore: (state) => {
      const { best: kept = Infinity } = state;
      const isGood = !Number.isNaN(kept) && isCount(state.waited) && isFactor(state.factor);
      check("restore a schedule", isGood, "`waited` and `factor`", JSON.stringify(state));
      best = kept;
      waited = state.waited;
      factor = state.factor;
    },
  };
}
