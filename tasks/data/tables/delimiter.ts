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
  throw new RangeError(`expected a delimiter of one character, found ${describeValue(text)}`);
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

/**
 * Detects the delimiter: the one with which most of the first records have the same number of fields, at least 2. If
 * several are equally good, it is not the comma, which texts and numbers contain too; but a comma is expected with less
 * than three records.
 */
export function detectDelimiter(content: string): string {
  const scores = [";", "\t", "|", ","].map((delimiter) => ({ delimiter, ...inspect(content, delimiter) }));
  const comma = scores[3];
  const best = scores.reduce((a, b) => b.share > a.share ? b : a);
  const isUncertain = best.share === 0 || best.records < 3;
  return isUncertain && best.share === comma.share ? "," : best.delimiter;
}

/** Returns the number of first records, and the share of them that have the most frequent number of fields. */
function inspect(content: string, delimiter: string): { records: number; share: number } {
  const widths = firstRecords(content, delimiter).map(({ fields }) => fields.length);
  const counts = Map.groupBy(widths.filter((width) => width > 1), (width) => width);
  const most = Math.max(0, ...[...counts.values()].map(({ length }) => length));
  return { records: widths.length, share: most / Math.max(1, widths.length) };
}

/** Returns the first records, up to the first quote that is never closed. */
export function firstRecords(content: string, delimiter: string): RowRecord[] {
  if (delimiter === "\t") return recordsOfTSV(content.split("\n", INSPECTED_RECORDS).join("\n"));
  const records: RowRecord[] = [];
  try {
    for (const record of eachRecordOfCSV(content, delimiter)) {
      if (records.push(record) === INSPECTED_RECORDS) break;
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return records;
}
