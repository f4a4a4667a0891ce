import { InputRangeError } from "../../../errors.ts";
import { describeValue } from "../../../src/schema/mod.ts";
import { expectText, type Layout, readTable, type Table, usualColumn } from "../tables/mod.ts";
import { labelsOfField } from "./fasttext_labels.ts";
import { chooseColumns, decideFirstRow, rolesOf } from "./columns.ts";
import type { Columns, Row, Rows } from "./rows.ts";

/**
 * Reads the texts and labels of a table. A label in JSON may also be a number, a boolean, or an array of labels; or
 * each label has a column of its own with 0 or 1, and the requested column lists these.
 */
export function readTableRows(content: string, layout: Layout, asked: Columns, header?: boolean): Rows {
  const table = readTable(content, layout, {
    header,
    rule: (first, others) => decideFirstRow(first, others, settle(asked, first.fields).columns),
    paths: (names) =>
      rolesOf(asked).flatMap((role) =>
        role.asked ??
          [
            ...role.likely === undefined ? [] : [role.likely],
            ...usualColumn(names, role) === undefined ? role.names : [],
          ]
      ),
  });
  if (table.length === 0) throw new InputRangeError("expected at least 1 row, found only a header");
  const { columns, indicators } = settle(asked, table.names);
  const [text, label] = chooseColumns(table, columns);
  const rows = Array.from({ length: table.length }, (_, row): Row => ({
    text: expectText(table, row, text),
    ...indicators ? indicatedAt(table, row, indicators) : labelsAt(table, row, label),
  }));
  const { delimiter, firstRow, recordsPath, names, place } = table;
  return {
    rows,
    place,
    delimiter,
    firstRow,
    recordsPath,
    textColumn: names[text].trim(),
    labelColumn: indicators ? asked.labelColumn ?? asked.likely?.labelColumn : names[label].trim(),
  };
}

/** The requested columns, of which that of the labels is the first if each label has one, and the places of these. */
interface SettledColumns {
  readonly columns: Columns;
  readonly indicators?: readonly number[];
}

/** Finds out whether the requested column of the labels lists columns, which commas divide. */
function settle(columns: Columns, fields: readonly string[]): SettledColumns {
  const { labelColumn = columns.likely?.labelColumn ?? "" } = columns;
  const [names, listed] = [fields, labelColumn.split(",")].map((list) => list.map((name) => name.trim()));
  const indicators = listed.map((name) => names.indexOf(name));
  if (listed.length === 1 || names.includes(labelColumn.trim()) || indicators.includes(-1)) return { columns };
  return { columns: { ...columns, labelColumn: listed[0] }, indicators };
}

/** Returns the labels whose columns have 1 in a row. */
function indicatedAt(table: Table, row: number, indicators: readonly number[]): Omit<Row, "text"> {
  const labels = indicators.flatMap((column) => {
    const value = table.value(row, column);
    const field = String(value).trim().toLowerCase();
    const name = table.names[column].trim();
    if (/^(?:1|true)$/.test(field)) return [name];
    if (/^(?:0|false)$/.test(field)) return [];
    throw new InputRangeError(
      `expected 0 or 1 in ${describeValue(name)} on ${table.place(row)}, found ${describeValue(value)}`,
    );
  });
  return { label: labels.join("|"), labels };
}

function labelsAt(table: Table, row: number, column: number): Omit<Row, "text"> {
  const isList = (value: unknown): value is unknown[] => Array.isArray(value) && value.every(isLabel);
  const field = expectText(table, row, column, (value) => isLabel(value) || isList(value)).trim();
  const value = table.value(row, column);
  if (!isList(value)) return labelsOfField(field);
  const labels = value.map((label) => String(label).trim());
  if (!labels.includes("")) return { label: field, labels };
  throw new InputRangeError(
    `expected labels that are not empty on ${table.place(row)}, found ${describeValue(value)}`,
  );
}

function isLabel(value: unknown): boolean {
  return typeof value === "string" || typeof value === "boolean" ||
    (typeof value === "number" && Number.isFinite(value));
}
