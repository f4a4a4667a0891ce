import { nameOf } from "./file_system.ts";
import { readText, type TextOptions } from "./text_files.ts";

/**
 * The files of sentences and their translations: two files with matching lines, or one file with a tab between the
 * sentences of a pair.
 */
export type ParallelFiles =
  | { readonly source: string; readonly target: string }
  | { readonly pairs: string };

/** Sentences and their translations. */
export interface ParallelTexts {
  /** The names of the files, for messages. */
  readonly name: string;
  /** The pairs in file order; either side may be empty. */
  readonly pairs: readonly { readonly source: string; readonly target: string }[];
}

/**
 * Reads sentences and their translations.
 *
 * Throws `RangeError` that names the files if their numbers of lines differ, or the line if it does not have exactly
 * one tab.
 *
 * @example
 * ```ts
 * import { readParallelTexts } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const file = await Deno.makeTempFile();
 * await Deno.writeTextFile(file, "one\teins\ntwo\tzwei\n");
 * const { pairs } = await readParallelTexts({ pairs: file });
 * assertEquals(pairs, [{ source: "one", target: "eins" }, { source: "two", target: "zwei" }]);
 * await Deno.remove(file);
 * ```
 */
export async function readParallelTexts(files: ParallelFiles): Promise<ParallelTexts> {
  if ("pairs" in files) return { name: nameOf(files.pairs), pairs: await readPairs(files.pairs) };
  const [sources, targets] = [await readLines(files.source), await readLines(files.target)];
  const name = `${nameOf(files.source)} and ${nameOf(files.target)}`;
  if (sources.length !== targets.length) {
    throw new RangeError(
      `read ${name}: expected the same number of lines in both, found ${sources.length} and ${targets.length}`,
    );
  }
  const pairs = sources.map((source, i) => ({ source, target: targets[i] }));
  return { name, pairs };
}

async function readPairs(path: string): Promise<{ source: string; target: string }[]> {
  return (await readLines(path)).map((line, i) => {
    const [source, target, ...more] = line.split("\t");
    if (target !== undefined && more.length === 0) return { source, target };
    const found = target === undefined ? "none" : `${more.length + 1}`;
    throw new RangeError(
      `read ${nameOf(path)}: expected one tab between two sentences on line ${i + 1}, found ${found}`,
    );
  });
}

/**
 * Reads the lines of a text, or of standard input for `-`, without their line ends.
 *
 * Throws `RangeError` that names the file if it is missing, empty or not in its encoding.
 *
 * @example
 * ```ts
 * import { readLines } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const file = await Deno.makeTempFile();
 * await Deno.writeTextFile(file, "to be\r\nor not\n");
 * assertEquals(await readLines(file), ["to be", "or not"]);
 * await Deno.remove(file);
 * ```
 */
export async function readLines(path: string, options: TextOptions = {}): Promise<string[]> {
  const text = await readText(path, options);
  if (text.trim() === "") {
    throw new RangeError(`read ${nameOf(path)}: expected lines of text, found white space only`);
  }
  return text.replace(/\n$/, "").split("\n");
}
