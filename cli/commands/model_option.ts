import { readdir, stat } from "node:fs/promises";
import { readTask } from "../../tasks/task_model/mod.ts";
import { findTask, type TaskEntry, TASKS } from "../../tasks/registry.ts";
import { type OptionSpecs, UsageError } from "../arguments/mod.ts";
import { invocation } from "../invocation.ts";
import { writeError } from "../terminal/mod.ts";

/** The option that names a trained model. */
export const MODEL_OPTION = {
  model: {
    kind: "path",
    value: "DIR",
    group: "model",
    help: "The model's directory.",
    default: "the newest of its kind in models/",
  },
} as const satisfies OptionSpecs;

/** Where models are kept that name no other place. */
const MODELS = "models";

/** What is asked of `modelDirectory` beside the task. */
interface Asked {
  /** The tasks of the command line. */
  readonly tasks: readonly TaskEntry[];
  /** Whether nothing is said on standard error. */
  readonly isQuiet?: boolean;
}

/**
 * The directory of a model of a task: the one that is named, or the newest in `models/`. Throws a `UsageError` if there is none, and one that
 * names the command that fits if a model of another task is named.
 */
export async function modelDirectory(named: string | undefined, task: string, asked: Asked): Promise<string> {
  // The commands that ask models of Elman's own tasks are there whatever tasks are given.
  const tasks = [...asked.tasks, ...TASKS];
  const entry = findTask(task, tasks)!;
  if (named === undefined) return await newestModel(entry, asked.isQuiet);
  await refuseOtherTask(named, entry, tasks);
  return named;
}

/** Throws a `UsageError` that names the command that fits if a directory keeps a model of another task. */
async function refuseOtherTask(
  directory: string,
  { name, verb }: TaskEntry,
  tasks: readonly TaskEntry[],
): Promise<void> {
  const found = await readTask(directory);
  const other = findTask(found, tasks);
  if (other === undefined || other.name === name) return;
  throw new UsageError(
    `--model ${directory}: expected a model of ${name}, for ${verb}, found one of ${other.name}; ` +
      `${invocation(other.verb)} is for it`,
  );
}

async function newestModel(entry: TaskEntry, isQuiet = false): Promise<string> {
  const names = await readdir(MODELS).catch(() => []);
  const found: { directory: string; time: number }[] = [];
  for (const directory of names.map((name) => `${MODELS}/${name}`)) {
    const task = await readTask(directory).catch(() => undefined);
    if (task === undefined || findTask(task, [entry]) === undefined) continue;
    found.push({ directory, time: (await stat(`${directory}/config.json`)).mtimeMs });
  }
  const newest = found.sort((a, b) => b.time - a.time).at(0);
  if (newest === undefined) {
    const training = invocation(entry.commands.at(-1)!.name);
    throw new UsageError(
      `--model: expected a model's directory, found none, nor one in ${MODELS}/; ${training} makes one`,
    );
  }
  if (!isQuiet) writeError(`Using ${newest.directory}.\n`);
  return newest.directory;
}
