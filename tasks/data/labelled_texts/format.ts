import { InputRangeError } from "../../../errors.ts";
import { abbreviate, describeValue } from "../../../src/schema/mod.ts";
import { hasRecords, isTable } from "../find_files.ts";
import {
  completeLayout,
  detectDelimiter,
  detectLayout,
  firstLines,
  firstRecords,
  isRectangular,
  type Layout,
} from "../tables/mod.ts";
import { detectSequences } from "../sequences/mod.ts";
import { hasUsualNames } from "./columns.ts";
import { hasPrefixes, isFastText } from "./fasttext_labels.ts";
import type { Columns, Row, TextFormat } from "./rows.ts";

/** A layout of a table, or a format without one. */
export type TextLayout = Layout | LayoutOf<"fasttext"> | LayoutOf<"lines"> | LayoutOf<"fasta"> | LayoutOf<"fastq">;

interface LayoutOf<F extends TextFormat> {
  readonly format: F;
}

/** The options that bear on the layout of a file. */
export interface LayoutOptions extends Columns {
  readonly format?: TextFormat;
  readonly delimiter?: string;
  readonly header?: boolean;
}

/**
 * Returns the layout of a file. If no format is given, it is a table if an option for tables is given; FASTA or FASTQ
 * if the first lines or the name of the file show that; lines of texts if their label is given and the name shows no
 * table; that of fastText if most of the first lines have its labels; a table if the name of the file or its first
 * lines show that; or else lines of a label, a space and a text.
 */
export function layoutOf(path: string, content: string, options: LayoutOptions): TextLayout {
  const { format, delimiter } = options;
  if (format === "fasttext" || format === "lines" || format === "fasta" || format === "fastq") return { format };
  if (format !== undefined) return completeLayout(format, content, delimiter);
  if (delimiter !== undefined) return completeLayout(delimiter === "\t" ? "tsv" : "csv", content, delimiter);
  const sequences = hasRows(options) ? undefined : detectSequences(path, content);
  if (sequences !== undefined) return { format: sequences };
  if (options.label !== undefined && !isTable(path) && !hasRecords(path)) return { format: "lines" };
  const option = tableOption(options);
  const lines = firstLines(content);
  if (option === undefined && isFastText(lines)) return { format: "fasttext" };
  const found = detectLayout(path, content, hasUsualNames);
  if (found) return found;
  if (option !== undefined) return expectTable(content, option);
  const rows = rowsDelimiter(content, lines);
  if (rows !== undefined) return completeLayout("csv", content, rows);
  return { format: hasPrefixes(lines) ? "fasttext" : "lines" };
}

/** Whether an option is given that only a format with columns of texts can have. */
function hasRows({ textColumn, header }: LayoutOptions): boolean {
  return textColumn !== undefined || header !== undefined;
}

/** Returns the name of an option that only a table can have, if one is given. */
function tableOption({ textColumn, labelColumn, header }: LayoutOptions): string | undefined {
  if (textColumn !== undefined) return "--text-column";
  if (labelColumn !== undefined) return "--label-column";
  return header === undefined ? undefined : header ? "--header" : "--no-header";
}

function expectTable(content: string, option: string): Layout {
  const layout = completeLayout("csv", content);
  if (firstRecords(content, layout.delimiter!).some(({ fields }) => fields.length > 1)) return layout;
  throw new InputRangeError(
    `expected a table for ${option}, found lines without commas, semicolons, tabs and pipes; leave out ${option}, or ` +
      "set --delimiter",
  );
}

/** Number of records from which values that recur show a column of labels, even if they have spaces around them. */
const ENOUGH_RECORDS = 4;

/**
 * The delimiter of a table without a header: all first records have the same number of fields, and either every first
 * word contains the delimiter, or all values of a column recur and have no spaces, or not all first words recur too.
 */
function rowsDelimiter(content: string, lines: readonly string[]): string | undefined {
  const delimiter = detectDelimiter(content);
  const records = firstRecords(content, delimiter);
  if (!isRectangular(records)) return undefined;
  const words = lines.map((line) => line.trim().split(/\s/, 1)[0]);
  const mayBeLines = records.length < ENOUGH_RECORDS || areRecurring(words);
  const columns = records[0].fields.map((_, i) => records.map(({ fields }) => fields[i]));
  const isTable = words.every((word) => word.includes(delimiter)) ||
    columns.some((values) =>
      mayBeLines
        ? areRecurring(values) && !values.some((value) => /\s/.test(value))
        : areRecurring(values.map((value) => value.trim()))
    );
  return isTable ? delimiter : undefined;
}

/** Whether every value occurs several times. */
function areRecurring(values: readonly string[]): boolean {
  return [...Map.groupBy(values, (value) => value).values()].every(({ length }) => length > 1);
}

/**
 * Throws `RangeError` with the place if most labels, which end at a space in a detected format, contain a mark that
 * separates them from a text.
 */
export function refuseMarks(rows: readonly Row[], place: (row: number) => string, format: TextFormat): void {
  const isMarked = (row: Row): boolean => /[,;|]|:$/.test(row.label);
  if (rows.filter(isMarked).length <= rows.length / 2) return;
  const first = rows.findIndex(isMarked);
  const label = rows[first].label;
  const mark = /[,;|]|:$/.exec(label)![0];
  throw new InputRangeError(
    `expected a label, a space and a text on ${place(first)}, found ${
      describeValue(abbreviate(label, 40))
    } before the ` +
      `space; set --format csv --delimiter "${mark}" if "${mark}" separates columns, or --format ${format} if it ` +
      "belongs to the labels",
  );
}
