import { InputRangeError } from "../../../errors.ts";
import { abbreviate, count, describeList, type IdleOptions, refuseIdle } from "../../../src/schema/mod.ts";
import { readBytes } from "../bytes.ts";
import { extentOf } from "../extent.ts";
import { nameOf } from "../file_system.ts";
import { namedError } from "../named_error.ts";
import {
  completeLayout,
  describeTable,
  detectLayout,
  expectDelimiter,
  findColumn,
  type HeaderRule,
  readTable,
  type Table,
} from "../tables/mod.ts";
import { decodeText } from "../text_files.ts";
import {
  type AskedColumns,
  findColumns,
  isSeriesHeader,
  type LikelyColumns,
  type SeriesColumns,
  TARGET,
} from "./columns.ts";
import { type Frequency, period as periodOf } from "./frequency.ts";
import { describeDistance } from "./frequency_names.ts";
import type { GivenFrequency } from "./infer_frequency.ts";
import { readLongTable, type ReadSeries } from "./long_table.ts";
import { numberOf } from "./numbers.ts";
import { isParquet, readParquet } from "./parquet.ts";
import { hasLists, readRecords } from "./records.ts";
import type { NamedColumns, Series, SeriesSet } from "./series.ts";
import { formatTime, readTimes } from "./times.ts";
import { trimSeries } from "./trim.ts";
import { readTsf } from "./tsf.ts";
import { isWide, readWideRows } from "./wide_rows.ts";

/** Options of `readSeries`. */
export interface SeriesOptions extends AskedColumns {
  /** Distance in time between two values. Default: that of the times, if the data have any. */
  readonly frequency?: Frequency;
  /** Number of steps after which values tend to repeat. Default: by the frequency, or 1 without one. */
  readonly period?: number;
  /** The character between the fields of a table, or its name. Default: detected. */
  readonly delimiter?: string;
  /** Whether the first row of a table holds names. Default: detected. */
  readonly header?: boolean;
  /** Maximum number of values of all series, with the missing ones. Default: any number. */
  readonly mostValues?: number;
  /** Encoding of a file without a byte-order mark. Default: "utf-8". */
  readonly encoding?: string;
  /**
   * Options of the series that these continue, which hold where no other is given. Times may contradict their
   * frequency: if they are closer, or if all of them have equal larger distances, their own distance counts.
   */
  readonly like?: Omit<SeriesOptions, "like"> & {
    /** Name of the column of the values, which is taken where a table has it and no other is asked for. */
    readonly likelyTarget?: string;
    /** Use of commas in numbers, where the numbers leave it open: 1,234. */
    readonly likelyComma?: "decimals" | "thousands";
  };
}

/** The options with those of the series that these continue. */
interface ReadOptions extends Omit<SeriesOptions, "frequency" | "like">, LikelyColumns {
  readonly frequency: GivenFrequency;
  /** The options that were given for this file. */
  readonly given: Omit<SeriesOptions, "like">;
}

const [TIMED, NAMED, FIELDS] = ["a row for each time", "a row for each series and time", "fields with delimiters"];

/** The options that have no effect on a kind of file. */
const IDLE = {
  tsf: {
    found: "a .tsf file",
    needs: {
      ...{ time: TIMED, target: TIMED, series: NAMED, known: TIMED, observed: TIMED, static: NAMED },
      ...{ delimiter: FIELDS, header: FIELDS },
    },
  },
  parquet: { found: "Parquet", needs: { delimiter: FIELDS, header: FIELDS } },
  wide: { found: "a row for each series", needs: { series: NAMED, static: NAMED } },
} as const satisfies Record<string, IdleOptions>;

function expectEffect({ given }: ReadOptions, kind: keyof typeof IDLE): void {
  refuseIdle({ ...given }, IDLE[kind], (name) => name === "header" && !given.header ? "--no-header" : `--${name}`);
}

function readOptions(
  { like: { frequency: likely, ...others } = {}, frequency: asked, ...own }: SeriesOptions,
): ReadOptions {
  const given = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  return { ...others, ...given, frequency: { asked, likely }, given };
}

/** Series of a file, and how it was read. */
export interface SeriesFile {
  /** Name of the file. */
  readonly name: string;
  /** The series. */
  readonly set: SeriesSet;
  /** Number of steps to forecast, if the file says so. */
  readonly horizon?: number;
  /** Messages about how the file was read, one line each. */
  readonly notes: readonly string[];
}

/**
 * Reads time series from a file: a table with a row for each time (CSV, TSV, JSON, JSON Lines or Parquet), of one or
 * several series; a table with a row for each series; a JSON record for each series, with a list of values; or a `.tsf`
 * file. Rows may stand in any order; times without a row become missing values.
 *
 * Throws an error that names the file and the line if it cannot be read: unknown columns, values that are not numbers,
 * times in several formats or at unequal distances, times that occur twice.
 *
 * @example
 * ```ts
 * import { readSeries } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const file = await Deno.makeTempFile({ suffix: ".csv" });
 * await Deno.writeTextFile(file, "date,sales\n2024-01-01,5\n2024-01-02,7\n2024-01-04,6\n");
 * const { set: { series, frequency, period } } = await readSeries(file);
 * assertEquals([...series[0].values], [5, 7, NaN, 6]);
 * assertEquals([series[0].id, frequency?.unit, period], ["sales", "day", 7]);
 * await Deno.remove(file);
 * ```
 */
export async function readSeries(path: string, options: SeriesOptions = {}): Promise<SeriesFile> {
  const name = nameOf(path);
  const bytes = await readBytes(path);
  try {
    if (isParquet(bytes)) {
      const own = readOptions(options);
      expectEffect(own, "parquet");
      return fileOf(name, readRows(await readParquet(bytes, name), own, "parquet"), own);
    }
    return readSeriesText(path, decodeText(bytes, name, options), options);
  } catch (error) {
    throw namedError(name, error);
  }
}

/** Reads time series from a text, as `readSeries` does; the ending of `name` tells its format. */
export function readSeriesText(name: string, content: string, options: SeriesOptions = {}): SeriesFile {
  const own = readOptions(options);
  if (/\.tsf$/i.test(name) || /^\s*(?:#[^\n]*\n\s*)*@(?:relation|attribute|frequency)\b/i.test(content)) {
    expectEffect(own, "tsf");
    return fileOf(name, { ...readTsf(content, own.frequency), format: "tsf" }, own);
  }
  return fileOf(name, readRows(tableOf(name, content, own), own), own);
}

/** Series, and a description of their format. */
interface Described extends ReadSeries {
  readonly format: string;
}

function tableOf(path: string, content: string, { delimiter, header }: ReadOptions): Table {
  if (content.trim() === "") throw new InputRangeError("expected series, found an empty file");
  const given = expectDelimiter(delimiter);
  const layout = given === undefined
    ? detectLayout(path, content, isSeriesHeader) ?? completeLayout("csv", content)
    : completeLayout(given === "\t" ? "tsv" : "csv", content, given);
  const table = readTable(content, layout, { header, rule: headerRule, paths: () => [] });
  if (table.names.length === 0) throw new InputRangeError("expected series, found records without fields");
  return table;
}

/** A first row is a header if it has usual names, no time above times, or no number where the rows below have one. */
const headerRule: HeaderRule = ({ fields }, others) => {
  if (isSeriesHeader(fields)) return { isHeader: true, by: "names" };
  const isNumber = (text: string): boolean => !Number.isNaN(numberOf(text, "decimals") ?? NaN);
  const rows = others.slice(0, 20);
  const times = readTimes(rows.map(({ fields }) => fields[0].trim()));
  if (times?.wrong === -1 && !isNumber(fields[0]) && !readTimes([fields[0].trim()])) {
    return { isHeader: true, by: "values" };
  }
  const below = (column: number): boolean => rows.some(({ fields }) => isNumber(fields[column] ?? ""));
  const isHeader = !fields.some((field, column) => isNumber(field) && (column > 0 || below(column))) &&
    fields.some((field, column) => !isNumber(field) && below(column));
  return { isHeader, by: "values" };
};

function readRows(table: Table, options: ReadOptions, format: string = table.format): Described {
  const { frequency, mostValues = Infinity } = options;
  const values = table.length * table.names.length;
  if (values > mostValues) {
    throw new InputRangeError(
      `expected at most ${count(mostValues, "value")}, found ${count(table.length, "row")} of ${
        count(table.names.length, "column")
      }`,
    );
  }
  const described = { ...table, format };
  if (hasLists(table, options)) {
    return {
      ...readRecords(table, options, frequency),
      columns: askedNames(table, options),
      format: describeTable(described, "a record for each series"),
    };
  }
  if (isWide(table, options)) {
    expectEffect(options, "wide");
    const read = readWideRows(table, { frequency, mostValues, likelyComma: options.likelyComma });
    return { ...read, format: describeTable(described, "a row for each series") };
  }
  const columns = findColumns(table, options, frequency.asked ?? frequency.likely);
  return {
    ...readLongTable(table, columns, { frequency, mostValues }),
    columns: askedNames(table, options),
    format: describeTable(described, describeColumns(table, columns)),
  };
}

/** The names of the columns that are asked for, perhaps by numbers; undefined if none is. */
function askedNames({ names }: Table, { time, target, series }: AskedColumns): NamedColumns | undefined {
  const nameOf = (asked: string): string => names[findColumn(names, { ...TARGET, asked })!].trim();
  const columns = {
    ...time !== undefined && { time: nameOf(time) },
    ...target && { target: target.map(nameOf) },
    ...series && { series: series.map(nameOf) },
  };
  return Object.keys(columns).length > 0 ? columns : undefined;
}

function describeColumns({ names }: Table, { clock, ...columns }: SeriesColumns): string {
  const list = (role: string, all: readonly number[]): string[] =>
    all.length === 0 ? [] : [`${role} ${describeList(all.map((column) => names[column].trim() || '""'))}`];
  return [
    ...list("time", clock ? clock.parts ?? [clock.column] : []),
    ...list("series", columns.series),
    ...list("target", columns.targets),
    ...list("known", columns.known),
    ...list("observed", columns.observed),
    ...list("static", columns.statics),
    ...list("without", columns.ignored),
  ].join(", ");
}

function fileOf(name: string, read: Described, { period, frequency: { asked, likely } }: ReadOptions): SeriesFile {
  const { frequency = asked ?? likely, horizon } = read;
  const series = read.series.flatMap((series) => trimSeries(series, frequency) ?? []);
  if (series.length === 0) throw new InputRangeError("expected at least 1 value, found none");
  const set: SeriesSet = {
    series,
    frequency,
    period: period ?? (frequency ? periodOf(frequency) : 1),
    targetName: read.targetName ?? "value",
    knownNames: read.knownNames ?? [],
    observedNames: read.observedNames ?? [],
    staticNames: read.staticNames ?? [],
    ...read.columns && { columns: read.columns },
    ...read.comma && { comma: read.comma },
  };
  return {
    name,
    set,
    horizon,
    notes: [`${name}: ${describeSeries(set)} (${read.format}).`, ...read.notes, ...omitted(read.series, series)],
  };
}

/** A note on series that were left out because they have no value. */
function omitted(all: readonly Series[], kept: readonly Series[]): string[] {
  if (all.length === kept.length) return [];
  const ids = new Set(kept.map(({ id }) => id));
  const out = all.filter(({ id }) => !ids.has(id));
  return [
    `${out.length} of ${all.length} series left out, which have no values, such as ${abbreviate(out[0].id, 40)}.`,
  ];
}

/** Describes series for people: how many, how long, and how far apart their values are. */
export function describeSeries({ series, frequency, period }: SeriesSet): string {
  const lengths = series.map(({ values }) => values.length);
  const [least, most] = extentOf(lengths);
  const missing = series.reduce((sum, { values }) => sum + values.reduce((n, x) => n + Number(Number.isNaN(x)), 0), 0);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const size = least === most ? count(least, "value") : `${least.toLocaleString("en")} to ${count(most, "value")}`;
  const starts = series.flatMap(({ start }) => start === undefined ? [] : [start]);
  return [
    series.length === 1
      ? `series ${abbreviate(series[0].id, 40)} of ${size}`
      : `${series.length.toLocaleString("en")} series of ${size}`,
    ...missing > 0 ? [`${(100 * missing / total).toFixed(missing * 200 < total ? 2 : 0)} % of them missing`] : [],
    frequency ? describeDistance(frequency) : "without times",
    ...starts.length > 0 ? [`from ${formatTime(extentOf(starts)[0])}`] : [],
    period > 1 ? `period ${period}` : "no period",
  ].join(", ");
}
