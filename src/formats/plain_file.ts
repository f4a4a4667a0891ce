import type { Stats } from "node:fs";
import type * as Files from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { InputRangeError } from "../../errors.ts";
import { builtinModule, type NodeFiles } from "./file_system.ts";
import { unlessMissing } from "./system_errors.ts";

/** Bytes per call of read: some platforms take at most 2^31 - 1 at once. */
const CHUNK = 2 ** 24;

/** Maximum size of a file whose name ends in `.json`, and of `SHA256SUMS`: 128 MiB. */
export const MAX_TEXT_BYTES = 2 ** 27;

/** Maximum number of times that opening is tried again if a writer replaces the file meanwhile. */
const MAX_TRIES = 100;

/**
 * Opens a plain file for reading; undefined if there is none. Throws `RangeError` if the path is a link, a directory, a
 * pipe, a socket or a device, without following or opening it.
 */
export async function openPlain(fs: Pick<NodeFiles, "lstat" | "open">, path: string): Promise<FileHandle | undefined> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const expected = await lstatPlain(fs, path);
    if (expected === undefined) return undefined;
    const handle = await unlessMissing(fs.open(path, openFlags()));
    if (handle === undefined) continue;
    if (isSame(await handle.stat(), expected)) return handle;
    await handle.close();
  }
  throw new InputRangeError("expected a file that stays the same, found one that is replaced again and again");
}

/**
 * Returns the properties of a plain file; undefined if there is none. Throws `RangeError` if the path is anything else.
 */
export async function lstatPlain(fs: Pick<NodeFiles, "lstat">, path: string): Promise<Stats | undefined> {
  const stats = await unlessMissing(fs.lstat(path));
  if (stats && !stats.isFile()) throw new InputRangeError(`expected a plain file, found ${kindOf(stats)}`);
  return stats;
}

/** Whether a path is a directory; false if nothing is there. Throws `RangeError` if it is a link or anything else. */
export async function isRealDirectory(fs: Pick<NodeFiles, "lstat">, path: string): Promise<boolean> {
  const stats = await unlessMissing(fs.lstat(path));
  if (stats && !stats.isDirectory()) throw new InputRangeError(`expected a directory, found ${kindOf(stats)}`);
  return stats !== undefined;
}

/** Describes what is at a path. */
export function kindOf(stats: Stats): string {
  if (stats.isFile()) return "a file";
  if (stats.isDirectory()) return "a directory";
  if (stats.isSymbolicLink()) return "a symbolic link, which is not followed";
  return stats.isFIFO() ? "a pipe" : stats.isSocket() ? "a socket" : "a device";
}

/** Not every runtime heeds these flags, so what was opened is compared with what was found before. */
function openFlags(): number {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = builtinModule<typeof Files>("node:fs", "open a file").constants;
  return O_RDONLY | O_NOFOLLOW | O_NONBLOCK;
}

function isSame(stats: Stats, expected: Stats): boolean {
  return stats.isFile() && stats.ino === expected.ino && stats.dev === expected.dev;
}

/** Reads a whole file. Throws `RangeError` before any memory is taken if it is larger than `limit` bytes. */
export async function readAtMost(handle: FileHandle, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const { size } = await handle.stat();
  if (size > limit) throw new InputRangeError(`expected at most ${limit} bytes, found ${size}`);
  return await readPart(handle, 0, size);
}

/** Reads bytes `start` to `end` of a file. Throws `RangeError` if it ends before. */
export async function readPart(handle: FileHandle, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(end - start);
  for (let done = 0; done < bytes.length;) {
    const { bytesRead } = await handle.read(bytes, done, Math.min(CHUNK, bytes.length - done), start + done);
    if (bytesRead === 0) throw new InputRangeError(`expected ${end} bytes, found ${start + done}`);
    done += bytesRead;
  }
  return bytes;
}
