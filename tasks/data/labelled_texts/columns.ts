import { InputRangeError } from "../../../errors.ts";
import {
  expectColumns,
  expectWidth,
  findColumn,
  type FirstRow,
  isAsked,
  pairOfRoles,
  type Role,
  type RowRecord,
  type Table,
  usualColumn,
} from "../tables/mod.ts";
import type { Columns } from "./rows.ts";

/** Number of columns of which one determines the other. */
const PAIR = 2;

/** The columns of the texts and the labels. */
export function rolesOf({ textColumn, labelColumn, likely = {} }: Columns): readonly [text: Role, label: Role] {
  return pairOfRoles(
    {
      content: "texts",
      option: "--text-column",
      names: ["text", "sentence", "review", "content", "comment", "tweet", "body", "message", "phrase", "sequence"],
      asked: textColumn,
      likely: likely.textColumn,
    },
    {
      content: "labels",
      option: "--label-column",
      names: [
        ...["label", "sentiment", "class", "category", "target", "polarity", "rating", "stars"],
        ...["labels", "sentiments", "classes", "categories", "targets"],
      ],
      asked: labelColumn,
      likely: likely.labelColumn,
    },
  );
}

/** Whether the names include a usual text column and a usual label column. */
export function hasUsualNames(names: readonly string[]): boolean {
  return rolesOf({}).every((role) => usualColumn(names, role) !== undefined);
}

/**
 * Decides whether the first row is a header: it is if it includes a requested column, or the usual name of a text or
 * label column, unless the other rows contradict that. Otherwise it is one if its label, which is not a number, is the
 * only one that does not occur again.
 *
 * Throws `RangeError` if one of the next rows is the header.
 */
export function decideFirstRow(first: RowRecord, others: readonly RowRecord[], columns: Columns): FirstRow {
  const roles = rolesOf(columns);
  if (roles.some((role) => isAsked(first.fields, role))) return { isHeader: true, by: "option" };
  const names = first.fields.map((_, i) => String(i + 1));
  const [text, label] = [columns.textColumn, columns.labelColumn].map((column) => names.indexOf(column ?? ""));
  const asked = label >= 0 ? label : names.length === PAIR && text >= 0 ? 1 - text : undefined;
  if (isNamed(first, others, { asked, likely: columns.likely })) return { isHeader: true, by: "names" };
  refuseLateHeader(first, others);
  const known = asked ?? (names.length === PAIR ? labelColumnOf(others, columns.likely?.labels) : undefined);
  return { isHeader: known !== undefined && isOddLabel(known, first, others), by: "values" };
}

/** Number of rows in which a name may occur again. */
const INSPECTED_ROWS = 1000;

/**
 * Whether the first row has likely or usual names of both columns, or one that the other rows do not contradict: it does
 * not occur again in its column, and neither does the name of the labels, whose column is `asked` if it is known. If the
 * other one of two fields is no name, they must also fit the rule that labels have fewer distinct values than texts.
 */
function isNamed(
  { fields }: RowRecord,
  others: readonly RowRecord[],
  { asked, likely }: { readonly asked: number | undefined; readonly likely: Columns["likely"] },
): boolean {
  const [text, label] = rolesOf({ likely }).map((role) => usualColumn(fields, role));
  if (text !== undefined && label !== undefined) return true;
  const rows = others.slice(0, INSPECTED_ROWS);
  const recurs = (column: number): boolean => rows.some((row) => row.fields[column] === fields[column]);
  const known = text ?? label;
  if (known === undefined || recurs(known) || asked !== undefined && recurs(asked)) return false;
  if (fields.length !== PAIR || rows.length === 0) return true;
  const labels = label ?? 1 - known;
  return !recurs(labels) && (isName(fields[1 - known]) || distinctIn(rows, labels) <= distinctIn(rows, 1 - labels));
}

/** Whether a field could be the name of a column: one or two words. */
function isName(field: string): boolean {
  return !isNumber(field) && /^\s*\S+(?:\s+\S+)?\s*$/.test(field);
}

/** Number of rows in which to look for a header that is not the first one. */
const MAX_LINES_ABOVE = 5;

function refuseLateHeader({ line }: RowRecord, others: readonly RowRecord[]): void {
  const late = others.slice(0, MAX_LINES_ABOVE).find(({ fields }) => hasUsualNames(fields));
  if (late === undefined) return;
  throw new InputRangeError(
    `expected the names of the columns on line ${line}, found them on line ${late.line}; remove the lines above them, ` +
      "or pass --no-header if they are data",
  );
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

/** The one of two columns that has labels alone if these are known, or else fewer distinct values. */
function labelColumnOf(rows: readonly Pick<RowRecord, "fields">[], labels: readonly string[] = []): number {
  const known = new Set(labels);
  const areLabels = [0, 1].map((column) => rows.every(({ fields }) => known.has(fields[column]?.trim())));
  if (areLabels[0] !== areLabels[1]) return areLabels.indexOf(true);
  return distinctIn(rows, 0) <= distinctIn(rows, 1) ? 0 : 1;
}

function distinctIn(rows: readonly Pick<RowRecord, "fields">[], column: number): number {
  return new Set(rows.map(({ fields }) => fields[column])).size;
}

/**
 * Chooses the columns of the texts and the labels: those requested, or else those with usual names. If there are only
 * two columns, knowing one determines the other; without usual names, the one with fewer distinct values holds the
 * labels.
 *
 * Throws `RangeError` if the columns cannot be determined.
 */
export function chooseColumns(table: Table, columns: Columns): number[] {
  const { names, length, firstRow } = table;
  expectWidth(table, PAIR);
  const roles = rolesOf(columns);
  // Of two columns of a header that the values showed, even usual names may be names of labels.
  const isSure = names.length !== PAIR || firstRow?.by !== "values";
  const [text, label] = roles.map((role) => isSure || role.asked !== undefined ? findColumn(names, role) : undefined);
  if (names.length !== PAIR) return expectColumns(names, roles, [text, label]);
  if (text === undefined && label === undefined && firstRow) {
    const rows = Array.from({ length }, (_, row) => ({ fields: names.map((_, i) => table.value(row, i) as string) }));
    const guess = labelColumnOf(rows, columns.likely?.labels);
    return [1 - guess, guess];
  }
  const otherOf = (known: number | undefined) => known === undefined ? undefined : 1 - known;
  return expectColumns(names, roles, [text ?? otherOf(label), label ?? otherOf(text)]);
}
