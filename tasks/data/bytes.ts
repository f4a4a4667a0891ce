import { InputRangeError, isInputError } from "../../errors.ts";
import { count } from "../../src/schema/mod.ts";
import type * as FileSystem from "node:fs";
import { compressionOf, decompress } from "../../src/formats/compression.ts";
import { reasonOf } from "../../src/formats/system_errors.ts";
import { fileSystem, isDirectory, isMissing, nameOf, readWhole, STANDARD_INPUT } from "./file_system.ts";

/** Bytes that can be read by position. */
export interface Bytes {
  /** Number of bytes. */
  readonly size: number;
  /** Returns bytes that the next read may overwrite. */
  read(start: number, end: number): Uint8Array;
}

/** Length of the longest signature of a compressed file. */
const SIGNATURE_LENGTH = 4;

/**
 * Opens a file, or standard input for `-`. A plain file is read in parts, so that it can be larger than memory. A pipe
 * or a compressed file is kept in memory.
 *
 * Throws `RangeError` that names the file if it is missing, a directory, not readable, or damaged.
 */
export async function openBytes(path: string): Promise<Bytes> {
  const file = path === STANDARD_INPUT ? undefined : await openFile(path);
  if (file && !compressionOf(file.read(0, Math.min(SIGNATURE_LENGTH, file.size)))) return file;
  const bytes = await readBytes(path);
  return { size: bytes.length, read: (start, end) => bytes.subarray(start, end) };
}

/** Opens a plain file. Returns undefined for a pipe, or for a system file that is generated as it is read. */
async function openFile(path: string): Promise<FileBytes | undefined> {
  try {
    const stats = await fileSystem().promises.stat(path);
    return stats.isFile() && stats.size > 0 ? new FileBytes(path, stats) : undefined;
  } catch (error) {
    return await refuse(path, error);
  }
}

/** Options of reading bytes. */
export interface ReadBytesOptions {
  /**
   * Maximum number of bytes, also of decompressed ones. If it is given, the path must be that of a plain file or `-`.
   * Default: no maximum for plain files, 1 GiB for compressed ones.
   */
  readonly maxBytes?: number;
}

/**
 * Reads the bytes of a file, or of standard input for `-`. Decompresses gzip and, if the runtime can, Zstandard.
 *
 * Throws `RangeError` that names the file if it is missing, a directory, not readable, damaged, or too large.
 *
 * @example
 * ```ts
 * import { readBytes } from "@elman/elman/data";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const file = await Deno.makeTempFile();
 * await Deno.writeFile(file, Uint8Array.of(1, 2, 3));
 * assertEquals(await readBytes(file), Uint8Array.of(1, 2, 3));
 * await Deno.remove(file);
 * await assertRejects(() => readBytes(file), RangeError, "expected a file, found none");
 * ```
 */
export async function readBytes(
  path: string,
  { maxBytes }: ReadBytesOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readWhole(path, maxBytes).catch((error) => refuse(path, error));
  return decompress(bytes, `read ${nameOf(path)}`, maxBytes);
}

async function refuse(path: string, error: unknown): Promise<never> {
  if (path === STANDARD_INPUT || isInputError(error)) throw error;
  if (isMissing(error)) throw new InputRangeError(`read ${path}: expected a file, found none`);
  if (await isDirectory(path)) throw new InputRangeError(`read ${path}: expected a file, found a directory`);
  throw new InputRangeError(`read ${path}: expected a readable file, found ${reasonOf(error)}`);
}

/** Opens the file for each read, so that nothing has to be closed. */
class FileBytes implements Bytes {
  readonly size: number;
  #path: string;
  #modified: number;
  #buffer = new Uint8Array(0);

  constructor(path: string, { size, mtimeMs }: FileSystem.Stats) {
    this.#path = path;
    this.size = size;
    this.#modified = mtimeMs;
    // An unreadable file should fail when it is opened, not at the first read.
    this.read(0, 1);
  }

  read(start: number, end: number): Uint8Array {
    if (this.#buffer.length < end - start) this.#buffer = new Uint8Array(end - start);
    const bytes = this.#buffer.subarray(0, end - start);
    const { openSync, closeSync } = fileSystem();
    const file = openSync(this.#path, "r");
    try {
      this.#fill(bytes, file, start);
    } finally {
      closeSync(file);
    }
    return bytes;
  }

  #fill(bytes: Uint8Array, file: number, start: number): void {
    const { fstatSync, readSync } = fileSystem();
    const { size, mtimeMs } = fstatSync(file);
    if (size !== this.size || mtimeMs !== this.#modified) {
      throw new InputRangeError(
        `read ${this.#path}: expected the file to stay the same while it is read, found it changed`,
      );
    }
    for (let done = 0; done < bytes.length;) {
      const read = readSync(file, bytes, done, bytes.length - done, start + done);
      if (read === 0) {
        throw new InputRangeError(`read ${this.#path}: expected ${count(size, "byte")}, found ${start + done}`);
      }
      done += read;
    }
  }
}
