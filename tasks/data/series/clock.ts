import { InputRangeError } from "../../../errors.ts";
import { describeValue } from "../../../src/schema/mod.ts";
import { findColumn, type Role, type Table } from "../tables/mod.ts";
import type { Frequency } from "./frequency.ts";
import { describeFrequency } from "./frequency_names.ts";
import { hasDistance } from "./infer_frequency.ts";
import { isMissing, isNumeric } from "./numbers.ts";
import { formatTime, readTimes, type Times } from "./times.ts";

/** The column of a table that orders its rows: times, or whole numbers that count steps. */
export interface Clock {
  /** Number of the column, from 0. */
  readonly column: number;
  /** Numbers of the columns with parts of the times, if there are several. */
  readonly parts?: readonly number[];
  /** For each row, its time in milliseconds since 1970, UTC, or its number times 1000, as if steps were seconds. */
  readonly times: Float64Array;
  /** The same on the clock of the row's zone, by which days count. */
  readonly wall: Float64Array;
  /** Whether rows are numbered. */
  readonly isNumbered: boolean;
  /** A time that occurs twice, and the places of both; undefined if there is none. */
  readonly repeats?: readonly [time: string, first: string, second: string];
  /** A note on how the times were read, if they could be read otherwise. */
  readonly note?: string;
}

/** Formats a time of a clock for messages. */
export function showTime({ isNumbered }: Pick<Clock, "isNumbered">): (time: number) => string {
  return isNumbered ? (time) => String(time / 1000) : formatTime;
}

/** Describes the distance between two times of a clock for messages. */
export function showStep({ isNumbered }: Pick<Clock, "isNumbered">): (frequency: Frequency) => string {
  return isNumbered ? ({ count }) => String(count) : describeFrequency;
}

/**
 * Finds and reads the column of the times: the one that is asked for, one with a usual name, or the first column if it
 * has times in words. Returns undefined if there is none. If day and month could be swapped, the order is the one with
 * the expected distance. Throws `RangeError` with the line if a value is not a time.
 */
export function findClock(
  table: Table,
  role: Role,
  taken: readonly number[],
  expected?: Frequency,
): Clock | undefined {
  if (role.asked !== undefined) return readClock(table, findColumn(table.names, role)!, true, expected);
  const lower = table.names.map((name) => name.trim().toLowerCase());
  const usual = role.names.flatMap((name) => lower.flatMap((own, column) => own === name ? [column] : []));
  const first = isNumeric(table, 0) ? [] : [0];
  for (const column of [...usual, ...first].filter((column) => !taken.includes(column))) {
    const clock = readClock(table, column, false, expected);
    if (clock) return clock;
  }
  return undefined;
}

/**
 * A note on a column with a usual name of times that has texts which are none; undefined if there is no such column.
 */
export function noteUnread(table: Table, { names: usual }: Role, taken: readonly number[]): string | undefined {
  const column = table.names.findIndex((name, column) =>
    usual.includes(name.trim().toLowerCase()) && !taken.includes(column) && !isNumeric(table, column)
  );
  const row = Array.from({ length: column < 0 ? 0 : table.length }, (_, row) => row)
    .find((row) => !isMissing(table.value(row, column)));
  if (row === undefined) return undefined;
  const [name, found] = [table.names[column], table.value(row, column)].map(describeValue);
  return `No times found in the column ${name}, which has ${found} on ${table.place(row)}: rows count as steps.`;
}

function readClock(table: Table, column: number, isAsked: boolean, expected?: Frequency): Clock | undefined {
  const texts = Array.from({ length: table.length }, (_, row) => textOf(table.value(row, column)));
  const read = readExpected(texts, expected);
  const numbers = read && read.wrong < 0 ? undefined : numbersOf(texts);
  if (!read && !numbers) {
    if (!isAsked) return undefined;
    return refuseTime(table, column, texts, 0);
  }
  if (!numbers && read!.wrong >= 0) return refuseTime(table, column, texts, read!.wrong, read);
  const { times, wall } = numbers ? { times: numbers, wall: numbers } : read!;
  const clock = { column, times, wall, isNumbered: numbers !== undefined };
  return { ...clock, repeats: repeatsOf(table, clock), note: numbers ? undefined : noteOnOrder(texts[0], read!) };
}

/** Returns a note on how times such as `text` were read, if they could be read otherwise. */
export function noteOnOrder(text: string, { format, other }: Times): string | undefined {
  if (!other) return undefined;
  return `Dates such as ${text} read as ${format.name}; write them as year-month-day if they are not.`;
}

/** Reads times; of two orders of day and month, in the one with the expected distance. */
export function readExpected(texts: readonly string[], expected: Frequency | undefined): Times | undefined {
  const read = readTimes(texts);
  if (!read?.other || !expected || hasDistance(read, expected) || !hasDistance(read.other, expected)) return read;
  return { ...read.other, other: read };
}

function refuseTime(table: Table, column: number, texts: readonly string[], row: number, read?: Times): never {
  const as = read ? `, written as the others are (${read.format.name})` : ", such as 2016-07-01 or 2016-07-01 13:00";
  const [name, found] = [describeValue(table.names[column]), describeValue(texts[row])];
  throw new InputRangeError(`expected a time in the column ${name} on ${table.place(row)}${as}, found ${found}`);
}

function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return value === undefined || value === null ? "" : String(value).trim();
}

/** Whole numbers in place of times, as if they counted seconds; undefined if one is none. */
function numbersOf(texts: readonly string[]): Float64Array | undefined {
  return texts.every((text) => /^-?\d{1,9}(?:\.0+)?$/.test(text))
    ? Float64Array.from(texts, (text) => Number(text) * 1000)
    : undefined;
}

function repeatsOf(table: Table, clock: Pick<Clock, "times" | "isNumbered">): Clock["repeats"] {
  const rows = new Map<number, number>();
  for (const [row, time] of clock.times.entries()) {
    const before = rows.get(time);
    if (before !== undefined) return [showTime(clock)(time), table.place(before), table.place(row)];
    rows.set(time, row);
  }
  return undefined;
}
