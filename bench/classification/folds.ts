import { Random } from "../../src/nn/mod.ts";
import { foldTexts } from "../../tasks/classification/folds.ts";

/** A text of a data set as it stands in its file. */
export interface Item {
  /** The label. */
  readonly label: string;
  /** Items with the same key stay in one fold. */
  readonly key: string;
  /** The bytes of the text's line or record, with the line end. */
  readonly bytes: Uint8Array;
}

/** The items of a file, and what stands before the first. */
export interface Items {
  /** The bytes before the first item, such as a header. */
  readonly head?: Uint8Array;
  /** The items. */
  readonly items: readonly Item[];
}

/** The names of the two files of a fold. */
export interface FoldFiles {
  /** The file to train on. */
  readonly train: string;
  /** The file to test on. */
  readonly test: string;
}

/** Decodes bytes one by one, so that keys are equal if the bytes are. */
const BYTES = new TextDecoder("latin1");

/** Reads lines of a label, a space and a text, in any encoding. */
export function readLines(bytes: Uint8Array): Items {
  return {
    items: linesOf(bytes).map((line) => {
      const [label] = BYTES.decode(line).split(" ", 1);
      return { label, key: BYTES.decode(line.subarray(label.length)).trim(), bytes: line };
    }),
  };
}

/**
 * Reads a table whose first column holds the labels and whose last one the sequences, without quotes. The items have
 * these two columns only, so that no option needs to name them.
 */
export function readTable(bytes: Uint8Array): Items {
  const [, ...lines] = linesOf(bytes);
  const encode = (line: string): Uint8Array => new TextEncoder().encode(line + "\n");
  return {
    head: encode("label,sequence"),
    items: lines.map((line) => {
      const fields = BYTES.decode(line).split(",").map((field) => field.trim());
      const [label, key] = [fields[0], fields.at(-1)!];
      return { label, key, bytes: encode(`${label},${key}`) };
    }),
  };
}

/** Reads FASTA, all of one label, which becomes the last field of each header. */
export function readFasta(bytes: Uint8Array, label: string): Items {
  const records = BYTES.decode(bytes).split(/^>/m).filter((record) => record.trim() !== "");
  return {
    items: records.map((record, i) => {
      const sequence = record.slice(record.indexOf("\n")).replaceAll(/\s/g, "").toUpperCase();
      return { label, key: sequence, bytes: new TextEncoder().encode(`>${label}${i + 1} ${label}\n${sequence}\n`) };
    }),
  };
}

/** Divides bytes into lines that are not blank, each with its line end. */
function linesOf(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(0x0a, start) + 1 || bytes.length;
    const line = bytes.subarray(start, end);
    if (line.some((byte) => byte > 0x20)) lines.push(line);
    start = end;
  }
  return lines;
}

/**
 * Writes the training and the test file of every fold into a folder, in random order: data are often sorted by label,
 * and fastText reads them as they stand.
 */
export async function writeFolds({ head, items: sorted }: Items, folds: number, folder: string): Promise<FoldFiles[]> {
  const items = shuffled(sorted);
  const texts = items.map(({ label, key }) => ({ label, text: key }));
  const tests = foldTexts(texts, { folds, keyOf: (key) => key }).map((fold) => new Set(fold));
  const write = async (name: string, isIn: (item: number) => boolean): Promise<string> => {
    const chosen = items.filter((_, i) => isIn(i)).map(({ bytes }) => bytes);
    await Deno.writeFile(`${folder}/${name}`, joined([...head ? [head] : [], ...chosen]));
    return `${folder}/${name}`;
  };
  const files: FoldFiles[] = [];
  for (const [i, test] of tests.entries()) {
    files.push({
      train: await write(`fold_${i + 1}.train`, (item) => !test.has(item)),
      test: await write(`fold_${i + 1}.test`, (item) => test.has(item)),
    });
  }
  return files;
}

function shuffled(items: readonly Item[]): Item[] {
  const draws = new Random(1).uniform(items.length);
  return items.map((item, i) => ({ item, draw: draws[i] })).sort((a, b) => a.draw - b.draw).map(({ item }) => item);
}

/** Joins pieces, each of which ends its line. */
function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const ended = pieces.flatMap((piece) => piece.at(-1) === 0x0a ? [piece] : [piece, Uint8Array.of(0x0a)]);
  const all = new Uint8Array(ended.reduce((size, { length }) => size + length, 0));
  let place = 0;
  for (const piece of ended) {
    all.set(piece, place);
    place += piece.length;
  }
  return all;
}
