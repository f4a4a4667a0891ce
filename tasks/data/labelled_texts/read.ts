import { InputRangeError } from "../../../errors.ts";
import { AUTO } from "../encodings.ts";
import { isDirectory, nameOf } from "../file_system.ts";
import { namedError } from "../named_error.ts";
import { readTextAndEncoding, type TextOptions } from "../text_files.ts";
import { expectDelimiter, type FirstRow } from "../tables/mod.ts";
import { WESTERN } from "../western.ts";
import { layoutOf, refuseMarks, type TextLayout } from "./format.ts";
import { type LabelSetOptions, settleLabels } from "./label_sets.ts";
import { readFastText, readLabelLines, readTextLines } from "./label_lines.ts";
import type { Columns, Row, Rows, TextFormat } from "./rows.ts";
import { readSequenceRows } from "./sequence_rows.ts";
import { readTableRows } from "./table_rows.ts";

/** Options of `readLabelledTexts`. */
export interface ReadOptions extends Columns, LabelSetOptions, TextOptions {
  /** The file's format. Default: detected from the extension or the first lines. */
  readonly format?: TextFormat;
  /** The character between the fields of a table, or its name: "semicolon". Default: detected. */
  readonly delimiter?: string;
  /** Whether the first row of a table holds the names of the columns. Default: detected. */
  readonly header?: boolean;
}

/** Says how a file was read in which nothing shows a format. */
const GUESS = "the file was read as lines of a label, a space and a text; use --format if it has another format";

/** Says what to do about headers without labels. */
const UNLABELLED =
  "name the label's place in the headers with --label-column, or give a file for each label to --labels";

/** The labeled texts of a file. */
export interface LabelledTexts {
  /** The name of the file, for messages. */
  readonly source: string;
  /** The file's format. */
  readonly format: TextFormat;
  /** The encoding, if "auto" was asked for and the file is not UTF-8. */
  readonly encoding?: string;
  /** The character between the fields, if the format has one. */
  readonly delimiter?: string;
  /** How the first row was read, if it might have been a header. */
  readonly firstRow?: FirstRow;
  /** The path of the records in a JSON object that contains them. */
  readonly recordsPath?: string;
  /**
   * The texts and their labels, in file order. If texts may have several labels, each has `labels`, possibly none, and
   * `label` lists them.
   */
  readonly texts: readonly { readonly text: string; readonly label: string; readonly labels?: readonly string[] }[];
  /** The character at which labels were divided, if they were. */
  readonly labelSeparator?: string;
  /** A label that looks like a list of labels, as most with its separator do, although texts have one each. */
  readonly likelyList?: string;
  /** The column of the texts, if the format has columns. */
  readonly textColumn?: string;
  /** The column of the labels, if the format has columns, or the place in the headers that was asked for. */
  readonly labelColumn?: string;
  /** Number of sequences with lower-case letters, which were read in upper case; for FASTA and FASTQ. */
  readonly lowerCase?: number;
  /** Number of rows that were skipped because their text is empty. */
  readonly empty: number;
  /** Says, for messages, how the file was read if nothing in it shows a format; otherwise undefined. */
  readonly guess?: string;
  /** Names the place of a text, counted from 0, in the file: "line 3". */
  readonly place: (text: number) => string;
}

/**
 * Reads a file of labeled texts, or standard input for `-`.
 *
 * Throws `RangeError` or `SyntaxError` that names the file, and the line if the error has one: if the file is not in
 * its encoding or has no rows, if a column is missing, or if a row is malformed or has no label.
 *
 * @example
 * ```ts
 * import { readLabelledTexts } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const file = await Deno.makeTempFile({ suffix: ".csv" });
 * await Deno.writeTextFile(file, 'text,label\n"A fine, quiet film.",good\nA dull film.,bad\n');
 * const { texts, format } = await readLabelledTexts(file);
 * assertEquals(texts[0], { text: "A fine, quiet film.", label: "good" });
 * assertEquals(format, "csv");
 * await Deno.remove(file);
 * ```
 */
export async function readLabelledTexts(path: string, options: ReadOptions = {}): Promise<LabelledTexts> {
  if (await isDirectory(path)) {
    throw new InputRangeError(
      `read ${path}: expected a file, found a directory; give one table or one file of labeled lines`,
    );
  }
  const source = nameOf(path);
  const { text: content, encoding } = await readTextAndEncoding(path, options);
  try {
    if (content.trim() === "") throw new InputRangeError("expected labeled texts, found white space only");
    const layout = layoutOf(path, content, { ...options, delimiter: expectDelimiter(options.delimiter) });
    const { rows: found, place, ...shape } = readRows(content, layout, options);
    const isWhole = layout.format === "fasttext" || options.label !== undefined;
    const { rows, ...sets } = settleLabels(found, place, { ...options, isWhole });
    const isMultiLabel = rows.some(({ labels }) => labels !== undefined);
    const isDetected = options.format === undefined && options.label === undefined;
    if (isDetected && !isMultiLabel && (layout.format === "lines" || layout.format === "fasttext")) {
      refuseMarks(rows, place, layout.format);
    }
    const guess = isDetected && !isMultiLabel && layout.format === "lines" ? GUESS : undefined;
    const kept = rowsWithText(rows, (row) => {
      const note = isSequences(layout) ? UNLABELLED : guess;
      const reason = note === undefined ? "" : `; ${note}`;
      throw new InputRangeError(`expected a label on ${place(row)}, found none${reason}`);
    });
    if (kept.length === 0) throw new InputRangeError("expected some text, found only empty texts");
    return {
      source,
      format: layout.format,
      ...options.encoding === AUTO && encoding === WESTERN && { encoding },
      ...shape,
      ...sets,
      texts: kept.length === rows.length ? rows : kept.map((row) => rows[row]),
      empty: rows.length - kept.length,
      ...guess !== undefined && { guess },
      place: (text) => place(kept[text]),
    };
  } catch (error) {
    throw namedError(source, error);
  }
}

/** The indices of the rows whose text is not empty, in one pass, since there may be many rows. */
function rowsWithText(rows: readonly Row[], refuseUnlabelled: (row: number) => never): number[] {
  const kept: number[] = [];
  for (let row = 0; row < rows.length; row++) {
    const { text, label, labels } = rows[row];
    if (label === "" && labels === undefined) refuseUnlabelled(row);
    if (/\S/.test(text)) kept.push(row);
  }
  return kept;
}

function isSequences({ format }: TextLayout): boolean {
  return format === "fasta" || format === "fastq";
}

function readRows(content: string, layout: TextLayout, options: ReadOptions): Rows {
  const { label } = options;
  if (layout.format === "fasta" || layout.format === "fastq") return readSequenceRows(content, layout.format, options);
  if (layout.format === "lines") return label === undefined ? readLabelLines(content) : readTextLines(content, label);
  if (label !== undefined) {
    throw new InputRangeError(`expected FASTA, FASTQ or lines of texts for --labels, found ${layout.format}`);
  }
  if (layout.format === "fasttext") return readFastText(content);
  return readTableRows(content, layout, options, options.header);
}
