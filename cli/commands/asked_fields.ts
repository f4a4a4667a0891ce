import { InputRangeError } from "../../errors.ts";
import { complete, type Given, resolve, type Schema } from "../../src/schema/mod.ts";
import { STANDARD_INPUT } from "../../tasks/data/file_system.ts";
import type { Paths } from "../../tasks/data/find_files.ts";
import type { AnyProgram } from "../../tasks/task_model/mod.ts";
import { agrees, describeOption, type Fields, type OptionSpecs, UsageError } from "../arguments/mod.ts";

/** A preset of a task's program. */
export interface AnyPreset {
  readonly plan?: Given;
  readonly model: Given;
  readonly fit: Given;
}

/** The given fields, by what they configure. */
export interface Asked {
  /** Fields of the data. */
  readonly plan: Given;
  /** Fields of the model. */
  readonly model: Given;
  /** Fields of the training. */
  readonly fit: Given;
}

/** The given options of a new run, completed. */
export interface Order {
  /** The given fields and those of the preset. */
  readonly asked: Asked;
  /** The fields of the data, with their defaults. */
  readonly plan: Given;
}

/** The option that names a preset, if there are any. `demo` is the preset to use if no data are given. */
export function presetOption(presets: Readonly<Record<string, unknown>>, demo: string | undefined): OptionSpecs {
  const choices = Object.keys(presets);
  if (choices.length === 0) return {};
  const help = "Named set of options, overridden by options given explicitly.";
  const standard = demo === undefined ? {} : { default: `${demo} if no data are given` };
  return { preset: { kind: "choice", choices, group: "training", help, ...standard } };
}

/**
 * Merges given fields with a preset's. Given fields win, and fields of the preset that are alternatives to them or that
 * they override are dropped, as are those that are not allowed with them. So is a learning rate if the given fields,
 * such as another optimizer or cell, have another default than those that it was chosen for.
 */
export function withPreset(fields: Fields, given: Asked, preset: AnyPreset | undefined): Asked {
  if (!preset) return given;
  const chosen = flat(given);
  const names = Object.keys(chosen);
  const [own, all] = [flat(preset), { ...flat(preset), ...chosen }];
  const replaced = new Set(
    names.flatMap((name) => [...fields[name]?.insteadOf ?? [], ...resolve(fields[name]?.overrides, all) ?? []]),
  );
  if (defaultRate(fields, own) !== defaultRate(fields, all)) replaced.add("learningRate");
  const isAlternative = (name: string): boolean =>
    replaced.has(name) || (fields[name]?.insteadOf ?? []).some((other) => names.includes(other));
  const isKept = (name: string): boolean =>
    !isAlternative(name) && (!Object.hasOwn(fields, name) || agrees(fields[name], chosen));
  const rest = (part: object = {}): object => Object.fromEntries(Object.entries(part).filter(([name]) => isKept(name)));
  return {
    plan: { ...rest(preset.plan), ...given.plan },
    model: { ...rest(preset.model), ...given.model },
    fit: { ...rest(preset.fit), ...given.fit },
  };
}

function defaultRate({ optimizer, learningRate }: Fields, chosen: Given): unknown {
  return resolve(learningRate?.default, { optimizer: resolve(optimizer?.default, chosen), ...chosen });
}

/** Options that a program chose for the data. */
type AnySuited = NonNullable<Awaited<ReturnType<NonNullable<AnyProgram["suit"]>>>>;

/** Given fields, completed with those that suit the data. */
export interface SuitedFields {
  /** The given fields, and those that were chosen. */
  readonly chosen: Asked;
  /** Says what was chosen, in one line. */
  readonly suited?: string;
}

/** Merges given fields with those that suit the data, as `withPreset` does, and says which of these are kept. */
export function withSuited(fields: Fields, given: Asked, suited: AnySuited | undefined): SuitedFields {
  const chosen = withPreset(fields, given, suited);
  if (!suited) return { chosen };
  const asked = flat(given);
  const kept = Object.keys(flat(chosen)).filter((name) => !Object.hasOwn(asked, name));
  return { chosen, suited: suited.describe(new Set(kept)) };
}

/** Returns all fields, regardless of what they configure. */
export function flat({ plan, model, fit }: Partial<Asked> = {}): Given {
  return { ...fit, ...model, ...plan };
}

/** Returns the paths of the data, without standard input. */
export function dataPaths(fields: Fields, plan: Given): string[] {
  const named = Object.entries(fields).filter(([, { kind, isFree }]) => kind === "path" && isFree);
  const paths = named.flatMap(([name]) => (plan[name] ?? []) as Paths);
  return paths.filter((path) => path !== STANDARD_INPUT);
}

/** Completes the fields of the data with their defaults. */
export function completePlan({ plan }: AnyProgram, given: Given): Given {
  const known = Object.entries(given).filter(([name]) => Object.hasOwn(plan, name));
  return complete(plan as Schema<Record<string, unknown>>, Object.fromEntries(known), "read the data");
}

/** Completes the fields that matter only when a model is created with their defaults. */
export function completeInitial({ model: { task } }: AnyProgram, given: Given): Given {
  const initial = Object.entries(task.model as Fields).filter(([, { isInitial }]) => isInitial);
  const known = initial.flatMap(([name]) => given[name] === undefined ? [] : [[name, given[name]]]);
  return complete(
    Object.fromEntries(initial) as Schema<Record<string, unknown>>,
    Object.fromEntries(known),
    "make a model",
  );
}

/**
 * Throws `UsageError` if the data come from another kind of source than in the resumed run. Only the paths of files may
 * change.
 */
export function refuseOtherSource({ sources }: AnyProgram, given: Given, kept: Given): void {
  const other = sources.find((name) => given[name] !== undefined && kept[name] === null);
  if (other === undefined) return;
  const known = sources.filter((name) => kept[name] !== null).map((name) => `--${name}`);
  throw new UsageError(
    `--${other}: expected ${known[0] ?? "the data"} as in the resumed run, found another source`,
  );
}

/** Returns the given fields that may change when a run is resumed. */
export function freeFields(plan: Fields, given: Given): Given {
  return Object.fromEntries(Object.entries(given).filter(([name]) => plan[name].isFree));
}

/**
 * Adds to an error of reading a resumed run's data how to name their new place, if they are no longer where they were.
 */
export function withNewPlace(fields: Fields, plan: Given, error: unknown): unknown {
  if (!(error instanceof InputRangeError) || !error.message.endsWith("found none")) return error;
  const name = Object.keys(fields).find((name) =>
    [plan[name]].flat().some((path) => error.message.startsWith(`read ${path}: `))
  );
  if (name === undefined) return error;
  return new InputRangeError(
    `${error.message}; if it has moved, ${describeOption(fields, name)} NEW gives its new place`,
  );
}
