import { InputRangeError } from "../../../errors.ts";
import { describeList, describeValue } from "../../../src/schema/mod.ts";
import { findColumn, type Table, usualColumn } from "../tables/mod.ts";
import { type AskedColumns, type LikelyColumns, SERIES, TARGET, targetRole } from "./columns.ts";
import { type Frequency, isSameDistance } from "./frequency.ts";
import { readFrequency } from "./frequency_names.ts";
import { type GivenFrequency, readTime } from "./infer_frequency.ts";
import type { ReadSeries } from "./long_table.ts";
import { isMissing, numberOf } from "./numbers.ts";
import type { Series } from "./series.ts";
import { refuseRepeated } from "./wide_rows.ts";

/** The usual names of the fields of a record, as GluonTS has them. */
const START = ["start", "start_timestamp", "start_time", "timestamp"];
const FREQUENCY = ["freq", "frequency"];

/** Whether a table has a record for each series, with a list of its values. */
export function hasLists(table: Table, asked: AskedColumns & LikelyColumns): boolean {
  return table.delimiter === undefined && table.length > 0 && listColumn(table, asked) !== undefined;
}

function listColumn(table: Table, { target, ...likely }: AskedColumns & LikelyColumns): number | undefined {
  const asked = target?.[0];
  const isList = (column: number): boolean => Array.isArray(table.value(0, column)) || isTyped(table.value(0, column));
  if (asked !== undefined) {
    const column = findColumn(table.names, { ...TARGET, asked });
    return column !== undefined && isList(column) ? column : undefined;
  }
  const lists = table.names.flatMap((_, column) => isList(column) ? [column] : []);
  const usual = usualColumn(lists.map((column) => table.names[column]), targetRole(likely));
  return usual === undefined ? lists.length === 1 ? lists[0] : undefined : lists[usual];
}

function isTyped(value: unknown): boolean {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

/**
 * Reads a table that has a record for each series, with the list of its values, and if it has them, its name, its first
 * time and lists of covariates.
 */
export function readRecords(
  table: Table,
  asked: AskedColumns & LikelyColumns,
  frequency: GivenFrequency = {},
): ReadSeries {
  const { names } = table;
  const column = (name: string): number => findColumn(names, { ...TARGET, asked: name })!;
  if (asked.target && asked.target.length > 1) {
    throw new InputRangeError(`expected one --target with a list in each record, found ${describeList(asked.target)}`);
  }
  const target = listColumn(table, asked)!;
  const usual = (usual: readonly string[]): number =>
    usual.map((name) => names.indexOf(name)).find((at) => at >= 0) ?? -1;
  const start = asked.time === undefined ? usual(START) : column(asked.time);
  const id = asked.series ? asked.series.map(column) : [usualColumn(names, SERIES) ?? -1].filter((at) => at >= 0);
  const own = frequency.asked ?? namedFrequency(table, usual(FREQUENCY)) ?? frequency.likely;
  const places = new Map<string, string>();
  const series = Array.from({ length: table.length }, (_, row): Series => {
    const place = table.place(row);
    const name = id.length === 0 ? String(row + 1) : id.map((at) => String(table.value(row, at))).join("/");
    refuseRepeated(places, name, place);
    const values = listOf(table, row, target);
    const lists = (wanted: readonly string[]): Float64Array[] =>
      wanted.map((name) => expectLong(listOf(table, row, column(name)), values.length, name, place));
    return {
      id: name,
      values,
      ...start >= 0 && { start: timeAt(table, row, start, own) },
      ...asked.known && { known: lists(asked.known) },
      ...asked.observed && { observed: lists(asked.observed) },
      ...asked.static && { statics: asked.static.map((name) => String(table.value(row, column(name)) ?? "")) },
    };
  });
  return {
    series,
    frequency: own,
    targetName: names[target],
    knownNames: asked.known,
    observedNames: asked.observed,
    staticNames: asked.static,
    notes: [],
  };
}

/** The frequency that the records name. Throws `RangeError` if two name different ones. */
function namedFrequency(table: Table, column: number): Frequency | undefined {
  if (column < 0) return undefined;
  const named = Array.from({ length: table.length }, (_, row) => row).filter((row) =>
    !isMissing(table.value(row, column))
  );
  const [first] = named;
  if (first === undefined) return undefined;
  const text = (row: number): string => String(table.value(row, column));
  const frequency = readFrequency(text(first));
  const isLike = (row: number): boolean => {
    const other = readFrequency(text(row));
    return text(row) === text(first) ||
      frequency !== undefined && other !== undefined && isSameDistance(frequency, other);
  };
  const other = named.find((row) => !isLike(row));
  if (other === undefined) return frequency;
  throw new InputRangeError(
    `expected one ${describeValue(table.names[column])} of all series, found ${describeValue(text(first))} on ${
      table.place(first)
    } and ${describeValue(text(other))} on ${table.place(other)}`,
  );
}

function listOf(table: Table, row: number, column: number): Float64Array {
  const list = table.value(row, column);
  const [name, place] = [describeValue(table.names[column]), table.place(row)];
  if (!Array.isArray(list) && !isTyped(list)) {
    throw new InputRangeError(`expected a list of numbers in ${name} on ${place}, found ${describeValue(list)}`);
  }
  return Float64Array.from(list as unknown[], (value, i) => {
    const number = numberOf(value);
    if (number !== undefined) return number;
    throw new InputRangeError(`expected a number at ${i + 1} of ${name} on ${place}, found ${describeValue(value)}`);
  });
}

function expectLong(values: Float64Array, least: number, name: string, place: string): Float64Array {
  if (values.length >= least) return values;
  throw new InputRangeError(
    `expected at least ${least} values of ${
      describeValue(name)
    } on ${place}, as many as of the series, found ${values.length}`,
  );
}

function timeAt(table: Table, row: number, column: number, frequency: Frequency | undefined): number {
  const value = table.value(row, column);
  const text = value instanceof Date ? value.toISOString() : String(value ?? "");
  const time = readTime(text, frequency);
  if (time !== undefined) return time;
  const found = isMissing(value) ? "none" : describeValue(text);
  throw new InputRangeError(
    `expected a time in ${describeValue(table.names[column])} on ${table.place(row)}, found ${found}`,
  );
}
