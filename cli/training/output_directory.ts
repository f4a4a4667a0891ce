import { mkdir, readdir, realpath, rmdir } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import process from "node:process";
import { InputRangeError } from "../../errors.ts";
import { isInside } from "../is_inside.ts";
import { exists, keepAside } from "../terminal/mod.ts";
import { type DirectoryLock, lockForTraining } from "../../src/formats/directory_lock.ts";
import {
  CARD,
  CHECKSUMS,
  COMMITTED,
  EXAMPLE_TUNE,
  HISTORY,
  LOCK,
  MODEL_FILES,
  PICTURES,
  STAGING,
  TEST_PICTURE,
} from "../../src/formats/directory_names.ts";
import { kindOf } from "../../src/formats/plain_file.ts";
import { attempt, unless } from "../../src/formats/system_errors.ts";
import { withoutCompressionEnding } from "../../src/formats/compression.ts";
import { statsOf } from "../../tasks/data/file_system.ts";
import { isPattern } from "../../tasks/data/find_files.ts";
import { readTask } from "../../tasks/task_model/mod.ts";

/**
 * Returns a name for data: the name of the file without its extension, or of the folder in which a pattern looks for
 * files, without the dots of a hidden one; `stdin` for standard input.
 */
export function dataName(path: string): string {
  if (path === "-") return "stdin";
  const place = isPattern(path) ? dirname(path.slice(0, path.search(/[*?]/)) + "x") : withoutCompressionEnding(path);
  const file = resolve(place);
  return basename(file, extname(file)).replace(/^\.+/, "") || "texts";
}

/** The directories of runs without `--out`: each is made as soon as its name is chosen, so that no other run has it. */
export class FreshDirectories {
  #made: string[] = [];

  /** Makes and returns the first of NAME, NAME-2, ... in `models/` that is new, or in which the run may continue. */
  async claim(
    name: string,
    isOwn: (directory: string) => Promise<boolean> = () => Promise.resolve(false),
  ): Promise<string> {
    const base = join("models", name);
    if (!await exists("models")) await this.#make("models");
    for (let i = 1;; i++) {
      const directory = i === 1 ? base : `${base}-${i}`;
      if (await this.#make(directory) || await isOwn(directory)) return directory;
    }
  }

  /** Removes the directories in which no run has begun. */
  async removeUnused(): Promise<void> {
    // Those that are not empty stay.
    for (const directory of this.#made.splice(0)) await rmdir(directory).catch(() => {});
  }

  /** Makes a directory. Returns false if its name is taken. */
  async #make(directory: string): Promise<boolean> {
    const make = (): Promise<true> => mkdir(directory).then(() => true);
    const isMade = await attempt(`train into ${directory}`, () => unless(["EEXIST"], make())) ?? false;
    if (isMade) this.#made.unshift(directory);
    return isMade;
  }
}

/** The file with the state of a search for good options. */
export const TUNING = "tuning.json";

/** Maximum number of files that an error names. */
const MOST_NAMED = 3;

/**
 * Throws `RangeError` if a new model cannot have a directory: it is a file, it holds files that are not a model's,
 * which would be moved aside with an older model, or it contains one of the data paths.
 */
export async function expectOutput(directory: string, data: readonly string[]): Promise<void> {
  const stats = await statsOf(directory, `--out ${directory}`);
  if (stats === undefined) return;
  if (!stats.isDirectory()) {
    throw new InputRangeError(`--out ${directory}: expected a directory or nothing, found ${kindOf(stats)}`);
  }
  const foreign = (await readdir(directory)).filter((name) => !isModelsOwn(name)).sort();
  const inside = data.filter((path) => isInside(path, directory));
  const found = foreign.length > 0 ? foreign : inside;
  if (found.length === 0) return;
  const named = found.slice(0, MOST_NAMED).join(", ");
  const more = found.length > MOST_NAMED ? ` and ${found.length - MOST_NAMED} more` : "";
  throw new InputRangeError(
    `--out ${directory}: expected no files in it but a model's, found ${named}${more}; choose a new or empty folder`,
  );
}

/** Throws `RangeError` if a new model would be written into the directory of the one that it starts from. */
export async function refuseSource(directory: string | undefined, source: unknown): Promise<void> {
  if (directory === undefined || typeof source !== "string") return;
  const place = async (path: string): Promise<string> => await realpath(path).catch(() => resolve(path));
  // The directory may not exist yet, and its parent may be a link.
  const own = [await place(directory), join(await place(dirname(directory)), basename(directory))];
  const root = await place(source);
  if (!own.some((path) => isInside(path, root))) return;
  throw new InputRangeError(`--out ${directory}: expected a place outside the model of --init-from, found ${source}`);
}

/** Whether a name in a model's directory is one that saving or training writes, or is hidden. */
function isModelsOwn(name: string): boolean {
  return [MODEL_FILES, STAGING, /^\./].some((own) => own.test(name)) ||
    [CARD, LOCK, CHECKSUMS, COMMITTED, HISTORY, PICTURES, TUNING, TEST_PICTURE, ...EXAMPLE_TUNE].includes(name);
}

/**
 * Renames the directory of an existing model, or of a search for one, to make room for a new model, and returns a
 * message that says so. Throws `RangeError` if it holds files named like a model's that are not a model, if it is the
 * working directory, which cannot be renamed, or if another run trains into it.
 */
export async function keepOldModel(directory: string): Promise<string | undefined> {
  const taken = await exists(directory) ? await modelFilesIn(directory) : [];
  if (taken.length === 0) return undefined;
  const ofModel = taken.find((name) => name !== TUNING);
  const isModel = taken.some((name) => name.endsWith(".safetensors")) || await isReadable(directory);
  if (ofModel !== undefined && !isModel) {
    throw new InputRangeError(
      `--out ${directory}: expected a directory without ${ofModel}, found one that is not a model's`,
    );
  }
  const noun = ofModel === undefined ? "search" : "model";
  if (isInside(process.cwd(), directory)) {
    throw new InputRangeError(
      `--out ${directory}: expected a directory other than the working directory, which contains a ${noun}`,
    );
  }
  return await moveAside(directory, noun);
}

/** Moves a model or a search aside unless another run trains into its directory. */
async function moveAside(directory: string, noun: string): Promise<string | undefined> {
  const lock = await lockForTraining(directory);
  let kept: string | undefined;
  try {
    // Another run may have moved the model while this one waited for the lock.
    if ((await modelFilesIn(directory)).length === 0) return undefined;
    kept = await attempt(`move ${directory} aside`, () => keepAside(directory));
    return `Moved the existing ${noun} in ${directory} to ${kept}.`;
  } finally {
    await lock.release(kept);
  }
}

/**
 * Makes a directory if there is none, and checks that it can be written. Throws an error, and leaves no directory
 * behind, if it cannot, as when another run trains into it. Returns a message if one ended without finishing.
 */
export async function takeOver(directory: string): Promise<string | undefined> {
  const { lock, message } = await holdDirectory(directory);
  await lock.release();
  return message;
}

/** Takes a directory over as `takeOver` does, and keeps other runs out of it until the lock is released. */
export async function holdDirectory(
  directory: string,
): Promise<{ readonly lock: DirectoryLock; readonly message: string | undefined }> {
  const isNew = !await exists(directory);
  const lock = await lockForTraining(directory).catch(async (error) => {
    if (isNew) await rmdir(directory).catch(() => {});
    throw error;
  });
  const { previous } = lock;
  const message = previous && `Taking over ${directory} from ${previous}, which has ended.`;
  return { lock, message };
}

/** Lists the files of a model, or of a search for one. */
async function modelFilesIn(directory: string): Promise<string[]> {
  return (await attempt(`--out ${directory}`, () => readdir(directory))).filter((name) =>
    MODEL_FILES.test(name) || [COMMITTED, TUNING].includes(name)
  );
}

async function isReadable(directory: string): Promise<boolean> {
  return await readTask(directory, { verify: false }).then(() => true, () => false);
}
