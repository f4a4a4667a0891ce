import { InputRangeError, InputSyntaxError } from "../../../errors.ts";
import { describeValue } from "../../../src/schema/mod.ts";
import { eachRecordOfCSV, type RowRecord } from "./csv.ts";
import { recordsOfTSV } from "./tsv.ts";

/** The characters that usually separate fields, by name. */
export const DELIMITERS: Readonly<Record<string, string>> = { comma: ",", semicolon: ";", tab: "\t", pipe: "|" };

/** Number of records to inspect. */
const INSPECTED_RECORDS = 50;

/**
 * Returns the delimiter that a text means: one character, the name of a usual delimiter, or `\t`. Returns undefined if
 * it means none.
 */
export function readDelimiter(text: string): string | undefined {
  if (text === "\\t") return "\t";
  if (Object.hasOwn(DELIMITERS, text)) return DELIMITERS[text];
  return text.length === 1 && !/["\r\n]/.test(text) ? text : undefined;
}

/** Reads a delimiter if there is one. Throws `RangeError` if the text means none. */
export function expectDelimiter(text: string | undefined): string | undefined {
  const delimiter = text === undefined ? undefined : readDelimiter(text);
  if (text === undefined || delimiter !== undefined) return delimiter;
  throw new InputRangeError(`expected a delimiter of one character, found ${describeValue(text)}`);
}

/** Describes a delimiter for messages: "semicolons". */
export function describeDelimiter(delimiter: string): string {
  const usual = Object.keys(DELIMITERS).find((name) => DELIMITERS[name] === delimiter);
  return usual === undefined ? JSON.stringify(delimiter) : `${usual}s`;
}

/** Returns the delimiter that a first line such as `sep=;` declares, as Excel writes it; undefined if there is none. */
export function declaredDelimiter(content: string): string | undefined {
  return /^sep=([^\n"])(?:\n|$)/i.exec(content)?.[1];
}

/** How well a character separates the fields of the first records. */
interface Division {
  readonly delimiter: string;
  /** The share of the records that have the most frequent number of fields. */
  readonly share: number;
  /** Whether the character seems part of the texts: a space always follows it, or it is a comma between digits. */
  readonly isText: boolean;
}

/**
 * Detects the delimiter: the one with which most of the first records have the same number of fields, at least 2. Of
 * several equally good ones, it is not one that always has a space after it, nor a comma that always stands between
 * digits; of the others, it is the comma if possible.
 */
export function detectDelimiter(content: string): string {
  const divisions = [",", ";", "\t", "|"].map((delimiter) => divide(content, delimiter));
  const best = Math.max(...divisions.map(({ share }) => share));
  if (best === 0) return ",";
  const equal = divisions.filter(({ share }) => share === best);
  return (equal.find(({ isText }) => !isText) ?? equal[0]).delimiter;
}

function divide(content: string, delimiter: string): Division {
  const records = firstRecords(content, delimiter).map(({ fields }) => fields);
  const counts = Map.groupBy(records.filter(({ length }) => length > 1), ({ length }) => length);
  const most = Math.max(0, ...[...counts.values()].map(({ length }) => length));
  const isEvery = (holds: (before: string, after: string) => boolean): boolean =>
    records.every((fields) => fields.every((field, i) => i === 0 || holds(fields[i - 1], field)));
  return {
    delimiter,
    share: most / Math.max(1, records.length),
    isText: isEvery((_, after) => after.startsWith(" ")) ||
      delimiter === "," && isEvery((before, after) => /\d$/.test(before) && /^\d/.test(after)),
  };
}

/** Number of characters in which to look for the first records: of a large file, they are few. */
const INSPECTED_CHARACTERS = 2 ** 20;

/** Returns the first records, up to the first quote that is never closed. */
export function firstRecords(text: string, delimiter: string): RowRecord[] {
  const end = text.indexOf("\n", INSPECTED_CHARACTERS);
  const content = end < 0 ? text : text.slice(0, end);
  if (delimiter === "\t") return recordsOfTSV(content.split("\n", INSPECTED_RECORDS).join("\n"));
  const records: RowRecord[] = [];
  try {
    for (const record of eachRecordOfCSV(content, delimiter)) {
      if (records.push(record) === INSPECTED_RECORDS) break;
    }
  } catch (error) {
    if (!(error instanceof InputSyntaxError)) throw error;
  }
  return records;
}

/** Whether there are several records, all with the same number of fields, at least 2. */
export function isRectangular(records: readonly RowRecord[]): boolean {
  const [first, ...others] = records.map(({ fields }) => fields.length);
  return first > 1 && others.length > 0 && others.every((width) => width === first);
}
