import { readdir, stat } from "node:fs/promises";
import { basename, extname, join, resolve } from "node:path";
import process from "node:process";
import { exists, keepAside } from "../terminal/mod.ts";
import { readTask } from "../../tasks/task_model/mod.ts";

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

/** The files that a model's directory may have. */
const MODEL_FILES =
  /^(?:config|(?:\w+_)?tokenizer|preprocessor_config|training_state)\.json$|^(?:model|training_state)\.safetensors$/;

/**
 * Moves a model that stands where a new one is to be kept out of the way, and says so. Throws a `RangeError` where a file stands there, where
 * somebody else's files have the names of a model's, and where the model's directory is the working directory, which cannot be moved.
 */
export async function keepOldModel(directory: string): Promise<string | undefined> {
  const stats = await stat(directory).catch(() => undefined);
  if (stats && !stats.isDirectory()) {
    throw new RangeError(`--out ${directory}: expected a directory or nothing, found a file`);
  }
  const taken = stats ? (await readdir(directory)).filter((name) => MODEL_FILES.test(name)) : [];
  if (taken.length === 0) return undefined;
  const isModel = taken.some((name) => name.endsWith(".safetensors")) || await isReadable(directory);
  if (!isModel) {
    throw new RangeError(`--out ${directory}: expected a directory without ${taken[0]}, found one that is no model's`);
  }
  if (`${process.cwd()}/`.startsWith(`${resolve(directory)}/`)) {
    throw new RangeError(
      `--out ${directory}: expected another directory than the working directory, where a model stands`,
    );
  }
  return `There was a model in ${directory}: it is kept as ${await keepAside(directory)}.`;
}

async function isReadable(directory: string): Promise<boolean> {
  return await readTask(directory).then(() => true, () => false);
}
