import { checkValue, custom, type Field, type Given, integer, number, refuse, type Schema } from "../schema/mod.ts";
import type { BudgetState } from "./budget.ts";
import type { FitProgress, Kept } from "./learning.ts";

/** The contents of `training_state.json`. */
export interface StateJSON<S> {
  readonly format: "elman";
  readonly version: number;
  readonly settings: S;
  readonly fingerprint: number;
  readonly progress: FitProgress;
  readonly optimizerSteps: number;
  readonly schedule: Record<string, number>;
  readonly best: Omit<Kept, "parameters"> | null;
  readonly notes: Record<string, unknown>;
  readonly budget?: BudgetState;
  readonly changes?: readonly PlanChange[];
  readonly ranks?: number;
}

/** A change of a run's plan, such as its learning rate, with which it was resumed. */
export interface PlanChange {
  /** Number of steps taken before the change. */
  readonly step: number;
  /** The settings that changed, with their values before. */
  readonly from: Given;
  /** The same settings, with their values since. */
  readonly to: Given;
}

const ACTION = "restore training";

const PROGRESS: Schema<FitProgress> = {
  step: integer({ min: 0, help: "Number of steps taken." }),
  epoch: integer({ min: 0, help: "Number of completed epochs." }),
  batch: integer({ min: 0, help: "Number of completed batches in the current epoch." }),
  lossSum: number({ help: "Weighted sum of the losses of these batches." }),
  weight: number({ min: 0, help: "Sum of their weights." }),
};

const BEST: Schema<Omit<Kept, "parameters">> = {
  measured: custom({ help: "The measurement.", check: checkMeasured }),
  waited: integer({ min: 0, help: "Number of measurements since that count towards early stopping." }),
  since: integer({ min: 0, default: ({ waited }) => waited as number, help: "Number of measurements since." }),
  lowest: number({ default: Infinity, help: "The lowest validation loss so far; else that of the measurement." }),
  share: number({ above: 0, max: 1, default: 1, help: "Share of the validation data that was measured." }),
};

const BUDGET: Schema<BudgetState> = {
  milliseconds: number({ min: 0, help: "Milliseconds of the steps and validations." }),
  steps: integer({ min: 0, help: "Number of these steps." }),
  validation: number({ min: 0, help: "Milliseconds of the longest validation." }),
  share: number({ above: 0, max: 1, default: 1, help: "Share of the validation data that is measured." }),
  fastest: number({ min: 0, default: Infinity, help: "Milliseconds of the fastest step." }),
};

const CHANGE: Schema<PlanChange> = {
  step: integer({ min: 0, help: "Number of steps taken before the change." }),
  from: custom({ help: "The settings before.", check: checkObject }),
  to: custom({ help: "The settings since.", check: checkObject }),
};

const COUNT = integer({ min: 0, help: "A count or a hash." });

/** Throws `RangeError` if a value of the state is missing, of the wrong type or out of range. */
export function checkTrainingState(state: StateJSON<unknown>): void {
  const { settings, progress, optimizerSteps, fingerprint, schedule, best, notes, budget, changes = [], ranks = 1 } =
    state;
  checkFields(PROGRESS, "progress", progress);
  checkValue(COUNT, fingerprint, ACTION, "fingerprint");
  checkValue(COUNT, ranks, ACTION, "ranks");
  expect(optimizerSteps === progress.step, "optimizerSteps", `${progress.step}, as many as steps`, optimizerSteps);
  for (const [name, value] of Object.entries({ settings, schedule, notes })) {
    expect(isObject(value), name, "an object", value);
  }
  for (const [name, value] of Object.entries(schedule)) {
    expect(Number.isFinite(value), `schedule.${name}`, "a finite number", value);
  }
  if (budget !== undefined) checkFields(BUDGET, "budget", budget);
  expect(Array.isArray(changes), "changes", "a list", changes);
  for (const change of changes) checkFields(CHANGE, "changes", change);
  expect(best === null || isObject(best), "best", "an object or null", best);
  if (best === null) return;
  checkFields(BEST, "best", best);
  const { waited, since = waited } = best;
  expect(since >= waited, "best.since", `a whole number of at least ${waited}`, since);
}

/** Checks an object against its declarations. Names in messages begin with `name`. */
function checkFields<T>(schema: Schema<T>, name: string, value: unknown): void {
  expect(isObject(value), name, "an object", value);
  const fields = Object.entries<Field>(schema as Record<string, Field>);
  for (const [key, field] of fields) {
    const found = (value as Record<string, unknown>)[key];
    // Files of earlier versions lack fields that have a default.
    if (found !== undefined || field.default === undefined) checkValue(field, found, ACTION, `${name}.${key}`);
  }
  const unknown = Object.keys(value as object).find((key) => !Object.hasOwn(schema, key));
  if (unknown !== undefined) refuse(ACTION, name, `an object of ${fields.map(([key]) => key).join(", ")}`, value);
}

/** A measurement has an objective and a loss; one of version 2 has only a score. */
function checkMeasured(value: unknown): string | undefined {
  const measured = (isObject(value) ? value : {}) as Record<string, unknown>;
  const names = "score" in measured ? ["score"] : ["objective", "loss"];
  return names.every((name) => Number.isFinite(measured[name])) ? undefined : "finite numbers";
}

function checkObject(value: unknown): string | undefined {
  return isObject(value) ? undefined : "an object";
}

function expect(isGood: boolean, name: string, expected: string, found: unknown): void {
  if (!isGood) refuse(ACTION, name, expected, found);
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
