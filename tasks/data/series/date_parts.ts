import type { Table } from "../tables/mod.ts";

/** Columns with the parts of a date, from long to short: those of a year, then a quarter or a month, a day, an hour. */
const PARTS: readonly (readonly string[])[] = [
  ["year", "yr"],
  ["month", "mon", "quarter", "qtr"],
  ["day", "day_of_month", "dom"],
  ["hour", "hr"],
  ["minute", "min"],
];

/** Names of columns that hold whole times, beside which parts are not needed. */
const WHOLE = ["date", "time", "timestamp", "datetime", "date_time", "ds"];

/** A table with times in the column of the years, and the columns that they come from. */
export interface JoinedDates {
  /** The table. */
  readonly table: Table;
  /** Numbers of the columns with the parts, from 0; that of the years comes first. */
  readonly columns: readonly number[];
}

/**
 * Joins the parts of dates, such as year and month, that a table has in columns of their own. Returns undefined if
 * there is no year with a quarter or a month, if there is a column of whole times, or if the columns have another role.
 */
export function joinDates(table: Table, taken: readonly number[]): JoinedDates | undefined {
  const lower = table.names.map((name) => name.trim().toLowerCase());
  if (table.length === 0 || WHOLE.some((name) => lower.includes(name))) return undefined;
  const columns: number[] = [];
  for (const names of PARTS) {
    const column = lower.findIndex((name) => names.includes(name));
    if (column < 0 || taken.includes(column)) break;
    columns.push(column);
    if (/^q/.test(lower[column])) break;
  }
  if (columns.length < 2) return undefined;
  const isQuarter = /^q/.test(lower[columns[1]]);
  const value = (row: number, column: number): unknown =>
    column === columns[0] ? dateOf(columns.map((part) => table.value(row, part)), isQuarter) : table.value(row, column);
  const [first] = columns;
  return /^\d{4}\D/.test(String(value(0, first))) ? { table: { ...table, value }, columns } : undefined;
}

/** Writes a date of its parts: "2010-1", "2010 Q1" or "2010-1-2 03:00"; parts that are no numbers stay as they are. */
function dateOf(parts: readonly unknown[], isQuarter: boolean): string {
  const texts = parts.map((part) => String(part ?? "").trim().replace(/\.0+$/, ""));
  const [year, month, day, hour, minute = "0"] = texts;
  if (isQuarter) return `${year} Q${month.replace(/^q/i, "")}`;
  const date = [year, month, ...day === undefined ? [] : [day]].join(/^\d+$/.test(month) ? "-" : " ");
  return hour === undefined ? date : `${date} ${hour}:${minute.padStart(2, "0")}`;
}
