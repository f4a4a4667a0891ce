import { InputRangeError } from "../../../errors.ts";
import { describeValue } from "../../../src/schema/mod.ts";
import { expectText, type Layout, readTable, type Table, usualColumn } from "../tables/mod.ts";
import { labelsOfField } from "./fasttext_labels.ts";
import { chooseColumns, decideFirstRow, rolesOf } from "./columns.ts";
import type { Columns, Row, Rows } from "./rows.ts";

/** Reads the texts and labels of a table. A label in JSON may also be a number, a boolean, or an array of labels. */
export function readTableRows(content: string, layout: Layout, columns: Columns, header?: boolean): Rows {
  const table = readTable(content, layout, {
    header,
    rule: (first, others) => decideFirstRow(first, others, columns),
    paths: (names) =>
      rolesOf(columns).flatMap((role) => role.asked ?? (usualColumn(names, role) === undefined ? role.names : [])),
  });
  if (table.length === 0) throw new InputRangeError("expected at least 1 row, found only a header");
  const [text, label] = chooseColumns(table, columns);
  const rows = Array.from({ length: table.length }, (_, row): Row => ({
    text: expectText(table, row, text),
    ...labelsAt(table, row, label),
  }));
  const { delimiter, firstRow, recordsPath, names, place } = table;
  return {
    rows,
    place,
    delimiter,
    firstRow,
    recordsPath,
    textColumn: names[text].trim(),
    labelColumn: names[label].trim(),
  };
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
