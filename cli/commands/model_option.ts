import { readdir, stat } from "node:fs/promises";
import { exists } from "../../tasks/data/mod.ts";
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
  if (named === undefined) return await newestModel([entry], asked.isQuiet);
  await refuseOtherTask(named, entry, tasks);
  return named;
}

/** Throws a `UsageError` that names the command that fits if a directory keeps a model of another task. */
async function refuseOtherTask(
  directory: string,
  entry: TaskEntry,
  tasks: readonly TaskEntry[],
): Promise<void> {
  await expectModel("model", directory);
  const other = findTask(await readTask(directory), tasks);
  if (other === undefined || other.name === entry.name) return;
  const [expected, found] = [await nounOf(entry), await nounOf(other)];
  throw new UsageError(
    `--model ${directory}: expected a ${expected}, found a ${found}; ${invocation(other.verb)} is for it`,
  );
}

/** Throws a `RangeError` that names the option if nothing stands where a model is to be. */
export async function expectModel(option: string, directory: string): Promise<void> {
  if (await exists(directory)) return;
  throw new RangeError(`--${option}: expected a model's directory, found none at ${directory}`);
}

/** What a task's models are called: "language model". */
export async function nounOf({ load }: TaskEntry): Promise<string> {
  return (await load()).model.task.noun;
}

/** A model in `models/`. */
interface FoundModel {
  readonly directory: string;
  /** When its configuration was written. */
  readonly time: number;
}

/** The newest model of some tasks in `models/`, which is named on standard error. Throws a `UsageError` if there is none. */
export async function newestModel(entries: readonly TaskEntry[], isQuiet = false): Promise<string> {
  const newest = await findNewestModel(entries);
  if (newest === undefined) {
    const training = entries.map(({ commands }) => invocation(commands.at(-1)!.name));
    const makes = training.length === 1 ? `${training[0]} makes one` : `${training.join(", ")} make one`;
    throw new UsageError(`--model: expected a model's directory, found none, nor one in ${MODELS}/; ${makes}`);
  }
  if (!isQuiet) writeError(`Using ${newest}.\n`);
  return newest;
}

/** The newest model of some tasks in `models/`, if there is one. */
export async function findNewestModel(entries: readonly TaskEntry[]): Promise<string | undefined> {
  const names = await readdir(MODELS).catch(() => []);
  const found: FoundModel[] = [];
  for (const directory of names.map((name) => `${MODELS}/${name}`)) {
    const task = await readTask(directory).catch(() => undefined);
    if (task === undefined || findTask(task, entries) === undefined) continue;
    found.push({ directory, time: (await stat(`${directory}/config.json`)).mtimeMs });
  }
  return found.sort((a, b) => b.time - a.time).at(0)?.directory;
}
