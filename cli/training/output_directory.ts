import { stat } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { exists, keepAside } from "../terminal/mod.ts";
import { isModelDirectory } from "../../tasks/task_model/mod.ts";

/**
 * A directory under `models/` for a run that names none: the first of NAME-CELL, NAME-CELL-2, ... that does not exist. NAME is the data's, or
 * `otherwise` where no file is named; standard input is called stdin.
 */
export async function freshDirectory(data: string | undefined, cell: string, otherwise: string): Promise<string> {
  const name = data === undefined ? otherwise : data === "-" ? "stdin" : basename(data, extname(data));
  const base = join("models", `${name}-${cell}`);
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
