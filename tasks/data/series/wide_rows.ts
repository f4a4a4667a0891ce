import { InputRangeError } from "../../../errors.ts";
import { count, describeValue } from "../../../src/schema/mod.ts";
import { type Table, usualColumn } from "../tables/mod.ts";
import { noteOnOrder, readExpected } from "./clock.ts";
import { type AskedColumns, type LikelyColumns, SERIES, TIME } from "./columns.ts";
import type { Frequency } from "./frequency.ts";
import { describeFrequency } from "./frequency_names.ts";
import { type Grid, gridOf, onGrid, sortRows } from "./grid.ts";
import { chooseFrequency, type GivenFrequency, timesFor } from "./infer_frequency.ts";
import { expectFew, type ReadSeries } from "./long_table.ts";
import { findComma, isMissing, numberAt, numberOf } from "./numbers.ts";
import type { Series } from "./series.ts";
import { formatTime, readTimes, type Times } from "./times.ts";

/** Number of rows that are inspected. */
const INSPECTED_ROWS = 20;

/**
 * Whether a table has a row for each series: the name of the series, then its values. The header then numbers the
 * values (`V2`, `V3`), or has their times; a table without a header has texts in the first column alone. Texts that are
 * times name no series, unless the header calls them so: then columns with numbers are series.
 */
export function isWide(table: Table, asked: AskedColumns & LikelyColumns): boolean {
  const { names, firstRow, delimiter } = table;
  const roles = [asked.time, asked.target, asked.known, asked.observed];
  if (delimiter === undefined || names.length < 3 || roles.some((role) => role !== undefined)) return false;
  const others = names.slice(1);
  if (usualColumn(names.slice(0, 1), TIME) !== undefined && !areTimes(others)) return false;
  if (firstRow?.isHeader && !areNumbered(others) && !areTimes(others)) return false;
  const rows = Array.from({ length: Math.min(INSPECTED_ROWS, table.length) }, (_, row) => row);
  const comma = findComma(table, others.map((_, i) => i + 1), asked.likelyComma);
  const isName = rows.every((row) => Number.isNaN(numberOf(table.value(row, 0)) ?? NaN));
  const isNamed = firstRow?.isHeader && usualColumn(names.slice(0, 1), SERIES) !== undefined;
  if (!isNamed && (!isName || readTimes(rows.map((row) => String(table.value(row, 0)).trim())))) return false;
  return rows.every((row) => others.some((_, i) => !Number.isNaN(numberOf(table.value(row, i + 1), comma) ?? NaN)));
}

/**
 * Whether names end with numbers that rise by one: `V2`, `V3` or `d_1`, `d_2`. Bare numbers that are dates, such as the
 * years 2010 and 2011, are times.
 */
function areNumbered(names: readonly string[]): boolean {
  const trimmed = names.map((name) => name.trim());
  const numbers = trimmed.map((name) => /^[\p{L}_ .-]{0,12}(\d+)$/u.exec(name)?.[1]).map(Number);
  return numbers.every((number, i) => i === 0 ? !Number.isNaN(number) : number === numbers[i - 1] + 1) &&
    !(trimmed.every((name) => /^\d{4,8}$/.test(name)) && readTimes(trimmed)?.wrong === -1);
}

function areTimes(names: readonly string[]): boolean {
  return !areNumbered(names) && readTimes(names.map((name) => name.trim()))?.wrong === -1;
}

/** How a table that has a row for each series is read. */
interface WideOptions extends Pick<LikelyColumns, "likelyComma"> {
  /** Distance between the times, if it is given. */
  readonly frequency: GivenFrequency;
  /** Maximum number of values of all series, with the missing ones. */
  readonly mostValues: number;
}

/**
 * Reads a table that has a row for each series. The times of a header may stand in any order; those that lack a column
 * become missing values.
 *
 * Throws `RangeError` with the line if a value is not a number, or with the column if a time is between steps.
 */
export function readWideRows(table: Table, { frequency: given, mostValues, likelyComma }: WideOptions): ReadSeries {
  const names = table.names.slice(1).map((name) => name.trim());
  const columns = names.map((_, i) => i + 1);
  const comma = findComma(table, columns, likelyComma);
  const frequency = given.asked ?? given.likely;
  const read = areTimes(names) ? readExpected(names, frequency) : undefined;
  const timed = read && gridByHeader(read, given);
  if (timed) expectFew(timed.grid.length * table.length, mostValues, "column");
  const lines = new Map<string, string>();
  const series = Array.from({ length: table.length }, (_, row): Series => {
    const id = String(table.value(row, 0)).trim();
    refuseRepeated(lines, id, table.place(row));
    const values = Float64Array.from(columns, (column) => numberAt(table, row, column, comma));
    return timed ? { id, values: onGrid(timed.grid, values), start: timed.start } : { id, values };
  });
  const order = read && noteOnOrder(names[0], read);
  const notes = [...order ? [order] : [], ...timed?.notes ?? []];
  return { series, frequency: timed?.frequency ?? frequency, comma, notes };
}

/** Puts the times of a header on a grid, whose rows are the columns of the values. */
function gridByHeader(
  read: Times,
  given: GivenFrequency,
): { grid: Grid; frequency: Frequency; start: number; notes: string[] } {
  const words = {
    place: (column: number): string => `column ${column + 2} of the header`,
    show: formatTime,
    step: describeFrequency,
    // A row is a series here.
    advice: "",
  };
  const rows = Array.from(read.times, (_, column) => column);
  const sorted = sortRows({ rows, times: read.times, ...words });
  const [ascending, wall] = [read.times, read.wall].map((times) =>
    Float64Array.from(sorted, (column) => times[column])
  );
  const frequency = chooseFrequency(given, [ascending], [wall]);
  if (frequency === undefined) {
    throw new InputRangeError("expected times of the header at distances of whole seconds, found shorter ones");
  }
  const times = timesFor(frequency, read);
  const grid = gridOf(sorted, { times, ...words }, frequency);
  const inserted = grid.length - sorted.length;
  const notes = [
    ...sorted.some((column, i) => column !== i) ? ["Columns sorted by time."] : [],
    ...inserted > 0 ? [`${count(inserted, "time")} without a column inserted, with missing values.`] : [],
  ];
  return { grid, frequency, start: times[sorted[0]], notes };
}

/** Throws `RangeError` if a series has no name, or if there has been one with its name. */
export function refuseRepeated(places: Map<string, string>, id: string, place: string): void {
  if (isMissing(id)) throw new InputRangeError(`expected the name of a series on ${place}, found none`);
  const before = places.get(id);
  if (before !== undefined) {
    throw new InputRangeError(
      `expected different names of series, found ${describeValue(id)} on ${before} and on ${place}`,
    );
  }
  places.set(id, place);
}
