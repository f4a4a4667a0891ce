import { SEQUENCE_FORMATS } from "../sequences/mod.ts";
import type { FirstRow } from "../tables/mod.ts";

/**
 * The file formats of labeled texts. In `lines`, each line is a label, a space and a text; in `fasttext`, each label
 * begins with `__label__`; `fasta` and `fastq` hold symbol sequences, such as DNA.
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
export const FORMATS = ["csv", "tsv", "json", "jsonl", "fasttext", "lines", ...SEQUENCE_FORMATS] as const;

/** A file format of labeled texts. */
export type TextFormat = typeof FORMATS[number];

/** A row of a file in any format. */
export interface Row {
  /** The text. */
  readonly text: string;
  /** The label, trimmed; if the text has several, all of them. */
  readonly label: string;
  /** The labels, if the row shows that it may have several, or if that is known. */
  readonly labels?: readonly string[];
}

/** The result of reading a file. */
export interface Rows {
  /** The rows in file order. */
  readonly rows: readonly Row[];
  /** Names the place of a row in the file: "line 3". */
  readonly place: (row: number) => string;
  /** The delimiter, if the format has one. */
  readonly delimiter?: string;
  /** How the first row was read, if it might have been a header. */
  readonly firstRow?: FirstRow;
  /** The path of the records in a JSON object that contains them. */
  readonly recordsPath?: string;
  /** The column of the texts, if the format has columns. */
  readonly textColumn?: string;
  /** The column of the labels, if the format has columns, or the place in the headers that was asked for. */
  readonly labelColumn?: string;
  /** Number of sequences with lower-case letters, which are read in upper case. */
  readonly lowerCase?: number;
}

/** Where the texts and the labels are. */
export interface Columns {
  /**
   * Column of the texts: a name, a number from 1 if no column has that name, or the path of a JSON value such as
   * `review.body`. Default: detected.
   */
  readonly textColumn?: string;
  /**
   * Column of the labels: a name, a number or a path, likewise, or, divided by commas, the names of columns with 0 or 1
   * for each label. In FASTA and FASTQ: the name before `=` in a header, or the number of the header's field. Default:
   * detected.
   */
  readonly labelColumn?: string;
  /** The columns of other data of the same kind, which come before the detected ones, and their labels. */
  readonly likely?: {
    readonly textColumn?: string;
    readonly labelColumn?: string;
    readonly labels?: readonly string[];
  };
  /** The label of all texts of a file that holds none: FASTA, FASTQ or lines of texts. Default: the file has labels. */
  readonly label?: string;
}
