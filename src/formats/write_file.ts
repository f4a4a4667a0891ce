import { InputRangeError } from "../../errors.ts";
import { Sha256 } from "./checksums.ts";
import { stagingName } from "./directory_names.ts";
import { fileSystem, type NodeFiles } from "./file_system.ts";
import { attempt, codeOf } from "./system_errors.ts";

/** Content of a file: text, which is written as UTF-8, bytes, or bytes in several parts. */
export type FileContent = string | Uint8Array | readonly Uint8Array[];

/** Bytes per call of write: some platforms take at most 2^31 - 1 at once. */
const CHUNK = 2 ** 24;

/** Writes and flushes a file that does not exist yet, and returns its SHA-256. */
export async function writeNewFile(fs: Pick<NodeFiles, "open">, path: string, content: FileContent): Promise<string> {
  const hash = new Sha256();
  const handle = await fs.open(path, "wx");
  try {
    for (const part of partsOf(content)) {
      hash.add(part);
      for (let offset = 0; offset < part.byteLength;) {
        const { bytesWritten } = await handle.write(part, offset, Math.min(CHUNK, part.byteLength - offset));
        offset += bytesWritten;
      }
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return hash.digest();
}

/** Returns the bytes of a content, in parts. */
export function partsOf(content: FileContent): readonly Uint8Array[] {
  if (typeof content === "string") return [new TextEncoder().encode(content)];
  return content instanceof Uint8Array ? [content] : content;
}

/** The functions of `node:fs/promises` that `replaceFile` needs. */
export type ReplacingFiles = Pick<NodeFiles, "link" | "open" | "rename" | "rm" | "stat">;

/** Options of `replaceFile`. */
export interface ReplaceFileOptions {
  /** Whether an existing file is kept under the first unused of the names PATH.1, PATH.2, and so on. Default: false. */
  readonly keepOld?: boolean;
  /** The file system to use. Default: `node:fs/promises`. */
  readonly fileSystem?: ReplacingFiles;
}

/**
 * Writes a file atomically: it is written completely and flushed under another name, then renamed, so that a failure
 * leaves the old file as it was. Returns the path of the old file if it was kept. Throws `RangeError` that names the
 * file and the reason.
 */
export async function replaceFile(
  path: string,
  content: FileContent,
  { keepOld = false, fileSystem: fs = fileSystem(`write ${path}`) }: ReplaceFileOptions = {},
): Promise<string | undefined> {
  // A short name of its own, since one that continues a long name could be too long.
  const temporary = path.replace(/[^/\\]*$/, "") + stagingName();
  return await attempt(`write ${path}`, async () => {
    let kept: string | undefined;
    try {
      await refuseOther(fs, path);
      await writeNewFile(fs, temporary, content);
      kept = keepOld ? await keepFile(fs, path) : undefined;
      await fs.rename(temporary, path);
      return kept;
    } catch (error) {
      if (kept !== undefined) await giveBack(fs, path, kept);
      await fs.rm(temporary, { force: true }).catch(() => {});
      throw error;
    }
  });
}

/** Throws `RangeError` if something other than a file is at a path. A link to a file is replaced. */
async function refuseOther(fs: ReplacingFiles, path: string): Promise<void> {
  const stats = await fs.stat(path).catch((error) => {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  });
  if (stats && !stats.isFile()) {
    throw new InputRangeError(
      `expected a file or nothing, found ${stats.isDirectory() ? "a directory" : "a pipe or device"}`,
    );
  }
}

/** Takes a second name away from a file again. Renaming does nothing if both names are of the same file. */
async function giveBack(fs: ReplacingFiles, path: string, kept: string): Promise<void> {
  await fs.rename(kept, path).then(() => fs.rm(kept, { force: true })).catch(() => {});
}

/** Gives an existing file a second name, so that at no moment there is none. Returns the name. */
async function keepFile(fs: ReplacingFiles, path: string): Promise<string | undefined> {
  for (let i = 1;; i++) {
    const kept = `${path}.${i}`;
    try {
      await fs.link(path, kept);
      return kept;
    } catch (error) {
      if (codeOf(error) === "ENOENT") return undefined;
      if (codeOf(error) === "EEXIST") continue;
      // The file system has no links: the file is moved away for a moment.
      if (await fs.stat(kept).catch(() => undefined)) continue;
      await fs.rename(path, kept);
      return kept;
    }
  }
}
