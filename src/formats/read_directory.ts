/**
 * Reads files of a directory that `writeDirectory` wrote, all of one version. A reader never writes: files of a
 * committed write that have not been moved into their places are read where they are.
 *
 * @module
 */
import type { Stats } from "node:fs";
import type * as Files from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { InputRangeError, InputSyntaxError } from "../../errors.ts";
import { checkChecksum, type Checksums, parseChecksums } from "./checksums.ts";
import { CHECKSUMS, COMMITTED } from "./directory_names.ts";
import { fileSystem } from "./file_system.ts";
import { isRealDirectory, lstatPlain, MAX_TEXT_BYTES, openPlain, readAtMost, readPart } from "./plain_file.ts";
import { type Header, headerLength, LENGTH_BYTES, readHeader } from "./safetensors_header.ts";
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

/** Maximum size of other files, except `.safetensors`, whose header declares their size: 4 GiB. */
const MAX_BYTES = 2 ** 32;

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
  const snapshot = await openDirectory(dir, names, options);
  try {
    const files = new Map<string, Uint8Array<ArrayBuffer>>();
    for (const name of snapshot.names) files.set(name, await snapshot.bytes(name));
    return files;
  } finally {
    await snapshot.close();
  }
}

/** Opens files as `readDirectory` does, to be read one after another. The caller closes the result. */
export async function openDirectory(
  dir: string,
  names: readonly string[],
  options: ReadDirectoryOptions = {},
): Promise<DirectorySnapshot> {
  const { optional = [], verify = true, fileSystem: fs = fileSystem(`read directory ${dir}`) } = options;
  const stats = await attempt(`read directory ${dir}`, () => fs.stat(dir));
  if (!stats.isDirectory()) {
    throw new InputRangeError(`read directory ${dir}: expected a directory, found a file`);
  }
  const wanted = [...new Set([...verify ? [CHECKSUMS] : [], ...names, ...optional])];
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const handles = await openVersion(fs, dir, wanted);
    if (handles === undefined) continue;
    const snapshot = new DirectorySnapshot(dir, handles);
    try {
      const missing = names.filter((name) => !handles.has(name));
      if (missing.length > 0) throw new InputRangeError(`read directory ${dir}: it lacks ${missing.join(", ")}`);
      await snapshot.readChecksums(optional);
      return snapshot;
    } catch (error) {
      await snapshot.close();
      throw error;
    }
  }
  throw new InputRangeError(`read directory ${dir}: another process keeps writing it`);
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
): Promise<Map<string, FileHandle> | undefined> {
  const handles = new Map<string, FileHandle>();
  const versions = new Map<string, string | undefined>();
  let isCurrent = false;
  try {
    for (const name of names) {
      const handle = await locate(fs, dir, name, (path) => openPlain(fs, path));
      if (handle !== undefined) handles.set(name, handle);
      versions.set(name, versionOf(await handle?.stat()));
    }
    for (const name of names) {
      const stats = await locate(fs, dir, name, (path) => lstatPlain(fs, path));
      if (versionOf(stats) !== versions.get(name)) return undefined;
    }
    isCurrent = true;
    return handles;
  } finally {
    if (!isCurrent) await closeAll(handles);
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

async function closeAll(handles: ReadonlyMap<string, FileHandle>): Promise<void> {
  for (const handle of handles.values()) await handle.close();
}

/** Opened files of one version of a directory. */
export class DirectorySnapshot {
  #dir: string;
  #handles: ReadonlyMap<string, FileHandle>;
  #checksums: Checksums | undefined;

  constructor(dir: string, handles: ReadonlyMap<string, FileHandle>) {
    this.#dir = dir;
    this.#handles = handles;
  }

  /**
   * Reads the checksums, if they were opened, so that later reads verify them. Throws `RangeError` if they list an
   * optional file that is missing.
   */
  async readChecksums(optional: readonly string[]): Promise<void> {
    if (!this.#handles.has(CHECKSUMS)) return;
    const checksums = await this.#attempt(CHECKSUMS, async (handle) => {
      return parseChecksums(await readAtMost(handle, MAX_TEXT_BYTES));
    });
    const missing = optional.find((name) => checksums.has(name) && !this.has(name));
    if (missing !== undefined) {
      throw new InputRangeError(`read directory ${this.#dir}: it lacks ${missing}, which ${CHECKSUMS} lists`);
    }
    this.#checksums = checksums;
  }

  /** The names of the files that exist, except `SHA256SUMS`. */
  get names(): string[] {
    return [...this.#handles.keys()].filter((name) => name !== CHECKSUMS);
  }

  /** Whether a file exists. */
  has(name: string): boolean {
    return this.#handles.has(name);
  }

  /** Reads a file and verifies its checksum. Its size is checked before any memory is taken. */
  async bytes(name: string): Promise<Uint8Array<ArrayBuffer>> {
    const header = name.endsWith(".safetensors") ? await this.header(name) : undefined;
    return await this.#attempt(name, async (handle) => {
      const limit = header ? sizeOf(header) : name.endsWith(".json") ? MAX_TEXT_BYTES : MAX_BYTES;
      const bytes = await readAtMost(handle, limit);
      if (this.#checksums) checkChecksum(this.#checksums, name, bytes);
      return bytes;
    });
  }

  /** Reads a text and verifies its checksum. */
  async text(name: string): Promise<string> {
    return new TextDecoder().decode(await this.bytes(name));
  }

  /** Reads the header of a safetensors file. Throws if the file is not as large as it declares. */
  async header(name: string): Promise<Header> {
    const context = `read ${this.#dir}/${name}`;
    return await this.#attempt(name, async (handle) => {
      const { size } = await handle.stat();
      const start = await readPart(handle, 0, Math.min(size, LENGTH_BYTES));
      const end = LENGTH_BYTES + headerLength(start, size, context);
      return readHeader(await readPart(handle, 0, end), size, context);
    });
  }

  /** Closes the files. */
  async close(): Promise<void> {
    await closeAll(this.#handles);
  }

  async #attempt<T>(name: string, action: (handle: FileHandle) => Promise<T>): Promise<T> {
    const failure = `read ${this.#dir}/${name}`;
    try {
      return await action(this.#handles.get(name)!);
    } catch (error) {
      if (error instanceof InputRangeError && error.message.startsWith(failure)) throw error;
      if (error instanceof InputSyntaxError) throw error.message.startsWith(failure) ? error : named(failure, error);
      return await attempt(failure, () => Promise.reject(error));
    }
  }
}

function named(failure: string, { message }: SyntaxError): SyntaxError {
  return new InputSyntaxError(`${failure}: ${message}`);
}

function sizeOf({ dataStart, entries }: Header): number {
  return dataStart + (entries.at(-1)?.end ?? 0);
}
