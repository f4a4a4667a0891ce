/**
 * The file formats of labeled texts. In `lines`, each line is a label, a space and a text.
 *
 * @example
 * ```ts
 * import { FORMATS, readLabelledTexts } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const file = await Deno.makeTempFile();
 * await Deno.writeTextFile(file, "good a fine film\n");
 * assertEquals((await readLabelledTexts(file, { format: "lines" })).texts, [{ text: "a fine film", label: "good" }]);
 * assertEquals(FORMATS.includes("lines"), true);
 * await Deno.remove(file);
 * ```
 */
export const FORMATS = ["csv", "tsv", "jsonl", "lines"] as const;

/** A file format of labeled texts. */
export type TextFormat = typeof FORMATS[number];

/** A row of a file in any format. */
export interface Row {
  /** The text. */
  readonly text: string;
  /** The label, trimmed. */
  readonly label: string;
  /** Line number at which the row begins, from 1. */
  readonly line: number;
}

/** The result of reading a file. */
export interface Rows {
  /** The rows in file order. */
  readonly rows: readonly Row[];
  /** The column of the texts, if the format has columns. */
  readonly textColumn?: string;
  /** The column of the labels, if the format has columns. */
  readonly labelColumn?: string;
}

/** The columns to read. */
export interface Columns {
  /** Column of the texts: a name, or a number from 1 if no column has that name. Default: detected. */
  readonly textColumn?: string;
  /** Column of the labels: a name or a number, likewise. Default: detected. */
  readonly labelColumn?: string;
}
