import { InputRangeError } from "../../errors.ts";
import { count, describeList, describeValue } from "../../src/schema/mod.ts";
import { isAudio, type SoundSegment } from "../data/audio/mod.ts";
import { isDirectory, nameOf } from "../data/file_system.ts";
import { namesBelow } from "../data/find_files.ts";
import { namesKnown } from "../data/data_format.ts";
import { readBytes, readText } from "../data/mod.ts";
import { decodeText } from "../data/text_files.ts";
import { namedError } from "../data/named_error.ts";
import {
  completeLayout,
  detectLayout,
  expectText,
  findColumn,
  firstLines,
  isAsked,
  pairOfRoles,
  readTable,
  type Role,
  type RowRecord,
  type Table,
  usualColumn,
} from "../data/tables/mod.ts";
import type { SpeechConfig } from "./hyperparameters.ts";

/** A file with sound and what is said in it. */
export interface UtteranceFile {
  /** The path of the sound. */
  readonly path: string;
  /** The spoken text. */
  readonly text: string;
  /** Who speaks, if a column tells. */
  readonly speaker?: string;
  /** The part of the sound in which it is said, and the place in the list that tells so. Default: all of it. */
  readonly segment?: SoundSegment & { readonly place: string };
}

/** The fields of a list of utterances. */
export interface ManifestFields {
  /** Column of the paths; null to detect it. */
  readonly pathColumn: string | null;
  /** Column of the texts; null to detect it. */
  readonly textColumn: string | null;
  /** Name of a column that tells who speaks, if the list has it. */
  readonly group?: string | null;
}

/** Utterances of a list or a folder. */
export interface Manifest {
  readonly files: readonly UtteranceFile[];
  /** The columns of a list whose columns have names. */
  readonly dataFormat: SpeechConfig["dataFormat"];
  /** Sentences about sounds that were left out, one line each. */
  readonly warnings: readonly string[];
}

/**
 * Reads which sounds there are and what is said in them: from a table (TSV, CSV, JSON Lines) with a path, relative to
 * the table's folder, and a text in each row; or from a folder, in which `a.txt` has the text of `a.wav`. Columns
 * `offset` and `duration`, or `start` and `end`, tell in which seconds of the sound a text is said. `likely` has the
 * columns of other lists of the same kind, which come before the usual ones.
 *
 * Throws `RangeError`, naming the file, if there is no utterance, or the columns are uncertain.
 */
export async function readManifest(
  path: string,
  fields: ManifestFields,
  likely: Manifest["dataFormat"] = null,
): Promise<Manifest> {
  const found = await isDirectory(path)
    ? await readFolder(path)
    : await readList(path, rolesOf(fields, likely), fields);
  if (found.files.length > 0) return found;
  throw new InputRangeError(`read ${path}: expected at least 1 utterance, found none`);
}

async function readFolder(folder: string): Promise<Manifest> {
  // Hidden files are no recordings: macOS adds one for each file of an archive, with the same ending.
  const names = await namesBelow(folder);
  const sounds = names.filter(isAudio);
  const texts = new Map(names.filter((name) => /\.txt$/i.test(name)).map((name) => [withoutEnding(name), name]));
  const textOf = (sound: string): string | undefined => texts.get(withoutEnding(sound));
  const missing = sounds.filter((name) => textOf(name) === undefined);
  const wanted = missing.map((name) => `${withoutEnding(name)}.txt`);
  if (sounds.length > 0 && missing.length === sounds.length) {
    throw new InputRangeError(`read ${folder}: expected ${wanted[0]} with the text of ${missing[0]}, found none`);
  }
  const named = `such as ${missing[0]}, which needs ${wanted[0]}`;
  const heard = sounds.filter((name) => textOf(name) !== undefined);
  const files = heard.map(async (name): Promise<UtteranceFile> => {
    const file = `${folder}/${textOf(name)}`;
    return { path: `${folder}/${name}`, text: spoken(decodeText(await readBytes(file), file)) };
  });
  return {
    files: await Promise.all(files),
    dataFormat: null,
    warnings: missing.length === 0
      ? []
      : [`${count(missing.length, "sound")} of ${folder} left out for want of a text, ${named}`],
  };
}

/** Whether a value is a text, or a number in JSON, which in CSV would be one. */
function isWritten(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number";
}

/** A text with one space between its words: how they are written on lines cannot be heard. */
function spoken(text: string): string {
  return text.trim().replaceAll(/\s+/g, " ");
}

/** Returns a path without the ending of its file's name, which a sound shares with its text. */
export function withoutEnding(path: string): string {
  return path.replace(/\.[^./\\]*$/, "");
}

async function readList(
  path: string,
  roles: readonly [path: Role, text: Role],
  { group }: ManifestFields,
): Promise<Manifest> {
  const content = await readText(path);
  const folder = nameOf(path) === path ? path.replace(/[^/\\]*$/, "") : "";
  try {
    const table = tableOf(path, content, roles);
    const [paths, texts] = columnsOf(table, roles);
    const hasNames = table.firstRow?.isHeader !== false;
    const speakers = hasNames && group ? table.names.indexOf(group) : -1;
    const files = Array.from({ length: table.length }, (_, row): UtteranceFile => {
      const name = expectText(table, row, paths);
      return {
        path: /^(?:[/\\]|[A-Za-z]:)/.test(name) ? name : folder + name,
        text: spoken(expectText(table, row, texts, isWritten)),
        ...speakers >= 0 && { speaker: expectText(table, row, speakers, isWritten) },
        ...segmentIn(table, row, nameOf(path)),
      };
    });
    const [pathColumn, textColumn] = [paths, texts].map((column) => table.names[column].trim());
    return { files, dataFormat: hasNames ? namesKnown({ pathColumn, textColumn }) : null, warnings: [] };
  } catch (error) {
    throw namedError(nameOf(path), error);
  }
}

/** Returns the segment of a row, if the row has one. A duration without an offset describes the whole sound. */
function segmentIn(table: Table, row: number, list: string): Pick<UtteranceFile, "segment"> {
  const { start, end } = boundsIn(table, row);
  if (start === undefined && end === undefined) return {};
  const place = `${list}: ${table.place(row)}`;
  return { segment: { start: start ?? 0, ...end !== undefined && { end }, place } };
}

/** Returns the seconds at which the segment of a row begins and ends, as far as they are given. */
function boundsIn(table: Table, row: number): { readonly start?: number; readonly end?: number } {
  const seconds = (name: string): number | undefined => secondsIn(table, row, name);
  const start = seconds("offset");
  if (start !== undefined) {
    const duration = seconds("duration");
    return duration === undefined ? { start } : { start, end: start + duration };
  }
  // One of the two alone may be of another kind, such as a date.
  const areBoth = ["start", "end"].every((name) => columnOf(table, name) >= 0);
  return areBoth ? { start: seconds("start"), end: seconds("end") } : {};
}

function columnOf(table: Table, name: string): number {
  return table.names.findIndex((own) => own.trim().toLowerCase() === name);
}

/** Returns the seconds in a column of a row, if the row has any. */
function secondsIn(table: Table, row: number, name: string): number | undefined {
  const column = columnOf(table, name);
  const value = column < 0 ? undefined : table.value(row, column);
  if (value === undefined || value === null || value === "") return undefined;
  const seconds = typeof value === "string" ? Number(value) : value;
  if (typeof seconds === "number" && Number.isFinite(seconds) && seconds >= 0) return seconds;
  throw new InputRangeError(
    `expected seconds in the field ${describeValue(table.names[column])} on ${table.place(row)}, found ${
      describeValue(value)
    }`,
  );
}

/** The columns of the paths and the texts. */
function rolesOf(
  { pathColumn, textColumn }: ManifestFields,
  likely: Manifest["dataFormat"],
): readonly [path: Role, text: Role] {
  return pairOfRoles(
    {
      content: "paths",
      option: "--path-column",
      names: ["path", "audio", "audio_filepath", "file", "file_name", "filename", "wav", "clip"],
      asked: pathColumn ?? undefined,
      likely: likely?.pathColumn,
    },
    {
      content: "texts",
      option: "--text-column",
      names: ["text", "transcript", "transcription", "sentence"],
      asked: textColumn ?? undefined,
      likely: likely?.textColumn,
    },
  );
}

function tableOf(path: string, content: string, roles: readonly [Role, Role]): Table {
  const isNamed = (names: readonly string[]): boolean =>
    roles.some((role) => isAsked(names, role)) || roles.every((role) => usualColumn(names, role) !== undefined);
  const hasTabs = firstLines(content).some((line) => line.includes("\t"));
  const layout = detectLayout(path, content, isNamed) ?? completeLayout(hasTabs ? "tsv" : "csv", content);
  return readTable(content, layout, {
    rule: ({ fields }: RowRecord) => ({ isHeader: isNamed(fields), by: isNamed(fields) ? "names" : "values" }),
    paths: () => roles.flatMap(({ asked, likely }) => [asked, likely].filter((path) => path !== undefined)),
  });
}

function columnsOf({ names, firstRow }: Table, roles: readonly [Role, Role]): readonly number[] {
  const found = roles.map((role) => role.asked === undefined ? usualColumn(names, role) : findColumn(names, role));
  if (found.every((column) => column !== undefined)) return found as number[];
  if (firstRow?.isHeader === false && names.length === 2 && roles.every(({ asked }) => asked === undefined)) {
    return [0, 1];
  }
  throw new InputRangeError(
    `expected columns of paths and texts, found ${describeList(names)}; set --path-column NAME --text-column NAME`,
  );
}
