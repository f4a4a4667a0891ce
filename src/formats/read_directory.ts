/**
 * Reads files of a directory that `writeDirectory` wrote, all of one version. A reader never writes: files of a
 * committed write that have not been moved into their places are read where they are.
 *
 * @module
 */
import type { Stats } from "node:fs";
import type * as Files from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { InputRangeError } from "../../errors.ts";
import { COMMITTED } from "./directory_names.ts";
import { fileSystem } from "./file_system.ts";
import { type FileSource, type OpenedFiles, type OpenFile, openFiles, readFiles } from "./opened_files.ts";
import { isRealDirectory, lstatPlain, openPlain, readPart } from "./plain_file.ts";
import { attempt } from "./system_errors.ts";

/** Options of `readDirectory`. */
export interface ReadDirectoryOptions {
  /** Names of files to read if they exist. Default: none. */
  optional?: readonly string[];
  /** Whether to compare the files with the checksums in `SHA256SUMS`, if it exists. Default: true. */
  verify?: boolean;
  /** The file system to use. Default: `node:fs/promises`. */
  fileSystem?: Pick<typeof Files, "lstat" | "open" | "stat">;
}

/** Maximum number of retries of a reader if a writer changes the files meanwhile. */
const MAX_TRIES = 100;

/**
 * Reads files that {@linkcode writeDirectory} wrote together. If a writer replaces them meanwhile, all are from before
 * it or all from after. Never changes the directory.
 *
 * @param dir The path of the directory, which may be a link. Its files may not be links.
 * @param names The names of the files to read.
 * @param options Further files to read if they exist, whether to verify checksums, and the file system.
 * @returns The contents by name.
 * @throws {RangeError} If the directory or one of the named files is missing or cannot be read, or if a file is not a
 * plain file, is larger than allowed (128 MiB for `.json`, what the header declares for `.safetensors`, 4 GiB for
 * others) or differs from its checksum. The message names the file and the reason; so it is for the next.
 * @throws {SyntaxError} If `SHA256SUMS` or the header of a `.safetensors` file is malformed.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 * import { readDirectory, writeDirectory } from "@elman/elman/formats";
 *
 * const dir = await Deno.makeTempDir();
 * await writeDirectory(dir, { "config.json": "{}" });
 * await assertRejects(() => readDirectory(dir, ["tokenizer.json"]), RangeError, "it lacks tokenizer.json");
 *
 * await Deno.writeTextFile(`${dir}/config.json`, "{ }");
 * await assertRejects(() => readDirectory(dir, ["config.json"]), RangeError, "found a damaged or edited one");
 * await readDirectory(dir, ["config.json"], { verify: false });
 * await Deno.remove(dir, { recursive: true });
 * ```
 */
export async function readDirectory(
  dir: string,
  names: readonly string[],
  options: ReadDirectoryOptions = {},
): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  return await readFiles(new DirectoryFiles(dir, options.fileSystem), names, options);
}

/** Opens files as `readDirectory` does, to be read one after another. The caller closes the result. */
export async function openDirectory(
  dir: string,
  names: readonly string[],
  options: ReadDirectoryOptions = {},
): Promise<OpenedFiles> {
  return await openFiles(new DirectoryFiles(dir, options.fileSystem), names, options);
}

/** The files of a directory. */
export class DirectoryFiles implements FileSource {
  #dir: string;
  #fs: NonNullable<ReadDirectoryOptions["fileSystem"]>;

  constructor(dir: string, fs: ReadDirectoryOptions["fileSystem"] = fileSystem(`read directory ${dir}`)) {
    this.#dir = dir;
    this.#fs = fs;
  }

  get action(): string {
    return `read directory ${this.#dir}`;
  }

  pathOf(name: string): string {
    return `${this.#dir}/${name}`;
  }

  async open(names: readonly string[], optional: readonly string[]): Promise<ReadonlyMap<string, OpenFile>> {
    const stats = await attempt(this.action, () => this.#fs.stat(this.#dir));
    if (!stats.isDirectory()) throw new InputRangeError(`${this.action}: expected a directory, found a file`);
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const files = await openVersion(this.#fs, this.#dir, [...names, ...optional]);
      if (files === undefined) continue;
      const missing = names.filter((name) => !files.has(name));
      if (missing.length === 0) return files;
      await closeAll(files);
      throw new InputRangeError(`${this.action}: it lacks ${missing.join(", ")}`);
    }
    throw new InputRangeError(`${this.action}: another process keeps writing it`);
  }
}

/** An opened file of a directory. */
class HandleFile implements OpenFile {
  readonly size: number;
  #handle: FileHandle;

  constructor(handle: FileHandle, size: number) {
    this.#handle = handle;
    this.size = size;
  }

  async read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    return await readPart(this.#handle, start, Math.min(end, this.size));
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

type Reading = Pick<typeof Files, "lstat" | "open">;

/**
 * Opens the current files, or returns undefined if a write interfered. Files are only ever replaced, so if every opened
 * file is still the current one after the last was opened, then all of them were current at that moment.
 */
async function openVersion(
  fs: Reading,
  dir: string,
  names: readonly string[],
): Promise<Map<string, OpenFile> | undefined> {
  const files = new Map<string, OpenFile>();
  const versions = new Map<string, string | undefined>();
  let isCurrent = false;
  try {
    for (const name of names) {
      const handle = await locate(fs, dir, name, (path) => openPlain(fs, path));
      const stats = await handle?.stat();
      if (handle && stats) files.set(name, new HandleFile(handle, stats.size));
      versions.set(name, versionOf(stats));
    }
    for (const name of names) {
      const stats = await locate(fs, dir, name, (path) => lstatPlain(fs, path));
      if (versionOf(stats) !== versions.get(name)) return undefined;
    }
    isCurrent = true;
    return files;
  } finally {
    if (!isCurrent) await closeAll(files);
  }
}

/** Applies `find` to the current path of `name`: the committed file or, if there is none, the one in place. */
async function locate<T>(
  fs: Reading,
  dir: string,
  name: string,
  find: (path: string) => Promise<T | undefined>,
): Promise<T | undefined> {
  const committed = `${dir}/${COMMITTED}`;
  const isCommitted = await attempt(`read ${committed}`, () => isRealDirectory(fs, committed));
  for (const path of [...isCommitted ? [`${committed}/${name}`] : [], `${dir}/${name}`]) {
    const found = await attempt(`read ${path}`, () => find(path));
    if (found !== undefined) return found;
  }
}

/** Identifies a version of a file, to tell it from earlier and later files of the same name. */
function versionOf(stats: Stats | undefined): string | undefined {
  return stats && [stats.dev, stats.ino, stats.size, stats.mtimeMs].join();
}

async function closeAll(files: ReadonlyMap<string, OpenFile>): Promise<void> {
  for (const file of files.values()) await file.close();
}
