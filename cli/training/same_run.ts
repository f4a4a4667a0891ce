import { type Given, readNames } from "../../src/schema/mod.ts";
import type { TrainSettings } from "../../src/train/mod.ts";
import { describeOption, type Fields, UsageError } from "../arguments/mod.ts";

/** What a checkpoint's notes keep of how a run was asked for. */
export interface RunNotes {
  /** The fields of the data that were given. */
  readonly data: Given;
  /** The initial fields of the model that were given. */
  readonly model: Given;
}

/** The notes of a run; an earlier version wrote options under the names of the command line. */
export function readNotes(plan: unknown, fields: Fields): RunNotes | undefined {
  const { data, model, options } = (plan ?? {}) as { data?: Given; model?: Given; options?: Given };
  if (typeof data !== "object" || data === null) return undefined;
  const given = switchOff(fields, readNames(fields, options ?? model ?? {}));
  return { data: { ...readNames(fields, data), ...given }, model: given };
}

/** The options that turn a field off, as the field's value. */
function switchOff(fields: Fields, given: Given): Given {
  const off = Object.entries(fields).filter(([, field]) => field.off && given[field.off.option] === true);
  return { ...given, ...Object.fromEntries(off.map(([name]) => [name, false])) };
}

const RESUMED = "the run that is resumed";

/**
 * Throws a `UsageError` if a field was given that differs from the resumed run's. Epochs and steps may differ unless the schedule depends on
 * them, and so may what says where files are.
 */
export function refuseOtherRun(fields: Fields, given: Given, expected: Given, { schedule }: TrainSettings): void {
  for (const [name, found] of Object.entries(given)) {
    const isLength = name === "epochs" || name === "maxSteps";
    if (fields[name].isFree || (isLength && schedule !== "cosine")) continue;
    if (JSON.stringify(found) === JSON.stringify(expected[name])) continue;
    const run = isLength ? `${RESUMED} and its cosine schedule` : RESUMED;
    throw new UsageError(describeDifference(fields, name, found, expected[name], run));
  }
}

/** Says what was to be given, or that nothing was: a switch that differs is one too many. */
function describeDifference(fields: Fields, name: string, found: unknown, expected: unknown, run: string): string {
  const { off } = fields[name];
  const option = found === false && off ? `--${off.option}` : describeOption(fields, name);
  if (typeof found === "boolean") return `resume: expected ${option} not to be given, as in ${run}, found it`;
  const wanted = shown(expected);
  if (wanted === "") return `resume: expected ${option} not to be given, as in ${run}, found ${option} ${shown(found)}`;
  return `${option}: expected ${wanted}, as in ${run}, found ${shown(found)}`;
}

/** A value as it is typed, a list's with commas between; nothing for one that is not there. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return value.join(", ");
  return value === undefined || value === null || value === false ? "" : String(value);
}
