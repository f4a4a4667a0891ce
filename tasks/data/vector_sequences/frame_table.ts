import { InputRangeError } from "../../../errors.ts";
import { abbreviate, count, describeList, describeValue } from "../../../src/schema/mod.ts";
import { rolesOf } from "../labelled_texts/columns.ts";
import { readTimes } from "../series/times.ts";
import { completeLayout, readTable, type Table } from "../tables/mod.ts";
import { GROUPS, LABELS, type VectorFields } from "./json_lines.ts";
import {
  expectSameChannels,
  flatSequence,
  type FrameColumns,
  type VectorSequence,
  type VectorSequences,
} from "./sequence.ts";

/** Usual names of the columns that tell the sequence of a frame, and of those that tell its place in it. */
const IDS = [
  "id",
  "sequence",
  "sequence_id",
  "seq",
  "series",
  "series_id",
  "clip",
  "video",
  "sample",
  "sample_id",
  "recording",
];
const TIMES = ["time", "timestamp", "t", "frame", "frame_id", "index", "step", "seconds"];

/** The numbers of the columns of a table of frames, from 0. */
interface Places {
  readonly id: number;
  readonly label: number | undefined;
  readonly group: number | undefined;
  readonly channels: readonly number[];
  /** Columns that may tell the order of the frames, the likeliest first. */
  readonly times: readonly number[];
}

/** Whether a table with delimiters has a column of a usual name for the sequence, and otherwise numbers. */
export function holdsFrames(content: string): boolean {
  try {
    const table = tableOf(content);
    const columns = columnsOf(table, {});
    return columns.channels.every((column) => isNumber(table.value(0, column)) && !isTextColumn(table.names[column]));
  } catch {
    return false;
  }
}

/**
 * Reads a table with a row for each frame: a column with the sequence, one with its label, and numbers. Columns of
 * times and frame numbers are left out of the values and order the frames of a sequence.
 */
export function readFrameTable(content: string, fields: VectorFields): VectorSequences {
  const table = tableOf(content);
  const places = columnsOf(table, fields);
  const { id, label, group, channels } = places;
  const rows = Map.groupBy(Array.from({ length: table.length }, (_, row) => row), (row) => textAt(table, row, id));
  const { groups, ...messages } = sortFrames(table, places.times, rows);
  const sequences = [...groups].map(([name, own]): VectorSequence => {
    const source = `the sequence ${abbreviate(name, 40)}`;
    const values = new Float32Array(own.length * channels.length);
    own.forEach((row, t) =>
      channels.forEach((column, c) => {
        const text = table.value(row, column);
        if (!isNumber(text)) throw unlike(table, row, column, "a number");
        values[t * channels.length + c] = Number(text);
      })
    );
    const same = (column: number): string => {
      const other = own.find((row) => table.value(row, column) !== table.value(own[0], column));
      if (other !== undefined) {
        throw unlike(table, other, column, `${describeValue(table.value(own[0], column))} as before in ${source}`);
      }
      return textAt(table, own[0], column);
    };
    return flatSequence(values, channels.length, {
      ...label !== undefined && { label: same(label) },
      ...group !== undefined && { group: same(group) },
      source,
    });
  });
  return {
    sequences,
    channels: expectSameChannels(sequences),
    ...namesOf(table, places),
    ...messages,
    format: table.format === "tsv" ? "TSV of frames" : "CSV of frames",
  };
}

/** The rows of sequences by their names. */
type Rows = ReadonlyMap<string, readonly number[]>;

/**
 * Puts the frames of each sequence into the order of their times, by the first column whose times do not repeat, or
 * else by the first. Frames with the same time stay in the order of their rows.
 */
function sortFrames(
  table: Table,
  columns: readonly number[],
  rows: Rows,
): { readonly groups: Rows } & Pick<VectorSequences, "notes" | "warnings"> {
  const orders = columns.flatMap((column) => {
    const times = timesIn(table, column);
    if (!times) return [];
    const groups = new Map([...rows].map(([id, own]) => [id, own.toSorted((a, b) => times[a] - times[b])]));
    const repeating = [...groups].filter(([, own]) => own.some((row, i) => i > 0 && times[row] === times[own[i - 1]]));
    return [{ name: table.names[column].trim(), groups, repeating: repeating.map(([id]) => id) }];
  });
  const order = orders.find(({ repeating }) => repeating.length === 0) ?? orders.at(0);
  if (!order) return { groups: rows };
  const { name, groups, repeating } = order;
  const isSorted = [...groups].some(([id, own]) => own.some((row, i) => row !== rows.get(id)![i]));
  return {
    groups,
    ...isSorted && { notes: [`Frames sorted by the column ${name}.`] },
    ...repeating.length > 0 && {
      warnings: [
        `times in the column ${name} repeat in ${count(repeating.length, "sequence")}, such as ${
          abbreviate(repeating[0], 40)
        }: frames with the same time are in the order of their rows`,
      ],
    },
  };
}

/** The times or numbers of a column; undefined if a row has none. */
function timesIn(table: Table, column: number): Float64Array | undefined {
  const texts = Array.from({ length: table.length }, (_, row) => String(table.value(row, column)).trim());
  if (texts.every(isNumber)) return Float64Array.from(texts, Number);
  const read = readTimes(texts);
  return read?.wrong === -1 ? read.times : undefined;
}

/** The names of the columns, by which other tables are read; none if two have the same. */
function namesOf({ names }: Table, { id, label, channels }: Places): { readonly columns?: FrameColumns } {
  const nameOf = (column: number): string => names[column].trim();
  const used = [id, ...label === undefined ? [] : [label], ...channels];
  if (new Set(used.map(nameOf)).size < used.length) return {};
  return {
    columns: {
      id: nameOf(id),
      ...label !== undefined && { labelColumn: nameOf(label) },
      channels: channels.map(nameOf),
    },
  };
}

function isTextColumn(name: string): boolean {
  return rolesOf({})[0].names.includes(name.trim().toLowerCase());
}

function tableOf(content: string): Table {
  const layout = completeLayout("csv", content);
  const rule = (): { isHeader: boolean; by: "names" } => ({ isHeader: true, by: "names" });
  const table = readTable(content, layout, { rule, paths: () => [] });
  if (table.length > 0) return table;
  throw new InputRangeError("expected rows of frames, found none");
}

/**
 * Finds the columns: those that are asked for, those of the tables of training, or those with usual names. The values
 * are in the columns of training, if there was one.
 */
function columnsOf(table: Table, { id, labelColumn, group, columns: trained }: VectorFields): Places {
  const own = table.names.map((name) => name.trim());
  const lower = own.map((name) => trained?.channels.includes(name) ? undefined : name.toLowerCase());
  const named = (name: string): number => {
    const place = own.indexOf(name);
    if (place >= 0) return place;
    throw new InputRangeError(`expected a column ${describeValue(name)}, found ${describeList(table.names)}`);
  };
  const usual = (names: readonly string[]): number | undefined => {
    const name = names.find((name) => lower.includes(name));
    return name === undefined ? undefined : lower.indexOf(name);
  };
  const column = (asked: string | undefined, before: string | undefined, names: readonly string[]) => {
    if (asked !== undefined) return named(asked);
    return before !== undefined && own.includes(before) ? named(before) : usual(names);
  };
  const ids = column(id, trained?.id, IDS);
  if (ids === undefined) {
    throw new InputRangeError(
      `expected a column that tells the sequence of each frame, found ${describeList(table.names)}; ${
        trained ? `training had ${trained.id}` : "--id names it"
      }`,
    );
  }
  const label = column(labelColumn, trained?.labelColumn, LABELS);
  const groups = group === undefined ? undefined : named(group);
  const times = TIMES.map((name) => lower.indexOf(name)).filter((column) =>
    column >= 0 && ![ids, label, groups].includes(column)
  );
  if (trained) return { id: ids, label, group: groups, channels: trained.channels.map(named), times };
  const isLeft = (column: number): boolean =>
    [ids, label, groups].includes(column) || [...TIMES, ...GROUPS].includes(lower[column]!);
  const channels = [...table.names.keys()].filter((column) => !isLeft(column));
  if (channels.length > 0) return { id: ids, label, group: groups, channels, times };
  throw new InputRangeError(`expected columns of numbers, found only ${describeList(table.names)}`);
}

function isNumber(value: unknown): boolean {
  return typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value));
}

function textAt(table: Table, row: number, column: number): string {
  const text = String(table.value(row, column)).trim();
  if (text !== "") return text;
  throw unlike(table, row, column, "a text or a number");
}

function unlike(table: Table, row: number, column: number, expected: string): InputRangeError {
  return new InputRangeError(
    `expected ${expected} in ${abbreviate(table.names[column], 40)} on ${table.place(row)}, found ${
      describeValue(table.value(row, column))
    }`,
  );
}
