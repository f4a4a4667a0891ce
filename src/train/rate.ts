import {
  constant,
  cosineDecay,
  exponentialDecay,
  linearDecay,
  oneCycle,
  reduceOnPlateau,
  type Schedule,
  stepDecay,
  withWarmup,
} from "../optim/mod.ts";
import type { Rule } from "../schema/mod.ts";
import type { Budget } from "./budget.ts";
import type { TrainSettings } from "./settings.ts";

/** Schedules whose rate falls until the end of the run, so that it depends on the run's length. */
export const FALLING: readonly TrainSettings["schedule"][] = ["cosine", "linear", "one-cycle"];

/** The default warm-up of the cosine and linear schedules: a share of the run, and at most so many steps. */
const [WARMUP_SHARE, WARMUP_STEPS] = [0.05, 100];

/** The largest share of the run for the warm-up of the cosine and linear schedules. */
const MOST_WARMUP = 0.5;

/** The share of the run in which the rate of the one-cycle schedule rises. */
const RISE = 0.3;

/** Makes the schedule that the settings name, for a run of `steps` steps. */
export function makeSchedule(settings: TrainSettings, steps: number): Schedule {
  const { schedule, finalRate: minimum } = settings;
  const warmup = warmupOf(settings, steps);
  switch (schedule) {
    case "cosine":
      return cosineDecay({ steps, warmup, minimum });
    case "linear":
      return linearDecay({ steps, warmup, minimum });
    case "one-cycle":
      return oneCycle({ steps, rise: RISE, minimum });
    default:
      return withWarmup(makeEndless(settings), warmup);
  }
}

/** Makes a schedule that does not depend on the length of the run, without warm-up. */
function makeEndless({ schedule, decay: gamma, decayEvery: every, decayAfter: after }: TrainSettings): Schedule {
  switch (schedule) {
    case "step":
      return stepDecay({ gamma, every, after });
    case "exponential":
      return exponentialDecay({ gamma });
    case "plateau":
      return reduceOnPlateau({ gamma, patience: every });
    default:
      return constant();
  }
}

/** Returns the number of steps in which the rate rises at the beginning of a run of `steps` steps. */
export function warmupOf({ schedule, warmup }: TrainSettings, steps: number): number {
  if (schedule === "one-cycle") return Math.floor(RISE * steps);
  if (!FALLING.includes(schedule)) return warmup ?? 0;
  return Math.min(warmup ?? Math.min(WARMUP_STEPS, Math.floor(WARMUP_SHARE * steps)), Math.floor(MOST_WARMUP * steps));
}

/** Returns a rule for a default warm-up of `steps` steps, which only the cosine and linear schedules have. */
export function warmupFor(steps: number): Rule<number | null> {
  return ({ schedule }) => schedule === "cosine" || schedule === "linear" ? steps : null;
}

/** The schedule of a run with a budget is made for so many steps, of which the elapsed share of the time is taken. */
const NOMINAL_STEPS = 1e6;

/**
 * Makes the schedule that the settings name, over the time of a budget. The warm-up lasts as many steps as in a run
 * without one, but ends no later than at its largest share of the time.
 */
export function makeTimedSchedule(settings: TrainSettings, budget: Budget): Schedule {
  const schedule = makeSchedule({ ...settings, warmup: 0 }, NOMINAL_STEPS);
  const isAutomatic = settings.warmup === null;
  const hasWarmup = settings.schedule !== "one-cycle" && !(isAutomatic && !FALLING.includes(settings.schedule));
  const [steps, share] = isAutomatic ? [WARMUP_STEPS, WARMUP_SHARE] : [settings.warmup!, MOST_WARMUP];
  const rise = (step: number): number =>
    hasWarmup && steps > 0 ? Math.min(1, Math.max((step + 1) / steps, budget.share / share)) : 1;
  return {
    ...schedule,
    factor: ({ step, epoch }) => rise(step) * schedule.factor({ step: budget.share * NOMINAL_STEPS, epoch }),
  };
}
