import { InputRangeError } from "../../errors.ts";
import { fileSystem } from "./file_system.ts";
import { findFiles, type Paths } from "./find_files.ts";
import type { Text } from "./lines.ts";
import { lastAtMost } from "./places.ts";
import { openText, type TextFile, type TextOptions } from "./text_files.ts";

/** A file among others that are read as one text. */
export interface JoinedFile {
  /** The path. */
  readonly path: string;
  /** Index in the text at which the file begins. */
  readonly start: number;
  /** Index at which it ends, before a `"\n"` that it lacks. */
  readonly end: number;
}

/** Several text files, read one after the other as one text. */
export interface JoinedTexts {
  /** The files, in their order. */
  readonly files: readonly JoinedFile[];
  /** The text. */
  readonly text: Text;
}

/**
 * Opens texts as one: files, folders and patterns such as `texts/*.txt`. A folder stands for its `.txt`, `.text` and
 * `.md` files, in subfolders too, in the order of their paths or, if it has none, for its `.jsonl`, `.ndjson` and
 * `.json` files. A file whose last line has no `"\n"` gets one if another file follows. As with `openText`, the texts
 * can be larger than memory.
 *
 * Throws `RangeError` that names the file if one is missing, empty or not in its encoding, or if a folder or pattern
 * stands for none.
 *
 * @example
 * ```ts
 * import { type JoinedTexts, openTexts, type Paths } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const folder: Paths = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${folder}/one.txt`, "to be");
 * await Deno.writeTextFile(`${folder}/two.txt`, "or not to be\n");
 * const { files, text }: JoinedTexts = await openTexts(folder);
 * assertEquals(files.map(({ start, end }) => [start, end]), [[0, 5], [6, 19]]);
 * assertEquals(await text.slice(0, text.length), "to be\nor not to be\n");
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function openTexts(paths: Paths, options: TextOptions = {}): Promise<JoinedTexts> {
  const { files } = await findFiles(paths);
  return await joinFiles(files, options);
}

/** Opens files as one text, as `openTexts` does. */
export async function joinFiles(found: readonly string[], options: TextOptions): Promise<JoinedTexts> {
  if (found.length === 1) {
    const text = await openText(found[0], options);
    return { files: [{ path: found[0], start: 0, end: text.length }], text };
  }
  const shelf = new Shelf(options);
  const files: JoinedFile[] = [];
  let start = 0;
  for (const path of found) {
    const text = await shelf.open(path);
    const end = start + text.length;
    files.push({ path, start, end });
    start = end + (text.slice(text.length - 1, text.length) === "\n" || files.length === found.length ? 0 : 1);
  }
  return { files, text: new JoinedText(files, shelf) };
}

class JoinedText implements Text {
  readonly length: number;
  #files: readonly JoinedFile[];
  #shelf: Shelf;

  constructor(files: readonly JoinedFile[], shelf: Shelf) {
    this.#files = files;
    this.#shelf = shelf;
    this.length = files[files.length - 1].end;
  }

  async slice(start: number, end: number): Promise<string> {
    const files = this.#files;
    let text = "";
    for (let i = lastAtMost(files.length, (i) => files[i].start, start); start + text.length < end; i++) {
      const to = Math.min(end, files[i + 1]?.start ?? this.length);
      text += await this.#read(files[i], start + text.length, to);
    }
    return text;
  }

  /** Reads a part of a file, with the `"\n"` that it may lack. */
  async #read({ path, start, end }: JoinedFile, from: number, to: number): Promise<string> {
    const file = await this.#shelf.open(path);
    return file.slice(from - start, Math.min(to, end) - start).padEnd(to - from, "\n");
  }
}

/** Most files kept open. */
const MOST_OPEN = 64;

/** Opens files when they are needed and keeps the last ones open, so that thousands of files need little memory. */
class Shelf {
  #options: TextOptions;
  #open = new Map<string, TextFile>();
  /** Standard input and pipes, which can be read only once. */
  #kept = new Map<string, TextFile>();
  /** When each file was last changed. */
  #modified = new Map<string, number>();

  constructor(options: TextOptions) {
    this.#options = options;
  }

  async open(path: string): Promise<TextFile> {
    const text = this.#kept.get(path) ?? this.#open.get(path) ?? await this.#read(path);
    if (this.#kept.has(path)) return text;
    this.#open.delete(path);
    this.#open.set(path, text);
    if (this.#open.size > MOST_OPEN) this.#open.delete(this.#open.keys().next().value!);
    return text;
  }

  async #read(path: string): Promise<TextFile> {
    const text = await openText(path, this.#options);
    const stats = await fileSystem().promises.stat(path).catch(() => undefined);
    if (!stats?.isFile()) {
      this.#kept.set(path, text);
    } else if ((this.#modified.get(path) ?? stats.mtimeMs) !== stats.mtimeMs) {
      throw new InputRangeError(`read ${path}: expected the file to stay the same while it is read, found it changed`);
    } else {
      this.#modified.set(path, stats.mtimeMs);
    }
    return text;
  }
}
