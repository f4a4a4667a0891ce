import type { TrainSettings } from "../../src/train/mod.ts";
import { type OptionSpec, type OptionSpecs, UsageError } from "../arguments/mod.ts";

const RESUMED = "the run that is resumed";

/** Throws a UsageError where an option was given that differs from the resumed run's. */
export function compareOptions(
  given: Readonly<Record<string, unknown>>,
  expected: Readonly<Record<string, unknown>>,
  run = RESUMED,
): void {
  for (const [name, found] of Object.entries(given)) {
    if (found === undefined || JSON.stringify(found) === JSON.stringify(expected[name])) continue;
    throw new UsageError(
      `--${name}: expected ${expected[name] ?? "none"}, as in ${run}, found ${found}`,
    );
  }
}

/** The values that options have where they are not given, so far as their help states a value and not a rule. */
export function usualValues(specs: OptionSpecs): Record<string, unknown> {
  return definedOnly(Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, usualValue(spec)])));
}

function usualValue({ kind, choices, default: usual }: OptionSpec): string | number | undefined {
  if (usual === undefined) return undefined;
  if (kind === "choice") return choices?.includes(usual) ? usual : undefined;
  return kind === "boolean" || Number.isNaN(Number(usual)) ? undefined : Number(usual);
}

/** Throws a UsageError where an option for a setting was given that differs from the resumed run's. */
export function refuseOtherSettings(
  values: Readonly<Record<string, unknown>>,
  names: Readonly<Record<string, string>>,
  settings: TrainSettings,
): void {
  for (const [option, name] of Object.entries(names)) {
    const isLength = option === "epochs" || option === "max-steps";
    if (isLength && settings.schedule !== "cosine") continue;
    const run = isLength ? "the run that is resumed and its cosine schedule" : RESUMED;
    compareOptions({ [option]: values[option] }, { [option]: settings[name as keyof TrainSettings] }, run);
  }
}

/** The fields that are not undefined. */
export function definedOnly<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
