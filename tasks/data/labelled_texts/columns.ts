import {
  expectColumns,
  expectWidth,
  findColumn,
  type FirstRow,
  isAsked,
  type Role,
  type RowRecord,
  type Table,
  usualColumn,
} from "../tables/mod.ts";
import type { Columns } from "./rows.ts";

/** Number of columns of which one determines the other. */
const PAIR = 2;

/** The columns of the texts and the labels. */
export function rolesOf({ textColumn, labelColumn }: Columns): readonly [text: Role, label: Role] {
  return [
    {
      content: "texts",
      option: "--text-column",
      names: ["text", "sentence", "review", "content", "comment", "tweet", "body", "message", "phrase"],
      asked: textColumn,
    },
    {
      content: "labels",
      option: "--label-column",
      names: ["label", "sentiment", "class", "category", "target", "polarity", "rating", "stars"],
      asked: labelColumn,
    },
  ];
}

/** Whether the names include a usual text column and a usual label column. */
export function hasUsualNames(names: readonly string[]): boolean {
  return rolesOf({}).every((role) => usualColumn(names, role) !== undefined);
}

/**
 * Decides whether the first row is a header: it is if it includes a requested column, or a usual name of a text or
 * label column. Otherwise it is one if its label, which is not a number, is the only one that does not occur again.
 */
export function decideFirstRow(first: RowRecord, others: readonly RowRecord[], columns: Columns): FirstRow {
  const roles = rolesOf(columns);
  const isNamed = roles.some((role) => isAsked(first.fields, role) || usualColumn(first.fields, role) !== undefined);
  if (isNamed) return { isHeader: true, by: "names" };
  const names = first.fields.map((_, i) => String(i + 1));
  const [text, label] = [columns.textColumn, columns.labelColumn].map((column) => names.indexOf(column ?? ""));
  const known = label >= 0 ? label : names.length !== PAIR ? -1 : text >= 0 ? 1 - text : labelColumnOf(others);
  return { isHeader: known >= 0 && isOddLabel(known, first, others), by: "values" };
}

function isOddLabel(column: number, first: RowRecord, others: readonly RowRecord[]): boolean {
  const labels = others.map(({ fields }) => fields[column] ?? "");
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const own = first.fields[column];
  return others.length > 1 && !counts.has(own) && !isNumber(own) && [...counts.values()].every((count) => count > 1);
}

function isNumber(text: string): boolean {
  return text.trim() !== "" && Number.isFinite(Number(text));
}

/** The one of two columns that has fewer distinct values. */
function labelColumnOf(rows: readonly Pick<RowRecord, "fields">[]): number {
  const [a, b] = [0, 1].map((i) => new Set(rows.map(({ fields }) => fields[i])).size);
  return a <= b ? 0 : 1;
}

/**
 * Chooses the columns of the texts and the labels: those requested, or else those with usual names. If there are only
 * two columns, knowing one determines the other; without a header, the one with fewer distinct values holds the labels.
 *
 * Throws `RangeError` if the columns cannot be determined.
 */
export function chooseColumns(table: Table, columns: Columns): number[] {
  const { names, length, firstRow } = table;
  expectWidth(table, PAIR);
  const roles = rolesOf(columns);
  const [text, label] = roles.map((role) => findColumn(names, role));
  if (names.length !== PAIR) return expectColumns(names, roles, [text, label]);
  if (text === undefined && label === undefined && firstRow) {
    const rows = Array.from({ length }, (_, row) => ({ fields: names.map((_, i) => table.value(row, i) as string) }));
    const guess = labelColumnOf(rows);
    return [1 - guess, guess];
  }
  const otherOf = (known: number | undefined) => known === undefined ? undefined : 1 - known;
  return expectColumns(names, roles, [text ?? otherOf(label), label ?? otherOf(text)]);
}
