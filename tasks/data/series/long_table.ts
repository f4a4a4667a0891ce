import { InputRangeError } from "../../../errors.ts";
import { count, describeValue } from "../../../src/schema/mod.ts";
import type { Table } from "../tables/mod.ts";
import { type Clock, showStep, showTime } from "./clock.ts";
import type { SeriesColumns } from "./columns.ts";
import { type Frequency, timeAfter } from "./frequency.ts";
import { type Grid, gridOf, onGrid, sortRows } from "./grid.ts";
import { chooseFrequency, type GivenFrequency, timesFor } from "./infer_frequency.ts";
import { type Comma, isMissing, readNumbers } from "./numbers.ts";
import type { NamedColumns, Series } from "./series.ts";

/** Series as they have been read, with messages about them. */
export interface ReadSeries {
  readonly series: readonly Series[];
  readonly frequency?: Frequency;
  readonly knownNames?: readonly string[];
  readonly observedNames?: readonly string[];
  readonly staticNames?: readonly string[];
  readonly targetName?: string;
  /** The columns that were asked for. */
  readonly columns?: NamedColumns;
  /** How numbers write decimals, if one has a comma. */
  readonly comma?: Comma;
  /** Number of steps to forecast, if the file says so. */
  readonly horizon?: number;
  /** Messages, one line each. */
  readonly notes: readonly string[];
}

/** The rows of one series. */
interface Group {
  readonly id?: string;
  readonly rows: readonly number[];
}

/** Reads the series of a table that has a row for each time. Each target column is a series of its own. */
export function readLongTable(
  table: Table,
  columns: SeriesColumns,
  { frequency: given, mostValues }: { readonly frequency: GivenFrequency; readonly mostValues: number },
): ReadSeries {
  const { clock, series: ids, comma } = columns;
  const groups = groupRows(table, ids);
  const { grids, distance, notes } = clock
    ? gridsByTime(table, clock, groups, given)
    : { grids: groups.map(({ rows }) => gridByRow(rows)), distance: undefined, notes: [] };
  const frequency = clock && !clock.isNumbered ? distance : given.asked ?? given.likely;
  const steps = grids.reduce((sum, { length }) => sum + length, 0);
  expectFew(steps * (columns.targets.length + columns.known.length + columns.observed.length), mostValues, "row");
  const times = clock && !clock.isNumbered ? timesFor(frequency, clock) : undefined;
  const read = (column: number): Float64Array => readNumbers(table, column, comma);
  const [targets, known, observed] = [columns.targets, columns.known, columns.observed].map((all) => all.map(read));
  const series = groups.flatMap(({ id, rows }, i) => {
    const [ahead, past] = [known, observed].map((all) => all.map((values) => onGrid(grids[i], values)));
    return targets.map((values, t): Series => ({
      id: idOf(id, targets.length > 1 || id === undefined ? table.names[columns.targets[t]] : undefined),
      values: onGrid(grids[i], values),
      start: times?.[grids[i].rows[0]],
      ...clock?.isNumbered && { numbering: numberingOf(clock.times[grids[i].rows[0]], distance) },
      ...known.length > 0 && { known: ahead },
      ...observed.length > 0 && { observed: past },
      ...columns.statics.length > 0 && { statics: columns.statics.map((column) => staticOf(table, rows, column, id)) },
    }));
  });
  const names = (all: readonly number[]): string[] => all.map((column) => table.names[column].trim());
  return {
    series,
    frequency,
    comma,
    targetName: columns.targets.length === 1 ? table.names[columns.targets[0]] : undefined,
    knownNames: names(columns.known),
    observedNames: names(columns.observed),
    staticNames: names(columns.statics),
    notes: [...columns.note === undefined ? [] : [columns.note], ...notes],
  };
}

/** Throws `RangeError` if series have too many values with the times that lack a row or a column of the table. */
export function expectFew(values: number, most: number, noun: "row" | "column"): void {
  if (values <= most) return;
  throw new InputRangeError(
    `expected at most ${count(most, "value")}, found ${count(values, "value")} with the times that lack a ${noun}; ` +
      "--frequency sets another distance",
  );
}

function idOf(id: string | undefined, target: string | undefined): string {
  return [id, target?.trim()].filter((part) => part !== undefined).join("/");
}

function groupRows(table: Table, columns: readonly number[]): Group[] {
  const rows = Array.from({ length: table.length }, (_, row) => row);
  if (columns.length === 0) return [{ rows }];
  const idAt = (row: number): string =>
    columns.map((column) => {
      const value = table.value(row, column);
      if (!isMissing(value)) return String(value).trim();
      const name = describeValue(table.names[column]);
      throw new InputRangeError(
        `expected the name of a series in the column ${name} on ${table.place(row)}, found none`,
      );
    }).join("/");
  return [...Map.groupBy(rows, idAt)].map(([id, rows]) => ({ id, rows }));
}

/** The numbering of rows from a time on, which counts them as if they were seconds. */
function numberingOf(first: number, distance: Frequency | undefined): Series["numbering"] {
  return { first: first / 1000, step: distance ? (timeAfter(first, distance, 1) - first) / 1000 : 1 };
}

function gridByRow(rows: readonly number[]): Grid {
  return { rows, steps: rows.map((_, i) => i), length: rows.length };
}

/** Sorts the rows of each series by time, finds the distance between times, and inserts the steps that are missing. */
function gridsByTime(
  table: Table,
  clock: Clock,
  groups: readonly Group[],
  given: GivenFrequency,
): { grids: Grid[]; distance?: Frequency; notes: string[] } {
  const words = { place: (row: number) => table.place(row), show: showTime(clock), step: showStep(clock) };
  const sorted = groups.map(({ id, rows }) => sortRows({ id, rows, times: clock.times, ...words }));
  const [ascending, wall] = [clock.times, clock.wall].map((times) =>
    sorted.map((rows) => Float64Array.from(rows, (row) => times[row]))
  );
  const frequency = chooseFrequency(clock.isNumbered ? {} : given, ascending, wall);
  const times = timesFor(frequency, clock);
  if (frequency === undefined && ascending.some(({ length }) => length > 1)) {
    throw new InputRangeError("expected times at distances of whole seconds, found shorter ones; leave out --time");
  }
  const grids = sorted.map((rows, i) =>
    frequency ? gridOf(rows, { id: groups[i].id, times, ...words }, frequency) : gridByRow(rows)
  );
  const isUnsorted = sorted.some((rows, i) => rows.some((row, j) => row !== groups[i].rows[j]));
  const inserted = grids.reduce((sum, { length, rows }) => sum + length - rows.length, 0);
  return {
    grids,
    distance: frequency,
    notes: [
      ...isUnsorted ? ["Rows sorted by time."] : [],
      ...inserted > 0 ? [`${count(inserted, "time")} without a row inserted, with missing values.`] : [],
    ],
  };
}

/** The value of a column that does not change within a series. Throws `RangeError` with the line if it does. */
function staticOf(table: Table, rows: readonly number[], column: number, id: string | undefined): string {
  const value = (row: number): string => String(table.value(row, column) ?? "").trim();
  const other = rows.find((row) => value(row) !== value(rows[0]));
  if (other === undefined) return value(rows[0]);
  const of = id === undefined ? "" : ` of the series ${describeValue(id)}`;
  throw new InputRangeError(
    `expected one value of ${describeValue(table.names[column])} in all rows${of}, found ${
      describeValue(value(rows[0]))
    } on ${table.place(rows[0])} and ${describeValue(value(other))} on ${table.place(other)}`,
  );
}
