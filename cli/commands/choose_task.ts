import { InputRangeError } from "../../errors.ts";
import { exists, STANDARD_INPUT } from "../../tasks/data/file_system.ts";
import { findFiles, isPattern } from "../../tasks/data/find_files.ts";
import { findTask, type TaskEntry } from "../../tasks/registry.ts";
import { UsageError } from "../arguments/mod.ts";
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
  const earlier = resumed === undefined ? undefined : findTask(resumed, entries);
  if (earlier !== undefined) return earlier;
  // Only a table of frames needs a column for them to be told apart.
  if (valueOf(args, "id") !== undefined) return others.find(({ reads }) => reads) ?? first;
  // Only texts have a column of their own in a file that may hold numbers too.
  if (valueOf(args, "text-column") !== undefined) return first;
  const file = valueOf(args, "data");
  const known = await reader(others, [file]) ?? await presetOwner(entries, valueOf(args, "preset"));
  if (known === undefined && !args.includes("--help") && !args.includes("-h")) await expectData(file, args);
  return known ?? first;
}

/**
 * Throws `RangeError` if there is no file of data. Otherwise the first task would judge the options before the file.
 */
async function expectData(file: string | undefined, args: readonly string[]): Promise<void> {
  // With labels for files, commas divide their names.
  if (!file || file === STANDARD_INPUT || valueOf(args, "labels") !== undefined || await exists(file)) return;
  if (!isPattern(file)) throw new InputRangeError(`read ${file}: expected a file, found none`);
  await findFiles(file);
}

/**
 * Chooses the task of a command that uses a trained model by the model, or else by the first argument that is a file of
 * a task's data. The first task is the default.
 */
export async function chooseUser(entries: readonly TaskEntry[], args: readonly string[]): Promise<TaskEntry> {
  const [first, ...others] = entries;
  const directory = valueOf(args, "model");
  const task = directory === undefined ? undefined : await peekTask(directory);
  const words = args.filter((arg) => !arg.startsWith("-") && arg !== directory);
  if (task === undefined) return await reader(others, words) ?? first;
  const chosen = findTask(task, entries) ?? first;
  if (chosen === first) await refuseFiles(others, words, { directory, data: first.data });
  return chosen;
}

/** Throws `UsageError` if a word names a file of another task, which the first task would take for a text. */
async function refuseFiles(
  others: readonly TaskEntry[],
  words: readonly string[],
  { directory, data }: { readonly directory?: string; readonly data?: string },
): Promise<void> {
  for (const word of words) {
    // A word that may not be read is a text.
    const isFile = await exists(word).catch(() => false);
    const other = isFile ? await reader(others, [word]) : undefined;
    if (other === undefined) continue;
    throw new UsageError(
      `--model ${directory}: expected a model of ${other.data}, as ${word} holds, found one of ${data}`,
    );
  }
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
