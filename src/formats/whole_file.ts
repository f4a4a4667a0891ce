import type { FileHandle } from "node:fs/promises";
import { InputRangeError } from "../../errors.ts";
import { fileSystem } from "./file_system.ts";
import { kindOf, readAtMost, readPart } from "./plain_file.ts";
import { attempt, unless } from "./system_errors.ts";

/** Maximum size of a file: 8 GiB, twice what a model's memory can hold. */
const MAX_BYTES = 2 ** 33;

/**
 * Reads a whole file, which may be a link to one. Throws `RangeError` that names it if it is missing, is no file or
 * cannot be read.
 */
export async function readWhole(path: string): Promise<Uint8Array<ArrayBuffer>> {
  return await readWith(path, (handle) => readAtMost(handle, MAX_BYTES));
}

/** Reads the first `most` bytes of a file, or all if it has fewer. Throws `RangeError` as `readWhole` does. */
export async function readFirst(path: string, most: number): Promise<Uint8Array<ArrayBuffer>> {
  return await readWith(path, async (handle) => await readPart(handle, 0, Math.min(most, (await handle.stat()).size)));
}

async function readWith<T>(path: string, read: (handle: FileHandle) => Promise<T>): Promise<T> {
  const { open, stat } = fileSystem(`read ${path}`);
  return await attempt(`read ${path}`, async () => {
    const stats = await unless(["ENOENT", "ENOTDIR"], stat(path));
    if (!stats) throw new InputRangeError("expected a file, found none");
    if (!stats.isFile()) throw new InputRangeError(`expected a file, found ${kindOf(stats)}`);
    const handle = await open(path);
    try {
      return await read(handle);
    } finally {
      await handle.close();
    }
  });
}
