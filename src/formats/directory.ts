/**
 * Directories whose files are replaced all at once or not at all, with checksums, by one writer at a time.
 *
 * @module
 */
import { InputRangeError } from "../../errors.ts";
import { commitFiles, type FileSystem } from "./commit_files.ts";
import { lockForWriting } from "./directory_lock.ts";
import { isFileName } from "./directory_names.ts";
import { fileSystem } from "./file_system.ts";
import { attempt } from "./system_errors.ts";
import type { FileContent } from "./write_file.ts";

export type { FileContent, FileSystem };
export { readDirectory, type ReadDirectoryOptions } from "./read_directory.ts";

/** Options of `writeDirectory`. */
export interface WriteDirectoryOptions {
  /** The file system to use. Default: `node:fs/promises`. */
  fileSystem?: FileSystem;
}

/**
 * Writes files into a directory atomically: after a crash, a kill or a full disk at any moment,
 * {@linkcode readDirectory} finds all the old files or all the new ones. Other files in the directory are kept. The
 * directory is created if it does not exist, and what a dead writer left behind is finished or removed first.
 *
 * Writes to one directory queue, also those of several processes. The contents must not change until the promise
 * settles. The checksums of the files are saved with them in `SHA256SUMS`. A model's page `README.md` has none, and is
 * written only if there is none yet, or one without edits.
 *
 * @param dir The path of the directory, which may be a link. Its files may not be links.
 * @param files The contents by name. A name has ASCII letters, digits, `.`, `_` and `-`, and does not begin with a dot.
 * @param options The file system.
 * @throws {RangeError} If a name is not allowed, a file cannot be written or is not a plain file, or another process
 * trains into the directory. The message names the file and the reason.
 * @throws {SyntaxError} If the directory's `SHA256SUMS` is malformed.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readDirectory, writeDirectory } from "@elman/elman/formats";
 *
 * const dir = await Deno.makeTempDir();
 * await writeDirectory(dir, { "config.json": "{}", "notes.txt": new Uint8Array(16) });
 *
 * const files = await readDirectory(dir, ["config.json", "notes.txt"]);
 * assertEquals(files.get("notes.txt"), new Uint8Array(16));
 * await Deno.remove(dir, { recursive: true });
 * ```
 */
export async function writeDirectory(
  dir: string,
  files: Readonly<Record<string, FileContent>>,
  options: WriteDirectoryOptions = {},
): Promise<void> {
  // Deno with all permissions creates the empty path without an error.
  if (dir === "") throw new InputRangeError("write directory: expected a path, found an empty one");
  const fs = options.fileSystem ?? fileSystem(`write directory ${dir}`);
  const forbidden = Object.keys(files).find((name) => !isFileName(name));
  if (forbidden !== undefined) {
    throw new InputRangeError(
      `write directory ${dir}: ${JSON.stringify(forbidden)} is not an allowed file name`,
    );
  }
  const make = () => attempt(`make directory ${dir}`, () => fs.mkdir(dir, { recursive: true }));
  const lock = await lockForWriting(dir, make);
  try {
    await commitFiles(fs, dir, files);
  } finally {
    await lock.release();
  }
}
