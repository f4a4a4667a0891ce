import { InputRangeError } from "../../../errors.ts";
import { describeList, describeValue } from "../../../src/schema/mod.ts";
import { findColumn, type Role, type Table, usualColumn } from "../tables/mod.ts";
import { type Comma, findComma, isMissing, isNumeric } from "./numbers.ts";
import { type Clock, findClock, noteUnread } from "./clock.ts";
import { hasClockTimes, joinDates, type JoinedDates } from "./date_parts.ts";
import type { Frequency } from "./frequency.ts";

/** The columns of a table of series, by their names or numbers from 1. */
export interface AskedColumns {
  /** Column of the times. Default: one with a usual name, or the first one with times. */
  readonly time?: string;
  /** Columns of the values. Default: one with a usual name, or all numeric columns that have no other role. */
  readonly target?: readonly string[];
  /** Columns that tell series apart. Default: one with a usual name, if times repeat. */
  readonly series?: readonly string[];
  /** Columns that are known ahead, such as holidays. */
  readonly known?: readonly string[];
  /** Columns that are known only for the past, such as other measurements. */
  readonly observed?: readonly string[];
  /** Columns that do not change within a series, such as a region. */
  readonly static?: readonly string[];
}

/** Facts about similar tables, which hold where nothing else is asked for. */
export interface LikelyColumns {
  /** Name of the column of the values. */
  readonly likelyTarget?: string;
  /** How numbers write decimals, where they leave it open. */
  readonly likelyComma?: Comma;
}

/** The columns of a table by what they hold, as numbers from 0. */
export interface SeriesColumns {
  /** The times; undefined if the rows stand at equal distances in file order. */
  readonly clock?: Clock;
  readonly targets: readonly number[];
  readonly series: readonly number[];
  readonly known: readonly number[];
  readonly observed: readonly number[];
  readonly statics: readonly number[];
  /** Columns without a role. */
  readonly ignored: readonly number[];
  /** How numbers write decimals. */
  readonly comma?: Comma;
  /** A note on how the times were read, or why not. */
  readonly note?: string;
}

export const TIME: Role = {
  content: "times",
  option: "--time",
  names: [
    "date",
    "time",
    "timestamp",
    "datetime",
    "date_time",
    "ds",
    "day",
    "week",
    "month",
    "quarter",
    "year",
    "period",
    "t",
    "index",
    "step",
  ],
};

export const SERIES: Role = {
  content: "series",
  option: "--series",
  names: [
    "unique_id",
    "series_id",
    "item_id",
    "series",
    "series_name",
    "id",
    "symbol",
    "ticker",
    "store",
    "shop",
    "sensor",
    "station",
    "item",
    "product",
    "location",
    "region",
    "country",
    "city",
    "name",
  ],
};

export const TARGET: Role = { content: "values", option: "--target", names: ["target", "y", "value", "values"] };

/** Returns the role of the values, whose likely name comes before the usual ones. */
export function targetRole({ likelyTarget: likely }: LikelyColumns): Role {
  return { ...TARGET, likely };
}

/** Usual names of a column that numbers the rows; programs that write tables leave it without one. */
const ROW_NUMBERS = ["", "no", "nr", "row", "rownames", "row_number", "unnamed: 0", "x1"];

const OPTIONS = { known: "--known", observed: "--observed", static: "--static" } as const;

/** Whether some fields look like the header of a table of series. */
export function isSeriesHeader(names: readonly string[]): boolean {
  return names.length > 1 && [TIME, SERIES].some((role) => usualColumn(names, role) !== undefined);
}

/**
 * Finds the columns of a table that has a row for each time. Throws `RangeError` if one does not exist, if one has two
 * roles, or if it is not clear which column tells series with the same times apart. An expected distance between times
 * decides between orders of day and month.
 */
export function findColumns(
  table: Table,
  asked: AskedColumns & LikelyColumns,
  expected?: Frequency,
): SeriesColumns {
  const { names } = table;
  const all = (option: string, wanted: readonly string[] = []): number[] =>
    wanted.map((name) => findColumn(names, { content: "", option, names: [], asked: name })!);
  const given = {
    targets: all("--target", asked.target),
    series: all("--series", asked.series),
    known: all(OPTIONS.known, asked.known),
    observed: all(OPTIONS.observed, asked.observed),
    statics: all(OPTIONS.static, asked.static),
  };
  const taken = Object.values(given).flat();
  const joined = asked.time === undefined ? joinDates(table, taken) : undefined;
  const clock = joined
    ? { ...readJoined(joined, expected), parts: joined.columns }
    : findClock(table, { ...TIME, asked: asked.time }, taken, expected);
  const used = clock ? [...taken, ...joined?.columns ?? [clock.column]] : taken;
  refuseTwice(names, used);
  const rest = names.map((_, column) => column).filter((column) => !used.includes(column));
  const series = given.series.length > 0 || !clock?.repeats ? given.series : seriesColumns(table, rest, clock);
  const comma = findComma(table, names.map((_, column) => column), asked.likelyComma);
  const free = rest.filter((column) => !series.includes(column));
  const role = targetRole(asked);
  const targets = given.targets.length > 0 ? given.targets : targetColumns(table, free, role, series.length > 0, comma);
  refuseSameName(names, targets);
  const chosen = new Set(targets);
  const ignored = free.filter((column) => !chosen.has(column));
  const note = clock ? clock.note : noteUnread(table, TIME, used);
  return { ...given, clock, series, targets, ignored, comma, note };
}

/** Reads the times of joined dates. Throws `RangeError` with the line if they are none. */
function readJoined({ table, columns: [column] }: JoinedDates, expected?: Frequency): Clock {
  return findClock(table, { ...TIME, asked: String(table.names[column]) }, [], expected)!;
}

function refuseTwice(names: readonly string[], used: readonly number[]): void {
  const twice = used.find((column, i) => used.indexOf(column) < i);
  if (twice === undefined) return;
  throw new InputRangeError(`expected one role for each column, found several for ${describeValue(names[twice])}`);
}

/** Throws `RangeError` if two columns of values have the same name, since each becomes a series of its name. */
function refuseSameName(names: readonly string[], targets: readonly number[]): void {
  const trimmed = targets.map((column) => names[column].trim());
  const twice = trimmed.findIndex((name, i) => trimmed.indexOf(name) < i);
  if (twice < 0) return;
  const [first, second] = [targets[trimmed.indexOf(trimmed[twice])], targets[twice]].map((column) => column + 1);
  throw new InputRangeError(
    `expected different names of series, found ${describeValue(trimmed[twice])} for the columns ${first} and ${second}`,
  );
}

/**
 * The column that tells series with the same times apart: one with a usual name, or the only one with texts that are no
 * times of day.
 */
function seriesColumns(table: Table, rest: readonly number[], clock: Clock): number[] {
  const names = rest.map((column) => table.names[column]);
  const usual = usualColumn(names, SERIES);
  if (usual !== undefined) return [rest[usual]];
  const texts = rest.filter((column) =>
    typeof table.value(0, column) === "string" && !isNumeric(table, column) && !hasClockTimes(table, column)
  );
  const fitting = texts.filter((column) => tellsApart(table, clock, column));
  if (fitting.length === 1) return fitting;
  // Without a candidate, the times of one series repeat, which is refused later.
  if (texts.length === 0) return [];
  const [time, first, second] = clock.repeats!;
  throw new InputRangeError(
    `expected --series, the column that tells series apart, since ${time} is on ${first} and on ${second}; found the ` +
      `columns ${describeList(table.names)}`,
  );
}

/** Whether no two rows with the same time have the same value in a column. */
function tellsApart(table: Table, { times }: Clock, column: number): boolean {
  const seen = new Set<string>();
  for (let row = 0; row < table.length; row++) seen.add(`${times[row]} ${table.value(row, column)}`);
  return seen.size === table.length;
}

/** The columns of values that are not asked for. Throws `RangeError` if there are none, or several for each series. */
function targetColumns(
  table: Table,
  free: readonly number[],
  role: Role,
  isLong: boolean,
  comma: Comma | undefined,
): number[] {
  const usual = usualColumn(free.map((column) => table.names[column]), role);
  if (usual !== undefined) return [free[usual]];
  const numbers = free.filter((column) => isNumeric(table, column, comma));
  const others = numbers.filter((column) => !countsRows(table, column));
  const numeric = others.length > 0 ? others : numbers;
  if (numeric.length === 1 || numeric.length > 1 && !isLong) return numeric;
  const found = numeric.length > 0
    ? `the numeric columns ${describeList(numeric.map((column) => table.names[column]))}`
    : free.length > 0
    ? `no numeric column among ${describeList(free.map((column) => table.names[column]))}${
      wrongNumber(table, free, comma)
    }`
    : `the columns ${describeList(table.names)}`;
  throw new InputRangeError(`expected --target, the column of the values to forecast, found ${found}`);
}

/** Whether a column without a name numbers the rows of a table from 0 or 1, as the index of a data frame does. */
function countsRows(table: Table, column: number): boolean {
  if (!ROW_NUMBERS.includes(table.names[column].trim().toLowerCase())) return false;
  const first = Number(table.value(0, column));
  if (first !== 0 && first !== 1) return false;
  return Array.from({ length: table.length }, (_, row) => row)
    .every((row) => Number(table.value(row, column)) === first + row);
}

/** Says why a column that mostly has numbers is not numeric. */
function wrongNumber(table: Table, free: readonly number[], comma: Comma | undefined): string {
  for (const column of free) {
    if (!isNumeric({ ...table, length: 1 }, column, comma)) continue;
    for (let row = 1; row < table.length; row++) {
      const value = table.value(row, column);
      if (isMissing(value) || isNumeric({ ...table, length: 1, value: () => value }, column, comma)) continue;
      return `: ${describeValue(value)} in ${describeValue(table.names[column])} on ${table.place(row)} is no number`;
    }
  }
  return "";
}
