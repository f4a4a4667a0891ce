import { InputRangeError } from "../../../errors.ts";
import { abbreviate, count, describeValue } from "../../../src/schema/mod.ts";
import { eachRecordOfCSV, type RowRecord } from "./csv.ts";
import { declaredDelimiter, describeDelimiter } from "./delimiter.ts";
import type { Layout } from "./format.ts";
import { type JSONRecord, pathsOf, recordsOfDocument, recordsOfJSONLines, valueAt } from "./json.ts";
import { recordsOfTSV } from "./tsv.ts";

/** How the first row of a table was read, and what decided it. */
export interface FirstRow {
  /** Whether it holds the names of the columns. */
  readonly isHeader: boolean;
  /** Reason: an option, the names in it, or the values in it and in the other rows. */
  readonly by: "option" | "names" | "values";
  /** Number of later rows that repeat the header, which are skipped; absent if there are none. */
  readonly repeats?: number;
}

/** Rows of named columns. Rows and columns are counted from 0. */
export interface Table extends Layout {
  /** The names in the header, or else numbers from 1; the paths of the values in the first records of JSON. */
  readonly names: readonly string[];
  /** Number of rows. */
  readonly length: number;
  /** How the first row was read; absent for JSON. */
  readonly firstRow?: FirstRow;
  /** The path of the records in a JSON object that contains them. */
  readonly recordsPath?: string;
  /** Returns a value: text, or any value in JSON; undefined if a JSON record has none. */
  value(row: number, column: number): unknown;
  /** Names the place of a row in its file: "line 3". */
  place(row: number): string;
}

/** Decides whether the first row of a table holds the names of the columns. */
export type HeaderRule = (first: RowRecord, others: readonly RowRecord[]) => FirstRow;

/**
 * Reads a table. In a table with a delimiter, `header` says whether the first row is a header, or else `rule` decides.
 * Rows that have only empty fields or repeat the header are skipped.
 *
 * Throws `SyntaxError` or `RangeError`, with the line number, if the text does not have the layout, or a row does not
 * have as many fields as the first one.
 */
export function readTable(content: string, layout: Layout, { header, rule, paths }: {
  readonly header?: boolean;
  readonly rule: HeaderRule;
  /** Given the paths of the first JSON records, returns more that serve as columns if a record has a value there. */
  readonly paths: (names: readonly string[]) => readonly string[];
}): Table {
  const { format, delimiter } = layout;
  if (delimiter === undefined) {
    if (header === undefined) return readJSON(content, layout, paths);
    throw new InputRangeError(`expected CSV or TSV for --${header ? "header" : "no-header"}, found JSON; leave it out`);
  }
  // An empty line in place of the declaration keeps the numbers of the others.
  const body = declaredDelimiter(content) === undefined ? content : content.replace(/^[^\n]*/, "");
  const all = format === "tsv" ? recordsOfTSV(body) : eachRecordOfCSV(body, delimiter);
  const records: RowRecord[] = [];
  for (const record of all) if (record.fields.some((field) => field.trim() !== "")) records.push(record);
  const [first] = records;
  if (!first) throw new InputRangeError("expected at least 1 row, found none");
  const others = records.slice(1);
  const decision = header === undefined ? rule(first, others) : { isHeader: header, by: "option" } as const;
  const { isHeader } = decision;
  const names = isHeader ? first.fields : first.fields.map((_, i) => String(i + 1));
  // One pass, since each reads all of the rows from memory again.
  const rows = (isHeader ? others : records).filter((record) => {
    if (record.fields.length !== names.length) refuseWidth(records, names.length, record, delimiter);
    return !isHeader || record.fields.some((field, i) => field !== names[i]);
  });
  const repeats = isHeader ? others.length - rows.length : 0;
  return {
    ...layout,
    names,
    length: rows.length,
    firstRow: { ...decision, ...repeats > 0 && { repeats } },
    value: (row, column) => rows[row].fields[column],
    place: (row) => `line ${rows[row].line}`,
  };
}

/** Throws `RangeError` for a record that does not have as many fields as the first one, with the likely reason. */
function refuseWidth(
  records: readonly RowRecord[],
  width: number,
  { fields, line }: RowRecord,
  delimiter: string,
): never {
  const [first, second] = records;
  const isTitle = first.fields.filter((field) => field.trim() !== "").length === 1 && second.fields.length > width &&
    records.length > 2 && records.every((record, i) => i === 0 || record.fields.length === second.fields.length);
  if (isTitle) {
    throw new InputRangeError(
      `expected ${second.fields.length} fields on line ${first.line}, as on all later lines, found ${width}; remove ` +
        "this line if it is a title",
    );
  }
  const long = fields.findIndex((field) => field.includes("\n"));
  const start = line + (long < 0 ? 0 : lineEndsIn(fields.slice(0, long)));
  const reason = long >= 0
    ? `; a quoted field begins on line ${start} and ends on line ${start + lineEndsIn([fields[long]])}: look for a ` +
      "stray quote"
    : fields.length > width
    ? `; put quotes around fields that contain ${describeDelimiter(delimiter)}`
    : "";
  throw new InputRangeError(`expected ${count(width, "field")} on line ${line}, found ${fields.length}${reason}`);
}

function lineEndsIn(fields: readonly string[]): number {
  return fields.join("").split("\n").length - 1;
}

/** Number of JSON records whose values are columns. */
const INSPECTED_RECORDS = 1000;

function readJSON(content: string, layout: Layout, paths: (names: readonly string[]) => readonly string[]): Table {
  const { records, path }: { readonly records: JSONRecord[]; readonly path?: string } = layout.format === "json"
    ? recordsOfDocument(content)
    : { records: recordsOfJSONLines(content) };
  if (records.length === 0) throw new InputRangeError("expected at least 1 record, found none");
  const own = new Set(records.slice(0, INSPECTED_RECORDS).flatMap(({ value }) => pathsOf(value)));
  const more = paths([...own]).filter((path) => records.some(({ value }) => valueAt(value, path) !== undefined));
  const names = [...own.union(new Set(more))];
  const noun = layout.format === "json" ? "record" : "line";
  return {
    ...layout,
    names,
    length: records.length,
    ...path !== undefined && { recordsPath: path },
    value: (row, column) => valueAt(records[row].value, names[column]),
    place: (row) => `${noun} ${records[row].number}${path === undefined ? "" : ` of ${path}`}`,
  };
}

/**
 * Describes how a table was read, for people: its format, an unusual delimiter, columns, and the decision about its
 * first row.
 *
 * @example
 * ```ts
 * import { describeTable } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const firstRow = { isHeader: false, by: "values" } as const;
 * assertEquals(
 *   describeTable({ format: "csv", delimiter: ";", firstRow }, "columns 1 and 2"),
 *   "csv with semicolons, columns 1 and 2, first row read as data; --header if it is one",
 * );
 * ```
 */
export function describeTable(
  { format, delimiter, firstRow, recordsPath }: {
    readonly format: string;
    readonly delimiter?: string;
    readonly firstRow?: FirstRow;
    readonly recordsPath?: string;
  },
  columns?: string,
): string {
  const isUsual = delimiter === undefined || delimiter === "\t" && format === "tsv" || delimiter === ",";
  return [
    isUsual ? format : `${format} with ${describeDelimiter(delimiter)}`,
    ...recordsPath === undefined ? [] : [`records in ${abbreviate(recordsPath, 40)}`],
    ...columns === undefined ? [] : [columns],
    ...firstRow ? [describeFirstRow(firstRow)] : [],
  ].join(", ");
}

/** Describes how a first row was read, and the option for the opposite if no option decided it. */
function describeFirstRow({ isHeader, by, repeats }: FirstRow): string {
  const other = isHeader ? "; --no-header if it is data" : "; --header if it is one";
  const skipped = repeats === undefined ? "" : `, ${count(repeats, "repeat")} of it skipped`;
  return `first row read as ${isHeader ? "a header" : "data"}${skipped}${by === "option" ? "" : other}`;
}

/** Returns a value as text. Throws `RangeError` that names the column and the place if the value does not fit. */
export function expectText(
  table: Table,
  row: number,
  column: number,
  fits: (value: unknown) => boolean = (value) => typeof value === "string",
): string {
  const value = table.value(row, column);
  if (fits(value)) return String(value);
  const [name, place] = [describeValue(table.names[column]), table.place(row)];
  throw new InputRangeError(`expected a field ${name} with a text on ${place}, found ${describeValue(value)}`);
}

/**
 * Throws `RangeError` if a table has fewer columns than a reader needs, unless they have names in JSON, so that the
 * error for a missing one says more.
 */
export function expectWidth({ names, delimiter }: Table, least: number): void {
  if (names.length >= least || delimiter === undefined && names.length > 0) return;
  const advice = delimiter === undefined ? "" : `, separated by ${describeDelimiter(delimiter)}; set --delimiter`;
  throw new InputRangeError(`expected at least ${count(least, "column")}, found ${names.length}${advice}`);
}
