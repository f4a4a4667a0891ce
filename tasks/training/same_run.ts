import type { TrainSettings } from "../../src/train/mod.ts";
import { UsageError } from "../command_line/mod.ts";

/** Throws a UsageError where an option was given that differs from the resumed run's. */
export function compareOptions(
  given: Readonly<Record<string, unknown>>,
  expected: Readonly<Record<string, unknown>>,
): void {
  for (const [name, found] of Object.entries(given)) {
    if (found === undefined || JSON.stringify(found) === JSON.stringify(expected[name])) continue;
    throw new UsageError(
      `--${name}: expected ${expected[name] ?? "none"}, as in the run that is resumed, found ${found}`,
    );
  }
}

/** Throws a UsageError where an option for a setting was given that differs from the resumed run's. */
export function refuseOtherSettings(
  values: Readonly<Record<string, unknown>>,
  names: Readonly<Record<string, string>>,
  settings: TrainSettings,
): void {
  // The cosine schedule depends on the run's length.
  const mayChange = settings.schedule === "cosine" ? [] : ["epochs", "max-steps"];
  for (const [option, name] of Object.entries(names)) {
    if (mayChange.includes(option)) continue;
    compareOptions({ [option]: values[option] }, { [option]: settings[name as keyof TrainSettings] });
  }
}

/** The fields that are not undefined. */
export function definedOnly<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
