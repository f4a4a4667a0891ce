import type { Dirent } from "node:fs";
import { withoutCompressionEnding } from "../../src/formats/compression.ts";
import { exists, fileSystem, isDirectory, STANDARD_INPUT } from "./file_system.ts";

/** A file, a folder or a pattern, or several of them. */
export type Paths = string | readonly string[];

/** The endings of plain texts and of records, without the ending of a compressed file. */
const TEXT = /\.(?:txt|text|md)$/i;
const RECORDS = /\.(?:jsonl|ndjson|json)$/i;

/** Whether a file's name says that it holds records in JSON, perhaps compressed. */
export function hasRecords(path: string): boolean {
  return RECORDS.test(withoutCompressionEnding(path));
}

/**
 * Finds the files that paths stand for, in their order. A folder stands for all its texts, in subfolders too, sorted by
 * their paths: its `.txt`, `.text` and `.md` files or, if it has none, its `.jsonl`, `.ndjson` and `.json` files. In a
 * pattern such as `texts/*.txt`, `?` stands for one character of a name, `*` for any number, and `**` for any number of
 * folders. Hidden files and empty files in folders are left out.
 *
 * Throws `RangeError` if a folder or a pattern stands for no file.
 */
export async function findFiles(paths: Paths): Promise<string[]> {
  const found = await Promise.all([paths].flat().map(filesOf));
  return found.flat();
}

async function filesOf(path: string): Promise<readonly string[]> {
  if (path === STANDARD_INPUT) return [path];
  if (await isDirectory(path)) return await textsIn(path);
  if (!isPattern(path) || await exists(path)) return [path];
  const root = path.startsWith("/") ? "/" : "";
  const segments = path.split("/").filter((segment) => segment !== "");
  const files = await Array.fromAsync(matches(root, segments));
  if (files.length === 0) throw new RangeError(`read ${path}: expected files that match the pattern, found none`);
  return [...new Set(files)].sort();
}

/** Whether a path has the wildcards of a pattern. */
export function isPattern(path: string): boolean {
  return /[*?]/.test(path);
}

async function textsIn(folder: string): Promise<string[]> {
  const files = (await Array.fromAsync(matches(folder, ["**", "*"]))).sort();
  const texts = files.filter((file) => TEXT.test(withoutCompressionEnding(file)));
  const chosen = texts.length > 0 ? texts : files.filter(hasRecords);
  if (chosen.length > 0) return chosen;
  throw new RangeError(
    `read ${folder}: expected .txt, .text, .md, .jsonl, .ndjson or .json files in the folder, found none`,
  );
}

/** Yields the files in a folder whose paths match the segments of a pattern. */
async function* matches(folder: string, [first, ...rest]: readonly string[]): AsyncGenerator<string, void, void> {
  if (first === "**") {
    yield* matches(folder, rest.length > 0 ? rest : ["*"]);
    for (const name of await namesIn(folder, isFolder)) {
      if (!name.startsWith(".")) yield* matches(join(folder, name), [first, ...rest]);
    }
  } else if (rest.length === 0) {
    for (const name of await namesIn(folder, isFile)) if (matcherOf(first)(name)) yield join(folder, name);
  } else if (!isPattern(first)) {
    yield* matches(join(folder, first), rest);
  } else {
    for (const name of await namesIn(folder, isFolder)) {
      if (matcherOf(first)(name)) yield* matches(join(folder, name), rest);
    }
  }
}

/** The names of a folder's entries of a kind; none if it cannot be read. */
async function namesIn(folder: string, isKind: (path: string, entry: Dirent) => Promise<boolean>): Promise<string[]> {
  const entries = await fileSystem().promises.readdir(folder || ".", { withFileTypes: true }).catch(() => []);
  const names: string[] = [];
  for (const entry of entries) if (await isKind(join(folder, entry.name), entry)) names.push(entry.name);
  return names;
}

/** Links to folders are not followed, since they may lead in circles. */
function isFolder(_path: string, entry: Dirent): Promise<boolean> {
  return Promise.resolve(entry.isDirectory());
}

async function isFile(path: string, entry: Dirent): Promise<boolean> {
  if (!entry.isFile() && !entry.isSymbolicLink()) return false;
  return await fileSystem().promises.stat(path).then((stats) => stats.isFile() && stats.size > 0, () => false);
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
