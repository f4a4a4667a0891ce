import { nameOf } from "./file_system.ts";
import { readBytes } from "./text_files.ts";

/** Where sentences and their translations stand: in two files, line by line, or in one, with a tab between. */
export type ParallelFiles =
  | { readonly source: string; readonly target: string }
  | { readonly pairs: string };

/** Sentences and their translations. */
export interface ParallelTexts {
  /** The files, for messages. */
  readonly name: string;
  /** The pairs, in their order; a side may be empty. */
  readonly pairs: readonly { readonly source: string; readonly target: string }[];
}

/**
 * Reads sentences and their translations. Throws a RangeError that names the files where they have different numbers of lines, and the line where
 * there is no tab, or more than one.
 */
export async function readParallelTexts(files: ParallelFiles): Promise<ParallelTexts> {
  if ("pairs" in files) return { name: nameOf(files.pairs), pairs: await readPairs(files.pairs) };
  const [sources, targets] = [await readLines(files.source), await readLines(files.target)];
  const name = `${nameOf(files.source)} and ${nameOf(files.target)}`;
  if (sources.length !== targets.length) {
    throw new RangeError(
      `read ${name}: expected as many lines in both, found ${sources.length} and ${targets.length}`,
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

/** The lines of a UTF-8 file, or of standard input for `-`, without their ends. Throws a RangeError that names the file where it is missing, empty or not UTF-8. */
export async function readLines(path: string): Promise<string[]> {
  const bytes = await readBytes(path);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new RangeError(`read ${nameOf(path)}: expected UTF-8 text, found bytes that are none`);
  }
  if (text.trim() === "") {
    throw new RangeError(
      `read ${nameOf(path)}: expected lines of text, found ${
        bytes.length === 0 ? "an empty file" : "white space only"
      }`,
    );
  }
  return text.replace(/\r?\n$/, "").split(/\r?\n/);
}
