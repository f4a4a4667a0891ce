import type * as FileSystem from "node:fs";
import type * as Process from "node:process";
import { InputRangeError } from "../../errors.ts";
import { builtinModule } from "../../src/formats/file_system.ts";

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
 * Whether a path exists.
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
  return await fileSystem().promises.stat(path).then(() => true, () => false);
}

/** Whether a path is a directory. */
export async function isDirectory(path: string): Promise<boolean> {
  return await fileSystem().promises.stat(path).then((stats) => stats.isDirectory(), () => false);
}

/** Whether an error says that a path does not exist. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

/** Reads all bytes of a file, or of standard input, which can be read only once. */
export async function readWhole(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const { buffer, byteOffset, length } = path === STANDARD_INPUT
    ? await readInput()
    : await fileSystem().promises.readFile(path);
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, length);
}

async function readInput(): Promise<Uint8Array> {
  const { stdin } = builtinModule<typeof Process>("node:process", "read standard input");
  if (stdin.readableEnded) {
    throw new InputRangeError("read standard input: expected it to be read only once, found a second read");
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of stdin) pieces.push(piece);
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let place = 0;
  for (const piece of pieces) {
    bytes.set(piece, place);
    place += piece.length;
  }
  return bytes;
}
