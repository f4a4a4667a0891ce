import { findTask, type TaskEntry } from "../../tasks/registry.ts";
import { readFoldsReport } from "../training/mod.ts";
import { peekTask } from "./model_option.ts";

/**
 * Chooses the task of a training command by what its arguments name: the model or the cross-validation to resume, or
 * the data. The first task is the default.
 */
export async function chooseTask(entries: readonly TaskEntry[], args: readonly string[]): Promise<TaskEntry> {
  const [first, ...others] = entries;
  if (others.length === 0) return first;
  const directory = valueOf(args, "resume");
  const resumed = directory === undefined ? undefined : await resumedTask(directory);
  const known = resumed === undefined ? undefined : findTask(resumed, entries);
  if (known !== undefined) return known;
  // Only a table of frames needs a column for them to be told apart.
  if (valueOf(args, "id") !== undefined) return others.find(({ reads }) => reads) ?? first;
  return await reader(others, [valueOf(args, "data")]) ?? await presetOwner(entries, valueOf(args, "preset")) ?? first;
}

/**
 * Chooses the task of a command that uses a trained model by the model, or else by the first argument that is a file of
 * a task's data. The first task is the default.
 */
export async function chooseUser(entries: readonly TaskEntry[], args: readonly string[]): Promise<TaskEntry> {
  const [first, ...others] = entries;
  const directory = valueOf(args, "model");
  const task = directory === undefined ? undefined : await peekTask(directory);
  if (task !== undefined) return findTask(task, entries) ?? first;
  return await reader(others, args.filter((arg) => !arg.startsWith("-"))) ?? first;
}

/** Returns the first task that reads one of some files. */
async function reader(
  entries: readonly TaskEntry[],
  files: readonly (string | undefined)[],
): Promise<TaskEntry | undefined> {
  for (const file of files) {
    for (const task of entries) if (file && await task.reads?.(file)) return task;
  }
  return undefined;
}

/** Returns the task that has a preset. */
async function presetOwner(entries: readonly TaskEntry[], preset?: string): Promise<TaskEntry | undefined> {
  if (preset === undefined) return undefined;
  for (const task of entries) if (Object.hasOwn((await task.load()).presets, preset)) return task;
  return undefined;
}

/** Returns the name of the task of the run in a directory. */
async function resumedTask(directory: string): Promise<string | undefined> {
  const report = await readFoldsReport(directory).catch(() => undefined);
  return report?.task ?? await peekTask(directory);
}

/** Returns the value of an option among arguments that are not parsed yet. */
function valueOf(args: readonly string[], option: string): string | undefined {
  const at = args.findIndex((arg) => arg === `--${option}` || arg.startsWith(`--${option}=`));
  if (at < 0) return undefined;
  return args[at].includes("=") ? args[at].slice(option.length + 3) : args[at + 1];
}
