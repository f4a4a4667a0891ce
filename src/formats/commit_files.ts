/**
 * Writes a directory of files as one atomic unit: after a crash, a kill or a full disk at any moment, a reader finds
 * all the old files or all the new ones.
 *
 * A write puts the new files into a staging directory inside the directory and flushes them. Renaming the staging
 * directory to `elman.commit` is the commit: from then on a file in `elman.commit` replaces the one beside it. The
 * writer then moves each file into its place and removes the empty `elman.commit`. The next writer does the same with
 * one that a dead writer left; readers read it where it is. Every move puts the committed file into its place, so any
 * number of processes may do it at once, and a rename never replaces an `elman.commit` that still has files.
 *
 * The set includes `SHA256SUMS`, the checksums of its files in the format of `sha256sum --check`. It does not list a
 * page that `markPage` marked, which replaces only a page that was not edited.
 *
 * @module
 */
import type * as Files from "node:fs/promises";
import { InputRangeError, InputSyntaxError } from "../../errors.ts";
import { type Checksums, fileChecksum, formatChecksums, parseChecksums } from "./checksums.ts";
import { CARD, CHECKSUMS, COMMITTED, isFileName, MODEL_FILES, STAGING, stagingName } from "./directory_names.ts";
import { isUneditedPage, MAX_PAGE_BYTES } from "./pages.ts";
import { isRealDirectory, lstatPlain, MAX_TEXT_BYTES, openPlain, readAtMost } from "./plain_file.ts";
import { attempt, unless, unlessMissing } from "./system_errors.ts";
import { type FileContent, writeNewFile } from "./write_file.ts";

/** The functions of `node:fs/promises` that writing a directory needs. */
export type FileSystem = Pick<
  typeof Files,
  "lstat" | "mkdir" | "open" | "readdir" | "rename" | "rm" | "rmdir" | "stat"
>;

/**
 * Writes files into an existing directory, in which no other process should write meanwhile. If one does, files of
 * different writes are never mixed, but a write may fail.
 */
export async function commitFiles(
  fs: FileSystem,
  dir: string,
  contents: Readonly<Record<string, FileContent>>,
): Promise<void> {
  await attempt(`finish the last write of directory ${dir}`, () => rollForward(fs, dir));
  const files = await withoutEdited(fs, dir, contents);
  await prepare(fs, dir, Object.keys(files));
  const checksums = new Map(await otherChecksums(fs, dir, files));
  const staging = `${dir}/${stagingName()}`;
  try {
    await attempt(`write directory ${dir}`, () => fs.mkdir(staging));
    const write = (name: string, content: FileContent): Promise<string> =>
      attempt(`write ${dir}/${name}`, () => writeNewFile(fs, `${staging}/${name}`, content));
    for (const [name, content] of Object.entries(files)) {
      const checksum = await write(name, content);
      if (!isUneditedPage(name, content)) checksums.set(name, checksum);
    }
    await write(CHECKSUMS, formatChecksums(checksums));
    await attempt(`write directory ${dir}`, async () => {
      await flushDirectory(fs, staging);
      await fs.rename(staging, `${dir}/${COMMITTED}`);
    });
  } catch (error) {
    await remove(fs, staging);
    throw error;
  }
  await attempt(`move the new files of ${dir} out of ${COMMITTED}, where they are safe`, async () => {
    await flushDirectory(fs, dir);
    await rollForward(fs, dir);
  });
}

/** Returns the files of a write without a page that would replace an edited one. */
async function withoutEdited(
  fs: FileSystem,
  dir: string,
  files: Readonly<Record<string, FileContent>>,
): Promise<Readonly<Record<string, FileContent>>> {
  const { [CARD]: page, ...others } = files;
  const isPage = page !== undefined && isUneditedPage(CARD, page);
  return isPage && await holdsPage(fs, dir) === false ? others : files;
}

/**
 * Whether a directory has a page that was not edited; undefined if it has none. What cannot be read is another's.
 */
async function holdsPage(fs: FileSystem, dir: string): Promise<boolean | undefined> {
  const path = `${dir}/${CARD}`;
  if (await attempt(`write ${path}`, () => unlessMissing(fs.lstat(path))) === undefined) return undefined;
  const bytes = await readWith(fs, path, (handle) => readAtMost(handle, MAX_PAGE_BYTES)).catch(() => undefined);
  return bytes !== undefined && isUneditedPage(CARD, bytes);
}

/** Removes what a dead writer staged. Throws `RangeError` if anything is not a plain file. */
async function prepare(fs: FileSystem, dir: string, names: readonly string[]): Promise<void> {
  for (const name of await attempt(`write directory ${dir}`, () => fs.readdir(dir))) {
    if (!STAGING.test(name)) continue;
    const staging = `${dir}/${name}`;
    const stats = await attempt(`write ${staging}`, () => unlessMissing(fs.lstat(staging)));
    if (stats?.isDirectory()) await remove(fs, staging, `${dir}/${stagingName()}`);
  }
  for (const name of [...names, CHECKSUMS]) {
    await attempt(`write ${dir}/${name}`, () => lstatPlain(fs, `${dir}/${name}`));
  }
}

/**
 * Returns the checksums of the files that a write keeps: those that were saved with them or, in a directory without
 * them, those that a model's files have.
 */
async function otherChecksums(
  fs: FileSystem,
  dir: string,
  files: Readonly<Record<string, unknown>>,
): Promise<Checksums> {
  const saved = await savedChecksums(fs, dir);
  const names = saved?.keys() ?? await modelFilesIn(fs, dir);
  const checksums = new Map<string, string>();
  for (const name of names) {
    if (Object.hasOwn(files, name)) continue;
    const path = `${dir}/${name}`;
    const checksum = await attempt(`read ${path}`, async () => {
      return saved ? await lstatPlain(fs, path) && saved.get(name) : await readWith(fs, path, fileChecksum);
    });
    if (checksum !== undefined) checksums.set(name, checksum);
  }
  return checksums;
}

async function modelFilesIn(fs: FileSystem, dir: string): Promise<string[]> {
  const names = await attempt(`read directory ${dir}`, () => fs.readdir(dir));
  return names.filter((name) => MODEL_FILES.test(name));
}

async function savedChecksums(fs: FileSystem, dir: string): Promise<Checksums | undefined> {
  const path = `${dir}/${CHECKSUMS}`;
  const read = () => readWith(fs, path, (handle) => readAtMost(handle, MAX_TEXT_BYTES));
  const bytes = await attempt(`read ${path}`, read);
  try {
    return bytes && parseChecksums(bytes);
  } catch (error) {
    if (!(error instanceof InputSyntaxError)) throw error;
    throw new InputSyntaxError(`read ${path}: ${error.message}`);
  }
}

/** Applies `read` to a plain file; undefined if there is none. */
async function readWith<T>(
  fs: FileSystem,
  path: string,
  read: (handle: Files.FileHandle) => Promise<T>,
): Promise<T | undefined> {
  const handle = await openPlain(fs, path);
  if (handle === undefined) return undefined;
  try {
    return await read(handle);
  } finally {
    await handle.close();
  }
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

/**
 * Moves the files of a committed write into their places, if there is such a write, and removes others that its list of
 * checksums does not have. Throws `RangeError`, and moves nothing, if one of them is not a plain file that a write may
 * have.
 */
async function rollForward(fs: FileSystem, dir: string): Promise<void> {
  const committed = `${dir}/${COMMITTED}`;
  if (!await attempt(committed, () => isRealDirectory(fs, committed))) return;
  const names = await unlessMissing(fs.readdir(committed)) ?? [];
  const hasPage = names.includes(CARD) && await holdsPage(fs, committed) === true;
  const isKept = hasPage && await holdsPage(fs, dir) === false;
  for (const name of names) {
    if (!isFileName(name) && name !== CHECKSUMS) {
      throw new InputRangeError(`${committed}: expected files that Elman wrote, found ${JSON.stringify(name)}`);
    }
    for (const parent of [committed, ...isKept && name === CARD ? [] : [dir]]) {
      await attempt(`${parent}/${name}`, () => lstatPlain(fs, `${parent}/${name}`));
    }
  }
  const listed = await savedChecksums(fs, committed);
  // The list moves last: it tells which files are the write's own.
  for (const name of names.toSorted((a, b) => Number(a === CHECKSUMS) - Number(b === CHECKSUMS))) {
    const path = `${committed}/${name}`;
    const isOwn = name === CARD && hasPage ? !isKept : name === CHECKSUMS || !listed || listed.has(name);
    await unlessMissing(isOwn ? fs.rename(path, `${dir}/${name}`) : fs.rm(path));
  }
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
