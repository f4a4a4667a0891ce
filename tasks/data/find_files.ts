import type { Dirent, Stats } from "node:fs";
import type * as Path from "node:path";
import { InputRangeError } from "../../errors.ts";
import { withoutCompressionEnding } from "../../src/formats/compression.ts";
import { CHECKSUMS, COMMITTED, LOCK } from "../../src/formats/directory_names.ts";
import { builtinModule } from "../../src/formats/file_system.ts";
import { unless } from "../../src/formats/system_errors.ts";
import { exists, fileSystem, isDirectory, STANDARD_INPUT } from "./file_system.ts";

/** A file, a folder or a pattern, or several of them. */
export type Paths = string | readonly string[];

/** The endings of plain texts and of records, without the ending of a compressed file. */
const TEXT = /\.(?:txt|text|md)$/i;
const RECORDS = /\.(?:jsonl|ndjson|json)$/i;
const TABLES = /\.(?:csv|tsv|tab)$/i;

/** Whether a file's name says that it holds records in JSON, perhaps compressed. */
export function hasRecords(path: string): boolean {
  return RECORDS.test(withoutCompressionEnding(path));
}

/** Whether a file's name says that it holds a table, perhaps compressed. */
export function isTable(path: string): boolean {
  return TABLES.test(withoutCompressionEnding(path));
}

/** The files that paths stand for. */
export interface FoundFiles {
  /** The files, in their order. */
  readonly files: readonly string[];
  /** The files of records in folders that have plain texts too. */
  readonly leftOut: readonly string[];
}

/**
 * Finds the files that paths stand for, in their order. A folder stands for all its texts, in subfolders too, sorted by
 * their paths: its `.txt`, `.text` and `.md` files or, if it has none, its `.jsonl`, `.ndjson` and `.json` files. In a
 * pattern such as `texts/*.txt`, `?` stands for one character of a name, `*` for any number, and `**` for any number of
 * folders; a pattern with a final `/` stands for folders. On Windows, a backslash separates names too. Hidden files and
 * empty files in folders are left out, and so are the directories of models in folders.
 *
 * Throws `RangeError` if a folder or a pattern stands for no file.
 */
export async function findFiles(paths: Paths): Promise<FoundFiles> {
  const found = await Promise.all([paths].flat().map(filesOf));
  return joined(found);
}

async function filesOf(path: string): Promise<FoundFiles> {
  if (path === STANDARD_INPUT) return only([path]);
  if (await isDirectory(path)) {
    const found = await textsIn(path);
    if (found.files.length > 0) return found;
    const expected = ".txt, .text, .md, .jsonl, .ndjson or .json files in the folder";
    throw new InputRangeError(`read ${path}: expected ${expected}, found none`);
  }
  if (!isPattern(path) || await exists(path)) return only([path]);
  const { sep } = builtinModule<typeof Path>("node:path", "read data");
  const { root, segments, isOfFolders } = patternParts(path, sep);
  if (isOfFolders) return await textsInFolders(path, await Array.fromAsync(matches(root, segments, isFolder)));
  const files = await Array.fromAsync(matches(root, segments, isFile));
  if (files.length === 0) throw new InputRangeError(`read ${path}: expected files that match the pattern, found none`);
  return only(inOrder(files));
}

/** The texts in the folders that match a pattern. */
async function textsInFolders(pattern: string, folders: readonly string[]): Promise<FoundFiles> {
  const { files, leftOut } = joined(await Promise.all(inOrder(folders).map(textsIn)));
  // One folder may lie in another.
  if (files.length > 0) return { files: [...new Set(files)], leftOut: [...new Set(leftOut)] };
  throw new InputRangeError(`read ${pattern}: expected folders with texts that match the pattern, found none`);
}

function only(files: readonly string[]): FoundFiles {
  return { files, leftOut: [] };
}

function joined(found: readonly FoundFiles[]): FoundFiles {
  return { files: found.flatMap(({ files }) => files), leftOut: found.flatMap(({ leftOut }) => leftOut) };
}

function inOrder(paths: readonly string[]): string[] {
  return [...new Set(paths)].sort();
}

/** Whether a path has the wildcards of a pattern. */
export function isPattern(path: string): boolean {
  return /[*?]/.test(path);
}

/** Returns the root from which a pattern starts and its names, which the system's separator divides as `/` does. */
export function patternParts(
  pattern: string,
  separator: string,
): { readonly root: string; readonly segments: readonly string[]; readonly isOfFolders: boolean } {
  const path = pattern.replaceAll(separator, "/");
  const [root] = path.match(/^\/*/)!;
  return { root, segments: path.split("/").filter((segment) => segment !== ""), isOfFolders: path.endsWith("/") };
}

/**
 * Lists the files in a folder and its subfolders, even empty ones, by their paths relative to it, in their order.
 * Hidden files and the directories of models are left out.
 */
export async function namesBelow(folder: string): Promise<string[]> {
  const start = join(folder, "").length;
  return (await Array.fromAsync(matches(folder, ["**", "*"], isAnyFile), (path) => path.slice(start))).sort();
}

async function textsIn(folder: string): Promise<FoundFiles> {
  const files = (await Array.fromAsync(matches(folder, ["**", "*"], isFile))).sort();
  const texts = files.filter((file) => TEXT.test(withoutCompressionEnding(file)));
  const records = files.filter(hasRecords);
  return texts.length > 0 ? { files: texts, leftOut: records } : only(records);
}

/** Whether an entry of a folder is of a kind. */
type IsKind = (path: string, entry: Dirent) => Promise<boolean>;

/** Yields the entries of a kind in a folder whose paths match the segments of a pattern. */
async function* matches(
  folder: string,
  [first, ...rest]: readonly string[],
  isKind: IsKind,
): AsyncGenerator<string, void, void> {
  if (first === "**") {
    if (rest.length === 0 && isKind === isFolder) yield folder;
    yield* matches(folder, rest.length > 0 ? rest : ["*"], isKind);
    for (const name of await namesIn(folder, isFolder)) {
      if (!name.startsWith(".")) yield* matches(join(folder, name), [first, ...rest], isKind);
    }
  } else if (rest.length === 0) {
    for (const name of await namesIn(folder, isKind)) if (matcherOf(first)(name)) yield join(folder, name);
  } else if (!isPattern(first)) {
    yield* matches(join(folder, first), rest, isKind);
  } else {
    for (const name of await namesIn(folder, isFolder)) {
      if (matcherOf(first)(name)) yield* matches(join(folder, name), rest, isKind);
    }
  }
}

/** The names of a folder's entries of a kind; none if there is no such folder. */
async function namesIn(folder: string, isKind: IsKind): Promise<string[]> {
  const reading = fileSystem().promises.readdir(folder || ".", { withFileTypes: true });
  const entries = await unless(["ENOENT", "ENOTDIR"], reading) ?? [];
  const names: string[] = [];
  for (const entry of entries) if (await isKind(join(folder, entry.name), entry)) names.push(entry.name);
  return names;
}

/** Links to folders are not followed, since they may lead in circles. A model saved among the data is none of them. */
async function isFolder(path: string, entry: Dirent): Promise<boolean> {
  return entry.isDirectory() && !await isOfModel(path);
}

/** Whether a directory is that of a model, or training writes it. Checksums alone may be those of data. */
async function isOfModel(directory: string): Promise<boolean> {
  const has = (name: string): Promise<boolean> =>
    fileSystem().promises.lstat(join(directory, name)).then(() => true, () => false);
  return await has(LOCK) || await has(COMMITTED) || await has(CHECKSUMS) && await has("config.json");
}

async function isFile(path: string, entry: Dirent): Promise<boolean> {
  return ((await fileStats(path, entry))?.size ?? 0) > 0;
}

async function isAnyFile(path: string, entry: Dirent): Promise<boolean> {
  return entry.isFile() || await fileStats(path, entry) !== undefined;
}

/** Returns the properties of a file or of the file that a link names; undefined for anything else. */
async function fileStats(path: string, entry: Dirent): Promise<Stats | undefined> {
  if (!entry.isFile() && !entry.isSymbolicLink()) return undefined;
  return await fileSystem().promises.stat(path).then((stats) => stats.isFile() ? stats : undefined, () => undefined);
}

/**
 * Makes the test whether a name matches a segment of a pattern. Only a segment with a leading dot matches hidden names.
 */
function matcherOf(segment: string): (name: string) => boolean {
  const source = segment.replaceAll(/[\\^$.|+()[\]{}]/g, "\\$&").replaceAll("*", ".*").replaceAll("?", ".");
  const pattern = new RegExp(`^${source}$`, "su");
  return (name) => pattern.test(name) && (segment.startsWith(".") || !name.startsWith("."));
}

function join(folder: string, name: string): string {
  return folder === "" || folder.endsWith("/") ? folder + name : `${folder}/${name}`;
}
