import { chooseColumns, isHeader } from "./columns.ts";
import type { Columns, Row, Rows } from "./rows.ts";
import type { RowRecord } from "./csv.ts";

/**
 * Reads the rows of a table. The first record is a header if it includes a usual column name or a requested one.
 * Without a header, columns are numbered; if there are two, the one with fewer distinct values holds the labels.
 */
export function readTable(records: readonly RowRecord[], columns: Columns): Rows {
  const [first] = records;
  const hasHeader = isHeader(first.fields, columns);
  const names = hasHeader ? first.fields : first.fields.map((_, i) => String(i + 1));
  const body = hasHeader ? records.slice(1) : records;
  for (const { fields, line } of body) {
    if (fields.length === names.length) continue;
    throw new RangeError(`expected ${names.length} fields on line ${line}, found ${fields.length}`);
  }
  const chosen = chooseColumns(names, hasHeader || columns.labelColumn ? columns : guessColumns(body, names, columns));
  const [text, label] = [names.indexOf(chosen.text), names.indexOf(chosen.label)];
  const rows = body.map(({ fields, line }): Row => ({ text: fields[text], label: fields[label].trim(), line }));
  return { rows, textColumn: chosen.text.trim(), labelColumn: chosen.label.trim() };
}

function guessColumns(body: readonly RowRecord[], names: readonly string[], columns: Columns): Columns {
  if (names.length !== 2) return columns;
  const [a, b] = [0, 1].map((i) => new Set(body.map(({ fields }) => fields[i])).size);
  return a <= b ? { labelColumn: "1", textColumn: "2", ...columns } : { labelColumn: "2", textColumn: "1", ...columns };
}
