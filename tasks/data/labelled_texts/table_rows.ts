import { InputRangeError } from "../../../errors.ts";
import { expectText, type Layout, readTable, usualColumn } from "../tables/mod.ts";
import { labelOfField } from "./fasttext_labels.ts";
import { chooseColumns, decideFirstRow, rolesOf } from "./columns.ts";
import type { Columns, Row, Rows } from "./rows.ts";

/** Reads the texts and labels of a table. A label in JSON may also be a number or a boolean. */
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
    label: labelOfField(expectText(table, row, label, isLabel).trim(), () => table.place(row)),
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

function isLabel(value: unknown): boolean {
  return typeof value === "string" || typeof value === "boolean" ||
    (typeof value === "number" && Number.isFinite(value));
}
