/**
 * Writes and reads a directory of files as one atomic unit: after a crash, a kill or a full disk at any moment, a
 * reader finds all the old files or all the new ones.
 *
 * A write puts the new files into a staging directory inside the directory and flushes them. Renaming the staging
 * directory to `elman.commit` is the commit: from then on a file in `elman.commit` replaces the one beside it. The
 * writer then moves each file into its place and removes the empty `elman.commit`. A process that finds one left by a
 * dead writer does the same. Every move puts the committed file into its place, so any number of processes may do it at
 * once, and a rename never replaces an `elman.commit` that still has files.
 *
 * @module
 */
import type { Stats } from "node:fs";
import type * as files from "node:fs/promises";
import { fileSystem } from "./file_system.ts";

/** The functions of `node:fs/promises` that model directories need. */
export type FileSystem = Pick<typeof files, "mkdir" | "open" | "readdir" | "rename" | "rm" | "rmdir" | "stat">;

/** Content of a file: text, which is written as UTF-8, bytes, or bytes in several parts. */
export type FileContent = string | Uint8Array | readonly Uint8Array[];

/** Options of `writeDirectory`. */
export interface WriteDirectoryOptions {
  /** The file system to use. Default: `node:fs/promises`. */
  fileSystem?: FileSystem;
}

/** Options of `readDirectory`. */
export interface ReadDirectoryOptions {
  /** Names of files to read if they exist. Default: none. */
  optional?: readonly string[];
  /** The file system to use. Default: `node:fs/promises`. */
  fileSystem?: FileSystem;
}

const COMMITTED = "elman.commit";

const STAGING = /^elman\.[0-9a-f]{8}\.tmp$/;

/** Bytes per call of read or write: some platforms take at most 2^31 - 1 at once. */
const CHUNK = 2 ** 24;

/** Maximum number of retries of a reader if a writer changes the files meanwhile. */
const MAX_TRIES = 100;

/**
 * Writes files into a directory atomically: after a crash, a kill or a full disk at any moment,
 * {@linkcode readDirectory} finds all the old files or all the new ones. Other files in the directory are kept. The
 * directory is created if it does not exist, and what a dead writer left behind is cleaned up first.
 *
 * The contents must not change until the promise settles. Two processes should not write to the same directory at once:
 * the files are never mixed, but one of the writers may fail.
 *
 * @param dir The path of the directory.
 * @param files The contents by name. A name has ASCII letters, digits, `.`, `_` and `-`, and does not begin with a dot.
 * @param options The file system.
 * @throws {RangeError} If a name is not allowed or a file cannot be written. The message names the file and the reason.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readDirectory, writeDirectory } from "@elman/elman/formats";
 *
 * const dir = await Deno.makeTempDir();
 * await writeDirectory(dir, { "config.json": "{}", "model.safetensors": new Uint8Array(16) });
 *
 * const files = await readDirectory(dir, ["config.json", "model.safetensors"]);
 * assertEquals(files.get("model.safetensors"), new Uint8Array(16));
 * await Deno.remove(dir, { recursive: true });
 * ```
 */
export async function writeDirectory(
  dir: string,
  files: Readonly<Record<string, FileContent>>,
  options: WriteDirectoryOptions = {},
): Promise<void> {
  const fs = options.fileSystem ?? fileSystem(`Cannot write directory ${dir}`);
  await prepare(fs, dir, Object.keys(files));
  const staging = `${dir}/${stagingName()}`;
  try {
    await attempt(`Cannot write directory ${dir}`, () => fs.mkdir(staging));
    for (const [name, content] of Object.entries(files)) {
      await attempt(`Cannot write ${dir}/${name}`, () => writeFile(fs, `${staging}/${name}`, content));
    }
    await attempt(`Cannot write directory ${dir}`, async () => {
      await flushDirectory(fs, staging);
      await fs.rename(staging, `${dir}/${COMMITTED}`);
    });
  } catch (error) {
    await remove(fs, staging);
    throw error;
  }
  await attempt(`Cannot move the new files of ${dir} out of ${COMMITTED}, where they are safe`, async () => {
    await flushDirectory(fs, dir);
    await rollForward(fs, dir);
  });
}

/** Checks the names, creates the directory and removes what a dead writer left in it. */
async function prepare(fs: FileSystem, dir: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    if (!/^\w[\w.-]*$/.test(name) || name === COMMITTED || STAGING.test(name)) {
      throw new RangeError(
        `Cannot write directory ${dir}: ${JSON.stringify(name)} is not an allowed file name`,
      );
    }
  }
  await attempt(`Cannot make directory ${dir}`, () => fs.mkdir(dir, { recursive: true }));
  await attempt(`Cannot finish the last write of directory ${dir}`, () => rollForward(fs, dir));
  for (const name of await attempt(`Cannot write directory ${dir}`, () => fs.readdir(dir))) {
    if (STAGING.test(name)) await remove(fs, `${dir}/${name}`, `${dir}/${stagingName()}`);
  }
  for (const name of names) {
    const stats = await attempt(`Cannot write ${dir}/${name}`, () => unlessMissing(fs.stat(`${dir}/${name}`)));
    if (stats?.isDirectory()) throw new RangeError(`Cannot write ${dir}/${name}: expected a file, found a directory`);
  }
}

function stagingName(): string {
  return `elman.${crypto.randomUUID().slice(0, 8)}.tmp`;
}

/**
 * Removes a staging directory as far as possible. Another writer's staging directory is first renamed to `aside`, so
 * that if that writer is still alive, its commit fails instead of committing only some of the files.
 */
async function remove(fs: FileSystem, staging: string, aside?: string): Promise<void> {
  try {
    if (aside !== undefined) await fs.rename(staging, aside);
    await fs.rm(aside ?? staging, { recursive: true, force: true });
  } catch {
    // Leftovers do no harm, and the next write tries again to remove them.
  }
}

async function writeFile(fs: FileSystem, path: string, content: FileContent): Promise<void> {
  const handle = await fs.open(path, "wx");
  try {
    for (const part of partsOf(content)) {
      for (let offset = 0; offset < part.byteLength;) {
        const { bytesWritten } = await handle.write(part, offset, Math.min(CHUNK, part.byteLength - offset));
        offset += bytesWritten;
      }
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function partsOf(content: FileContent): readonly Uint8Array[] {
  if (typeof content === "string") return [new TextEncoder().encode(content)];
  return content instanceof Uint8Array ? [content] : content;
}

/** Moves the files of a committed write into their places, if there is such a write. */
async function rollForward(fs: FileSystem, dir: string): Promise<void> {
  const committed = `${dir}/${COMMITTED}`;
  const names = await unlessMissing(fs.readdir(committed));
  if (names === undefined) return;
  for (const name of names) await unlessMissing(fs.rename(`${committed}/${name}`, `${dir}/${name}`));
  await flushDirectory(fs, dir);
  await unlessMissing(flushDirectory(fs, committed));
  // If another writer has committed since, the directory is not empty, and that writer moves its own files.
  await unless(["ENOENT", "ENOTEMPTY", "EEXIST"], fs.rmdir(committed));
}

/** Flushes the entries of a directory to the disk, if the platform supports it. */
async function flushDirectory(fs: FileSystem, dir: string): Promise<void> {
  await unless(["EISDIR", "EPERM", "EACCES", "EINVAL", "ENOTSUP", "EBADF"], flush());

  async function flush(): Promise<void> {
    const handle = await fs.open(dir, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}

/**
 * Reads a consistent snapshot of files in a directory, even while another process writes it. An interrupted write that
 * was already committed is finished first; without permission to do so, its files are read from `elman.commit`.
 *
 * @param dir The path of the directory.
 * @param names The names of required files.
 * @param options Names of optional files, and the file system.
 * @returns The contents by name, each in a buffer of its own.
 * @throws {RangeError} If the directory or a file is missing or cannot be read. The message names it and the reason.
 *
 * @example
 * ```ts
 * import { assertEquals, assertRejects } from "@std/assert";
 * import { readDirectory, writeDirectory } from "@elman/elman/formats";
 *
 * const dir = await Deno.makeTempDir();
 * await writeDirectory(dir, { "config.json": "{}" });
 *
 * const files = await readDirectory(dir, ["config.json"], { optional: ["training_state.json"] });
 * assertEquals([...files.keys()], ["config.json"]);
 * await assertRejects(() => readDirectory(dir, ["tokenizer.json"]), RangeError, "it lacks tokenizer.json");
 * await Deno.remove(dir, { recursive: true });
 * ```
 */
export async function readDirectory(
  dir: string,
  names: readonly string[],
  options: ReadDirectoryOptions = {},
): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const fs = options.fileSystem ?? fileSystem(`Cannot read directory ${dir}`);
  const stats = await attempt(`Cannot read directory ${dir}`, () => fs.stat(dir));
  if (!stats.isDirectory()) throw new RangeError(`Cannot read directory ${dir}: expected a directory, found a file`);
  await rollForward(fs, dir).catch(() => {});
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const files = await readSnapshot(fs, dir, names, options.optional ?? []);
    if (files !== undefined) return files;
  }
  throw new RangeError(`Cannot read directory ${dir}: another process keeps writing it`);
}

/**
 * Reads the current files, or returns undefined if a write interfered. Files are only ever replaced, so if every opened
 * file is still the current one after the last was opened, then all of them were current at that moment.
 */
async function readSnapshot(
  fs: FileSystem,
  dir: string,
  names: readonly string[],
  optional: readonly string[],
): Promise<Map<string, Uint8Array<ArrayBuffer>> | undefined> {
  const handles = new Map<string, files.FileHandle>();
  const versions = new Map<string, string | undefined>();
  const wanted = new Set([...names, ...optional]);
  try {
    for (const name of wanted) {
      const handle = await attempt(`Cannot read ${dir}/${name}`, () => locate(dir, name, (path) => fs.open(path, "r")));
      if (handle !== undefined) handles.set(name, handle);
      versions.set(name, versionOf(await handle?.stat()));
    }
    for (const name of wanted) {
      const stats = await attempt(`Cannot read ${dir}/${name}`, () => locate(dir, name, (path) => fs.stat(path)));
      if (versionOf(stats) !== versions.get(name)) return undefined;
    }
    const missing = names.filter((name) => !handles.has(name));
    if (missing.length > 0) throw new RangeError(`Cannot read directory ${dir}: it lacks ${missing.join(", ")}`);
    const files = new Map<string, Uint8Array<ArrayBuffer>>();
    for (const [name, handle] of handles) {
      files.set(name, await attempt(`Cannot read ${dir}/${name}`, () => readFile(handle)));
    }
    return files;
  } finally {
    for (const handle of handles.values()) await handle.close();
  }
}

/** Applies `action` to the current path of `name`: the committed file or, if there is none, the one in place. */
async function locate<T>(dir: string, name: string, action: (path: string) => Promise<T>): Promise<T | undefined> {
  return await unlessMissing(action(`${dir}/${COMMITTED}/${name}`)) ?? await unlessMissing(action(`${dir}/${name}`));
}

/** Identifies a version of a file, to tell it from earlier and later files of the same name. */
function versionOf(stats: Stats | undefined): string | undefined {
  return stats && [stats.dev, stats.ino, stats.size, stats.mtimeMs].join();
}

async function readFile(handle: files.FileHandle): Promise<Uint8Array<ArrayBuffer>> {
  const stats = await handle.stat();
  if (!stats.isFile()) throw new RangeError("expected a file, found a directory or a device");
  const bytes = new Uint8Array(stats.size);
  for (let offset = 0; offset < bytes.length;) {
    const { bytesRead } = await handle.read(bytes, offset, Math.min(CHUNK, bytes.length - offset), offset);
    if (bytesRead === 0) throw new RangeError(`expected ${bytes.length} bytes, found ${offset}`);
    offset += bytesRead;
  }
  return bytes;
}

/** Runs an action; if it fails, throws `RangeError` with one line: `failure` and the reason. */
async function attempt<T>(failure: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    const [message] = (cause instanceof Error ? cause.message : String(cause)).split("\n", 1);
    // Cuts the path off "ENOENT: no such file or directory, open 'path'": it may be that of a staged file.
    throw new RangeError(`${failure}: ${message.replace(/, [a-z]+( '.*)?$/, "")}`, { cause });
  }
}

async function unlessMissing<T>(result: Promise<T>): Promise<T | undefined> {
  return await unless(["ENOENT"], result);
}

/** Returns a result, or undefined if it fails with one of these error codes. */
async function unless<T>(codes: readonly string[], result: Promise<T>): Promise<T | undefined> {
  try {
    return await result;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (typeof code === "string" && codes.includes(code)) return undefined;
    throw error;
  }
}
