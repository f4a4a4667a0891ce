import { stat } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { exists, keepAside } from "../terminal/mod.ts";
import { isModelDirectory } from "../../tasks/task_model/mod.ts";

/** What data are called after their file; standard input is called stdin. */
export function dataName(file: string): string {
  return file === "-" ? "stdin" : basename(file, extname(file));
}

/** A directory under `models/` for a run that names none: the first of NAME, NAME-2, ... that does not exist. */
export async function freshDirectory(name: string): Promise<string> {
  const base = join("models", name);
  for (let i = 1;; i++) {
    const directory = i === 1 ? base : `${base}-${i}`;
    if (!await exists(directory)) return directory;
  }
}

/**
 * Moves a model that stands where a new one is to be kept out of the way, and says so. Throws a RangeError where a file stands there.
 */
export async function keepOldModel(directory: string): Promise<string | undefined> {
  const stats = await stat(directory).catch(() => undefined);
  if (stats && !stats.isDirectory()) {
    throw new RangeError(`--out ${directory}: expected a directory or nothing, found a file`);
  }
  if (!stats || !await isModelDirectory(directory)) return undefined;
  return `There was a model in ${directory}: it is kept as ${await keepAside(directory)}.`;
}
