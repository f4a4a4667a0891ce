import { InputRangeError } from "../../errors.ts";
import { nameOf } from "./file_system.ts";
import { namedError } from "./named_error.ts";
import { type PairOptions, type PairTable, readPairTable } from "./parallel_tables.ts";
import { readText, type TextOptions } from "./text_files.ts";

/** The files of sentences and their translations: two files with matching lines, or one table of pairs. */
export type ParallelFiles =
  | { readonly source: string; readonly target: string }
  | { readonly pairs: string };

/** Options of `readParallelTexts`. Two files have no columns, so that only the encoding matters. */
export interface ParallelOptions extends PairOptions, TextOptions {}

/** Sentences and their translations. */
export interface ParallelTexts {
  /** The names of the files, for messages. */
  readonly name: string;
  /** The pairs in file order; either side may be empty. */
  readonly pairs: readonly { readonly source: string; readonly target: string }[];
  /** How the table was read; absent for two files. */
  readonly table?: PairTable;
}

/**
 * Reads sentences and their translations from two files, or from a table: CSV, TSV or JSON. The columns of a table are
 * the requested ones, or else those with usual names or names of languages, or else the first two of two or three.
 *
 * Throws `RangeError` or `SyntaxError` that names the files if their numbers of lines differ, or the line if it is not
 * a row of the table, or if the columns are uncertain.
 *
 * @example
 * ```ts
 * import { readParallelTexts } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const file = await Deno.makeTempFile();
 * await Deno.writeTextFile(file, "en\tde\tlicense\none\teins\tCC-BY\ntwo\tzwei\tCC-BY\n");
 * const { pairs, table } = await readParallelTexts({ pairs: file });
 * assertEquals(pairs, [{ source: "one", target: "eins" }, { source: "two", target: "zwei" }]);
 * assertEquals(table?.columns, ["en", "de"]);
 * await Deno.remove(file);
 * ```
 */
export async function readParallelTexts(files: ParallelFiles, options: ParallelOptions = {}): Promise<ParallelTexts> {
  if ("pairs" in files) return await readTable(files.pairs, options);
  const [sources, targets] = [await readLines(files.source, options), await readLines(files.target, options)];
  const name = `${nameOf(files.source)} and ${nameOf(files.target)}`;
  if (sources.length !== targets.length) {
    throw new InputRangeError(
      `read ${name}: expected the same number of lines in both, found ${sources.length} and ${targets.length}`,
    );
  }
  const pairs = sources.map((source, i) => ({ source, target: targets[i] }));
  return { name, pairs };
}

async function readTable(path: string, options: ParallelOptions): Promise<ParallelTexts> {
  const [name, content] = [nameOf(path), await readContent(path, options)];
  try {
    return { name, ...readPairTable(path, content, options) };
  } catch (error) {
    throw namedError(name, error);
  }
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
  return (await readContent(path, options)).replace(/\n$/, "").split("\n");
}

async function readContent(path: string, options: TextOptions): Promise<string> {
  const text = await readText(path, options);
  if (text.trim() !== "") return text;
  throw new InputRangeError(`read ${nameOf(path)}: expected lines of text, found white space only`);
}
