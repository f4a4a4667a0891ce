import { resolve } from "node:path";
import { type Given, readNames } from "../../src/schema/mod.ts";
import { PLAN_SETTINGS } from "../../src/train/mod.ts";
import { describeOption, type Fields, UsageError } from "../arguments/mod.ts";

/** The options of a run, as its checkpoint's notes store them. */
export interface RunNotes {
  /** The given fields of the data. */
  readonly data: Given;
  /** The given fields that matter only when the model is created. */
  readonly model: Given;
}

/**
 * Reads the notes of a run, including those of an earlier version, which stored options under their command line names.
 */
export function readNotes(plan: unknown, fields: Fields): RunNotes | undefined {
  const { data, model, options } = (plan ?? {}) as { data?: Given; model?: Given; options?: Given };
  if (typeof data !== "object" || data === null) return undefined;
  const given = switchOff(fields, readNames(fields, options ?? model ?? {}));
  return { data: { ...readNames(fields, data), ...given }, model: given };
}

/** Replaces options that turn a field off by `false` as the field's value. */
function switchOff(fields: Fields, given: Given): Given {
  const off = Object.entries(fields).filter(([, field]) => field.off && given[field.off.option] === true);
  return { ...given, ...Object.fromEntries(off.map(([name]) => [name, false])) };
}

/**
 * Throws `UsageError` if a given field differs from the resumed run's. The length of the run, its learning rate and the
 * paths of files may differ.
 */
export function refuseOtherRun(fields: Fields, given: Given, expected: Given): void {
  const plan: readonly string[] = PLAN_SETTINGS;
  refuseOtherFolds(
    fields,
    Object.fromEntries(Object.entries(given).filter(([name]) => !plan.includes(name))),
    expected,
  );
}

/** Throws `UsageError` if a given field differs from those with which the resumed folds began. Paths may differ. */
export function refuseOtherFolds(fields: Fields, given: Given, expected: Given): void {
  for (const [name, found] of Object.entries(given)) {
    if (fields[name].isFree || JSON.stringify(found) === JSON.stringify(expected[name])) continue;
    throw new UsageError(describeDifference(fields, name, found, expected[name]));
  }
}

/** Throws `UsageError` if a resumed run is given another directory or a preset. */
export function refuseOtherPlace(directory: string, { out, preset }: { out?: string; preset?: unknown }): void {
  if (out !== undefined && resolve(out) !== resolve(directory)) {
    throw new UsageError(`--out: expected none with --resume, which continues in its own directory, found ${out}`);
  }
  if (preset !== undefined) {
    throw new UsageError(`--preset: expected none with --resume, whose run has its own, found ${preset}`);
  }
}

/** Formats the error for a field that differs from the resumed run's. */
function describeDifference(fields: Fields, name: string, found: unknown, expected: unknown): string {
  const { off } = fields[name];
  const option = found === false && off ? `--${off.option}` : describeOption(fields, name);
  const wanted = shown(expected);
  if (typeof found === "boolean" || wanted === "") {
    const asked = typeof found === "boolean" ? option : `${option} ${shown(found)}`;
    return `${asked}: expected a run that began with this option, found one that began without it`;
  }
  return `${option}: expected ${wanted}, as in the resumed run, found ${shown(found)}`;
}

/** Formats a value as it is typed, lists separated by commas. Returns an empty string for a missing value. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return value.join(", ");
  return value === undefined || value === null || value === false ? "" : String(value);
}
