import { InputRangeError } from "../../../errors.ts";
import { abbreviate, describeValue } from "../../../src/schema/mod.ts";
import { expectText, type Layout, readTable, type Table } from "../tables/mod.ts";
import { labelOfField } from "./fasttext_labels.ts";
import { chooseColumns, decideFirstRow } from "./columns.ts";
import type { Columns, Row, Rows } from "./rows.ts";

/** Reads the texts and labels of a table. A label in JSON may also be a number or a boolean. */
export function readTableRows(content: string, layout: Layout, columns: Columns, header?: boolean): Rows {
  const { textColumn, labelColumn } = columns;
  const table = readTable(content, layout, {
    header,
    rule: (first, others) => decideFirstRow(first, others, columns),
    paths: [textColumn, labelColumn].filter((path) => path !== undefined),
  });
  if (table.length === 0) throw new InputRangeError("expected at least 1 row, found only a header");
  const [text, label] = chooseColumns(table, columns);
  const rows = Array.from({ length: table.length }, (_, row): Row => ({
    text: expectText(table, row, text),
    label: labelOfField(expectText(table, row, label, isLabel).trim(), () => table.place(row)),
  }));
  refuseRowsInTexts(table, rows, label);
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

/** Number of rows within a text that show a stray quote. */
const ENOUGH_ROWS = 2;

/** Throws `RangeError` if most lines within a text of a CSV file are rows with known labels: a stray quote opened it. */
function refuseRowsInTexts(table: Table, rows: readonly Row[], column: number): void {
  const { format, delimiter, names } = table;
  if (format !== "csv" || delimiter === undefined) return;
  const labels = new Set(rows.map(({ label }) => label));
  for (const [row, { text }] of rows.entries()) {
    if (!text.includes("\n")) continue;
    const lines = text.split("\n").slice(1, -1);
    const inner = lines.filter((line) => {
      const fields = line.split(delimiter);
      return fields.length === names.length && labels.has(fields[column].trim());
    });
    if (inner.length < ENOUGH_ROWS || inner.length <= lines.length / 2) continue;
    const place = table.place(row);
    throw new InputRangeError(
      `expected a text on ${place}, found one of ${lines.length + 2} lines that contains rows such as ` +
        `${describeValue(abbreviate(inner[0], 40))}; remove the quote that opens on ${place}, or close it`,
    );
  }
}

function isLabel(value: unknown): boolean {
  return typeof value === "string" || typeof value === "boolean" ||
    (typeof value === "number" && Number.isFinite(value));
}
