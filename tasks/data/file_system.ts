import type * as FileSystem from "node:fs";
import type * as Process from "node:process";
import { InputRangeError } from "../../errors.ts";
import { builtinModule } from "../../src/formats/file_system.ts";
import { kindOf, readAtMost } from "../../src/formats/plain_file.ts";
import { attempt, codeOf, unless } from "../../src/formats/system_errors.ts";

/** The path that means standard input. */
export const STANDARD_INPUT = "-";

/** Names a path in messages. */
export function nameOf(path: string): string {
  return path === STANDARD_INPUT ? "standard input" : path;
}

/** Most files that a message names, and most characters of a name. */
const MOST_NAMED = 5;
const LONGEST_NAME = 60;

/** Names several paths in messages: "a.txt, b.txt and 3 more". A long path loses its beginning. */
export function namesOf(paths: readonly string[]): string {
  const names = paths.slice(0, MOST_NAMED).map(nameOf);
  const shown = names.map((name) => name.length > LONGEST_NAME ? `...${name.slice(-LONGEST_NAME)}` : name);
  const others = paths.length - names.length;
  return others > 0 ? `${shown.join(", ")} and ${others.toLocaleString("en")} more` : shown.join(", ");
}

/** Returns the runtime's file system module. */
export function fileSystem(): typeof FileSystem {
  return builtinModule("node:fs", "read data");
}

/**
 * Whether a path exists. Throws `RangeError` if the system does not tell, for example without permission.
 *
 * @example
 * ```ts
 * import { exists, isDirectory } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const file = await Deno.makeTempFile();
 * assertEquals([await exists(file), await isDirectory(file)], [true, false]);
 * await Deno.remove(file);
 * assertEquals(await exists(file), false);
 * ```
 */
export async function exists(path: string): Promise<boolean> {
  return await statsOf(path, `read ${path}`) !== undefined;
}

/**
 * Returns the properties of what is at a path; undefined if nothing is. Throws `RangeError`, with `action` in front, if
 * the system does not tell.
 */
export async function statsOf(path: string, action: string): Promise<FileSystem.Stats | undefined> {
  return await attempt(action, () => unless(MISSING, fileSystem().promises.stat(path)));
}

/** The codes of the errors that say that nothing is at a path. */
export const MISSING: readonly string[] = ["ENOENT", "ENOTDIR"];

/** Whether a path is a directory. */
export async function isDirectory(path: string): Promise<boolean> {
  return await fileSystem().promises.stat(path).then((stats) => stats.isDirectory(), () => false);
}

/** Whether an error says that a path does not exist. */
export function isMissing(error: unknown): boolean {
  return MISSING.includes(codeOf(error) ?? "");
}

/**
 * Reads all bytes of a file, or of standard input, which can be read only once. If there is a maximum, a pipe or a
 * device is refused, since reading it may never end.
 */
export async function readWhole(path: string, maxBytes = Infinity): Promise<Uint8Array<ArrayBuffer>> {
  if (path !== STANDARD_INPUT && maxBytes < Infinity) return await readPlain(path, maxBytes);
  const { buffer, byteOffset, length } = path === STANDARD_INPUT
    ? await readInput(maxBytes)
    : await fileSystem().promises.readFile(path);
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, length);
}

async function readPlain(path: string, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const { open, stat } = fileSystem().promises;
  const stats = await stat(path);
  if (!stats.isFile()) throw new InputRangeError(`read ${path}: expected a file, found ${kindOf(stats)}`);
  const handle = await open(path);
  try {
    return await attempt(`read ${path}`, () => readAtMost(handle, maxBytes));
  } finally {
    await handle.close();
  }
}

async function readInput(maxBytes: number): Promise<Uint8Array> {
  const { stdin } = builtinModule<typeof Process>("node:process", "read standard input");
  if (stdin.readableEnded) {
    throw new InputRangeError("read standard input: expected it to be read only once, found a second read");
  }
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of stdin) {
    pieces.push(piece);
    size += piece.length;
    if (size <= maxBytes) continue;
    throw new InputRangeError(`read standard input: expected at most ${maxBytes} bytes, found more`);
  }
  const bytes = new Uint8Array(size);
  let place = 0;
  for (const piece of pieces) {
    bytes.set(piece, place);
    place += piece.length;
  }
  return bytes;
}
