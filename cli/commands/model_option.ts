import { InputRangeError } from "../../errors.ts";
import { byCloseness, withArticle } from "../../src/schema/mod.ts";
import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { exists } from "../../tasks/data/mod.ts";
import { attempt, unless } from "../../src/formats/system_errors.ts";
import { MISSING, statsOf } from "../../tasks/data/file_system.ts";
import { readTask } from "../../tasks/task_model/mod.ts";
import { findTask, type TaskEntry, TASKS } from "../../tasks/registry.ts";
import { type OptionSpecs, suggestion, UsageError } from "../arguments/mod.ts";
import { invocation } from "../invocation.ts";
import { writeError } from "../terminal/mod.ts";

/** The option that names a trained model. */
export const MODEL_OPTION = {
  model: {
    kind: "path",
    value: "DIR",
    group: "model",
    help: "Directory of the model.",
    default: "the newest of its kind in models/",
    fits: isModelDirectory,
  },
} as const satisfies OptionSpecs;

/** The default parent directory of models. */
const MODELS_DIRECTORY = "models";

/** The file that every model's directory has. */
const CONFIG = "config.json";

/** Whether a path is that of a directory with a model's configuration. */
function isModelDirectory(path: string): boolean {
  return existsSync(join(path, CONFIG));
}

/** Options of `modelDirectory`. */
interface ModelDirectoryOptions {
  /** The tasks of the command line. */
  readonly tasks: readonly TaskEntry[];
  /** The texts on the command line, none of which should be a model's directory. */
  readonly texts: readonly string[];
  /** Whether to suppress messages on standard error. */
  readonly isQuiet?: boolean;
  /** Whether to verify the checksum of the model's configuration. Default: true. */
  readonly verify?: boolean;
}

/**
 * Returns the directory of a task's model: the named one, or the newest in `models/`. Throws `UsageError` if there is
 * none, if the named model belongs to another task (the message then names the right command), or if no model is named
 * and a text is a model's directory.
 */
export async function modelDirectory(
  named: string | undefined,
  task: string,
  options: ModelDirectoryOptions,
): Promise<string> {
  // The commands for models of Elman's own tasks exist even if the given tasks do not include them.
  const tasks = [...options.tasks, ...TASKS];
  const entry = findTask(task, tasks)!;
  if (named === undefined) refuseDirectory(options.texts);
  if (named === undefined) return await newestModel([entry], options.isQuiet);
  await refuseOtherTask(named, entry, { ...options, tasks });
  return named;
}

/** Throws `UsageError`, naming the option, if a text is a model's directory. */
function refuseDirectory(texts: readonly string[]): void {
  const directory = texts.find((text) => text !== "" && isModelDirectory(text));
  if (directory === undefined) return;
  const found = JSON.stringify(directory);
  throw new UsageError(`expected a text, found a model's directory, ${found}${suggestion("model", directory)}`);
}

/** Throws `UsageError`, naming the right command, if a directory holds a model of another task. */
async function refuseOtherTask(
  directory: string,
  entry: TaskEntry,
  { tasks, verify }: ModelDirectoryOptions,
): Promise<void> {
  await expectModel("model", directory, [entry]);
  const other = findTask(await readTask(directory, { verify }), tasks);
  if (other === undefined || other.name === entry.name) return;
  const [expected, found] = [await nounOf(entry), await nounOf(other)];
  throw new UsageError(
    `--model ${directory}: expected ${withArticle(expected)}, found ${withArticle(found)}; use ${
      invocation(other.verb)
    } instead`,
  );
}

/**
 * Throws `RangeError`, naming the option and models of the given tasks near the path, if there is no directory with a
 * model's configuration. Without an option, the directory is an operand.
 */
export async function expectModel(
  option: string | undefined,
  directory: string,
  tasks: readonly TaskEntry[],
): Promise<void> {
  const found = await statsOf(directory, `read ${directory}`);
  // A directory whose replacement was interrupted has no config.json of its own, but can be read.
  const isModel = await exists(join(directory, CONFIG)) || await peekTask(directory) !== undefined;
  if (isModel) return;
  const what = found === undefined ? "none" : found.isDirectory() ? `a directory without ${CONFIG}` : "a file";
  const near = await modelsNear(directory, tasks);
  const hint = near.length === 0 ? "" : `; ${near.length === 1 ? "a model" : "models"} near it: ${near.join(", ")}`;
  const place = option === undefined ? "" : `--${option}: `;
  throw new InputRangeError(`${place}expected a model's directory, found ${what} at ${directory}${hint}`);
}

/** Returns the name of a model's task whatever the file's checksum, or undefined if it cannot be read. */
export async function peekTask(directory: string): Promise<string | undefined> {
  return await readTask(directory, { verify: false }).catch(() => undefined);
}

/** Maximum number of models that an error names. */
const MOST_NAMED = 3;

/** Returns a few models of some tasks in a directory, or beside it, or in `models/`, the closest name first. */
async function modelsNear(directory: string, tasks: readonly TaskEntry[]): Promise<string[]> {
  for (const parent of [directory, dirname(directory), MODELS_DIRECTORY]) {
    const names = await readdir(parent).catch((): string[] => []);
    const found: string[] = [];
    for (const name of byCloseness(basename(directory), names.sort())) {
      const path = join(parent, name);
      if (await taskOf(path, tasks) !== undefined) found.push(path);
      if (found.length === MOST_NAMED) break;
    }
    if (found.length > 0) return found;
  }
  return [];
}

/** Returns which of some tasks the model in a directory has; undefined if it has none of them or is no model. */
async function taskOf(directory: string, tasks: readonly TaskEntry[]): Promise<TaskEntry | undefined> {
  const task = await peekTask(directory);
  return task === undefined ? undefined : findTask(task, tasks);
}

/** Returns the noun for a task's models: "language model". */
export async function nounOf({ load }: TaskEntry): Promise<string> {
  return (await load()).model.task.noun;
}

/** A model in `models/`. */
interface FoundModel {
  readonly directory: string;
  /** When its configuration was written. */
  readonly time: number;
}

/**
 * Returns the newest model of some tasks in `models/` and names it on standard error. Throws `UsageError` if there is
 * none.
 */
export async function newestModel(entries: readonly TaskEntry[], isQuiet = false): Promise<string> {
  const newest = await findNewestModel(entries);
  if (newest === undefined) {
    const training = invocation(entries[0].commands.at(-1)!.name);
    const others = entries.length > 1 ? " or another command that trains" : "";
    throw new UsageError(
      `--model: expected a model's directory, found none, nor one in ${MODELS_DIRECTORY}/; train one with ${training}${others}`,
    );
  }
  if (!isQuiet) writeError(`Using ${newest}.\n`);
  return newest;
}

/** Returns the newest model of some tasks in `models/`, or undefined. */
export async function findNewestModel(entries: readonly TaskEntry[]): Promise<string | undefined> {
  const names = await attempt(`read ${MODELS_DIRECTORY}`, () => unless(MISSING, readdir(MODELS_DIRECTORY))) ?? [];
  const found: FoundModel[] = [];
  for (const directory of names.map((name) => `${MODELS_DIRECTORY}/${name}`)) {
    if (await taskOf(directory, entries) === undefined) continue;
    const { mtimeMs: time } = await stat(`${directory}/config.json`).catch(() => stat(directory));
    found.push({ directory, time });
  }
  return found.sort((a, b) => b.time - a.time).at(0)?.directory;
}
