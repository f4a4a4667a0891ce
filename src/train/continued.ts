import { type Given, refuse } from "../schema/mod.ts";
import { type Checkpoint, OtherRunError } from "./checkpoint.ts";
import type { PlanChange } from "./training_state.ts";
import type { TrainSettings } from "./settings.ts";

/** The settings that a resumed run may change: those of its length and of its learning rate. */
export const PLAN_SETTINGS = [
  "epochs",
  "maxSteps",
  "minutes",
  "patience",
  "learningRate",
  "schedule",
  "warmup",
  "finalRate",
  "decay",
  "decayEvery",
  "decayAfter",
] as const satisfies readonly (keyof TrainSettings)[];

/** The settings that limit the length of a run without a budget of minutes. */
const LENGTHS = ["epochs", "maxSteps"] as const;

/** Throws `RangeError` if a budget of minutes is asked for together with a number of epochs or steps. */
export function refuseTwoLengths(asked: Partial<TrainSettings>): void {
  const other = LENGTHS.find((name) => asked[name] !== undefined && asked[name] !== null);
  if (asked.minutes === undefined || asked.minutes === null || other === undefined) return;
  refuse("fit", "minutes", `null if ${other} is set`, asked.minutes);
}

/**
 * Returns what is asked of a resumed run's plan. A number of epochs or steps replaces a budget of minutes; a budget
 * replaces them, since a run with one has no other limit.
 */
export function planOf(asked: Partial<TrainSettings>): Partial<TrainSettings> {
  const named = PLAN_SETTINGS.filter((name) => asked[name] !== undefined);
  const plan = Object.fromEntries(named.map((name) => [name, asked[name]]));
  return LENGTHS.some((name) => name in plan) ? { minutes: null, ...plan } : plan;
}

/**
 * Returns the settings of a resumed run: those of the checkpoint, with the given plan. Throws `OtherRunError` if any
 * other setting differs, since the run would not be the same, and `RangeError` if one is out of range.
 */
export function continuedSettings<S extends TrainSettings>(
  saved: S,
  asked: Partial<S>,
  complete: (settings: Partial<S>) => S,
): S {
  for (const [name, value] of Object.entries(asked) as [keyof S & string, unknown][]) {
    const mayChange = (PLAN_SETTINGS as readonly string[]).includes(name);
    if (value === undefined || mayChange || isSame(value, saved[name])) continue;
    throw new OtherRunError(`expected ${name} to be ${saved[name]}, as in the run that is resumed, found ${value}`);
  }
  return complete({ ...saved, ...planOf(asked) });
}

/** Returns the plans that the run has had, and the present one if it differs from the checkpoint's. */
export function changesOf(
  { settings: saved, snapshot, changes = [] }: Checkpoint,
  settings: TrainSettings,
): readonly PlanChange[] {
  const changed = PLAN_SETTINGS.filter((name) => !isSame(saved[name], settings[name]));
  if (changed.length === 0) return changes;
  const pick = (from: TrainSettings): Given => Object.fromEntries(changed.map((name) => [name, from[name]]));
  return [...changes, { step: snapshot.progress.step, from: pick(saved), to: pick(settings) }];
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
