import type { Table } from "../tables/mod.ts";
import { readTimes } from "./times.ts";

/** Columns with the parts of a date, from long to short: those of a year, then a quarter or a month, a day, an hour. */
const PARTS: readonly (readonly string[])[] = [
  ["year", "yr"],
  ["month", "mon", "quarter", "qtr"],
  ["day", "day_of_month", "dom"],
  ["hour", "hr"],
  ["minute", "min"],
];

/** Names of columns that hold dates, and of those that may hold their times of day. */
const [DATES, CLOCKS] = [["date", "day", "dteday"], ["time", "hour", "hr"]] as const;

/** Times of day, and hours from 0 to 24. */
const CLOCK = /^\d{1,2}(?::\d{2}){1,2}(?:[.,]\d+)?(?: ?[ap]\.?m\.?)?$|^\d{1,2}\.\d{2}\.\d{2}$/i;
const HOUR = /^(?:1?\d|0\d|2[0-4])(?:\.0+)?$/;

/** Names of columns that hold whole times, beside which parts are not needed. */
const WHOLE = ["date", "time", "timestamp", "datetime", "date_time", "ds"];

/** A table with times in the column of the years or of the dates, and the columns that they come from. */
export interface JoinedDates {
  /** The table. */
  readonly table: Table;
  /** Numbers of the columns with the parts, from 0; the one that now holds the times comes first. */
  readonly columns: readonly number[];
}

/**
 * Joins the parts of times that a table has in columns of their own, such as year and month, or date and hour. Returns
 * undefined if there is no such pair, if there is a column of whole times, or if the columns have another role.
 */
export function joinDates(table: Table, taken: readonly number[]): JoinedDates | undefined {
  const lower = table.names.map((name, column) => taken.includes(column) ? "" : name.trim().toLowerCase());
  return joinClock(table, lower) ?? joinParts(table, lower);
}

/** Whether a column has times of day. */
export function hasClockTimes(table: Table, column: number): boolean {
  return textsOf(table, column).every((text) => CLOCK.test(text));
}

/** Joins dates, of which each has several rows, with their times of day. */
function joinClock(table: Table, lower: readonly string[]): JoinedDates | undefined {
  const date = DATES.map((name) => lower.indexOf(name)).find((column) => column >= 0);
  if (date === undefined || new Set(textsOf(table, date)).size === table.length) return undefined;
  const clock = CLOCKS.map((name) => lower.indexOf(name)).find((column) =>
    column >= 0 && textsOf(table, column).every((text) => CLOCK.test(text) || HOUR.test(text))
  );
  if (clock === undefined) return undefined;
  const value = (row: number, column: number): unknown =>
    column === date ? timeOf(table.value(row, date), table.value(row, clock)) : table.value(row, column);
  const joined = { ...table, value };
  return readTimes(textsOf(joined, date))?.wrong === -1 ? { table: joined, columns: [date, clock] } : undefined;
}

function textsOf(table: Table, column: number): string[] {
  return Array.from({ length: table.length }, (_, row) => String(table.value(row, column) ?? "").trim());
}

/** Writes a time of a date, perhaps at midnight, and a time of day or an hour: "2010-01-02 3:00". */
function timeOf(date: unknown, clock: unknown): string {
  const day = (date instanceof Date ? date.toISOString() : String(date ?? "").trim())
    .replace(/[T ]0?0:00(?::00(?:\.0+)?)?Z?$/, "");
  const time = String(clock ?? "").trim();
  return `${day} ${CLOCK.test(time) ? time.replace(/^(\d+)\.(\d+)\.(\d+)$/, "$1:$2:$3") : `${parseInt(time)}:00`}`;
}

function joinParts(table: Table, lower: readonly string[]): JoinedDates | undefined {
  if (table.length === 0 || WHOLE.some((name) => lower.includes(name))) return undefined;
  const columns: number[] = [];
  for (const names of PARTS) {
    const column = lower.findIndex((name) => names.includes(name));
    if (column < 0) break;
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
