import { InputRangeError } from "../../../errors.ts";
import { describeValue } from "../../../src/schema/mod.ts";
import { type Table, usualColumn } from "../tables/mod.ts";
import { type AskedColumns, SERIES, TIME } from "./columns.ts";
import type { Frequency } from "./frequency.ts";
import { inferFrequency, timesFor } from "./infer_frequency.ts";
import type { ReadSeries } from "./long_table.ts";
import { findComma, isMissing, numberAt, numberOf } from "./numbers.ts";
import type { Series } from "./series.ts";
import { readTimes } from "./times.ts";

/** Number of rows that are inspected. */
const INSPECTED_ROWS = 20;

/**
 * Whether a table has a row for each series: the name of the series, then its values. The header then numbers the
 * values (`V2`, `V3`), or has their times; a table without a header has texts in the first column alone. Texts that are
 * times name no series, unless the header calls them so: then columns with numbers are series.
 */
export function isWide(table: Table, asked: AskedColumns): boolean {
  const { names, firstRow, delimiter } = table;
  const roles = [asked.time, asked.target, asked.known, asked.observed];
  if (delimiter === undefined || names.length < 3 || roles.some((role) => role !== undefined)) return false;
  const others = names.slice(1);
  if (usualColumn(names.slice(0, 1), TIME) !== undefined && !areTimes(others)) return false;
  if (firstRow?.isHeader && !areNumbered(others) && !areTimes(others)) return false;
  const rows = Array.from({ length: Math.min(INSPECTED_ROWS, table.length) }, (_, row) => row);
  const comma = findComma(table, others.map((_, i) => i + 1));
  const isName = rows.every((row) => Number.isNaN(numberOf(table.value(row, 0)) ?? NaN));
  const isNamed = firstRow?.isHeader && usualColumn(names.slice(0, 1), SERIES) !== undefined;
  if (!isNamed && (!isName || readTimes(rows.map((row) => String(table.value(row, 0)).trim())))) return false;
  return rows.every((row) => others.some((_, i) => !Number.isNaN(numberOf(table.value(row, i + 1), comma) ?? NaN)));
}

/** Whether names end with numbers that rise by one: `V2`, `V3` or `d_1`, `d_2`. */
function areNumbered(names: readonly string[]): boolean {
  const numbers = names.map((name) => /^[\p{L}_ .-]{0,12}(\d+)$/u.exec(name.trim())?.[1]).map(Number);
  return numbers.every((number, i) => i === 0 ? !Number.isNaN(number) : number === numbers[i - 1] + 1);
}

function areTimes(names: readonly string[]): boolean {
  return !areNumbered(names) && readTimes(names.map((name) => name.trim()))?.wrong === -1;
}

/** Reads a table that has a row for each series. Throws `RangeError` with the line if a value is not a number. */
export function readWideRows(table: Table, asked?: Frequency): ReadSeries {
  const columns = table.names.slice(1).map((_, i) => i + 1);
  const comma = findComma(table, columns);
  const names = table.names.slice(1).map((name) => name.trim());
  const read = areTimes(names) ? readTimes(names) : undefined;
  const frequency = asked ?? (read && inferFrequency([read.times], [read.wall]));
  const times = read && timesFor(frequency, read);
  const lines = new Map<string, string>();
  const series = Array.from({ length: table.length }, (_, row): Series => {
    const id = String(table.value(row, 0)).trim();
    refuseRepeated(lines, id, table.place(row));
    const values = Float64Array.from(columns, (column) => numberAt(table, row, column, comma));
    return { id, values, ...times && { start: times[0] } };
  });
  return { series, frequency, notes: [] };
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
