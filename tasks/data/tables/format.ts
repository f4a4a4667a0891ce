import { InputRangeError } from "../../../errors.ts";
import { withoutCompressionEnding } from "../../../src/formats/compression.ts";
import {
  declaredDelimiter,
  DELIMITERS,
  describeDelimiter,
  detectDelimiter,
  firstRecords,
  isRectangular,
} from "./delimiter.ts";
import { isArray, isDocument, isJSON } from "./json.ts";

/** The file formats of tables. */
export type TableFormat = "csv" | "tsv" | "json" | "jsonl";

/** Formats by file name extension. */
const ENDINGS: Readonly<Record<string, TableFormat>> = {
  csv: "csv",
  tsv: "tsv",
  tab: "tsv",
  json: "json",
  jsonl: "jsonl",
  ndjson: "jsonl",
};

/** Number of lines to inspect. */
const INSPECTED_LINES = 20;

/** Number of first lines among which a header shows a table, since a title may be above it. */
const HEADER_LINES = 5;

/** A format, and what separates the fields if it has a delimiter. */
export interface Layout {
  readonly format: TableFormat;
  readonly delimiter?: string;
}

/** Returns the first lines of a text that are not empty. */
export function firstLines(content: string): string[] {
  return content.slice(0, 2 ** 20).split("\n").filter((line) => line.trim() !== "").slice(0, INSPECTED_LINES);
}

/**
 * Detects the layout of a table by the ending of its file's name, and by its content: what is called `.csv` may have
 * other delimiters, and what has another name than `.jsonl` may be any JSON. If the name says nothing, it is JSON if
 * it begins as JSON records do; TSV if every line has a tab; or a table with other delimiters if `isHeader` recognizes
 * the fields of one of the first lines, or if most records have fields in quotes. Otherwise it is undefined.
 */
export function detectLayout(
  path: string,
  content: string,
  isHeader: (names: readonly string[]) => boolean,
): Layout | undefined {
  const ending = /\.([^./\\]+)$/.exec(withoutCompressionEnding(path))?.[1].toLowerCase() ?? "";
  const known = Object.hasOwn(ENDINGS, ending) ? ENDINGS[ending] : isJSON(content) ? "json" : undefined;
  if (known) return completeLayout(isJSON(content) && known !== "jsonl" ? "json" : known, content);
  const lines = firstLines(content);
  if (lines.every((line) => /^\s*\{.*\}\s*$/.test(line))) return { format: "jsonl" };
  if (lines.every((line) => line.includes("\t"))) return { format: "tsv", delimiter: "\t" };
  const hasHeader = (delimiter: string): boolean =>
    lines.slice(0, HEADER_LINES).some((line) =>
      isHeader(line.split(delimiter).map((name) => name.replaceAll('"', "")))
    );
  const delimiter = declaredDelimiter(content) ?? Object.values(DELIMITERS).find(hasHeader) ??
    quotedDelimiter(content);
  return delimiter === undefined ? undefined : { format: delimiter === "\t" ? "tsv" : "csv", delimiter };
}

/** Completes a layout whose format is known from the content. Throws `RangeError` if JSON should have a delimiter. */
export function completeLayout(format: TableFormat, content: string, delimiter?: string): Layout {
  if (format === "jsonl") return { format: isArray(content) ? "json" : "jsonl" };
  if (format === "json") return { format: isDocument(content) ? "json" : "jsonl" };
  if (isJSON(content)) {
    const expected = delimiter === undefined
      ? format.toUpperCase()
      : `fields separated by ${describeDelimiter(delimiter)}`;
    throw new InputRangeError(
      `expected ${expected}, found JSON; leave out ${delimiter === undefined ? "--format" : "--delimiter"}`,
    );
  }
  if (delimiter !== undefined) return { format, delimiter };
  const declared = declaredDelimiter(content);
  const isTabbed = format === "tsv" && firstLines(content).some((line) => line.includes("\t"));
  const found = declared ?? (isTabbed ? "\t" : detectDelimiter(content));
  return { format: found === "\t" ? "tsv" : "csv", delimiter: found };
}

/** The delimiter with which all first records have the same number of fields, and most of them fields in quotes. */
function quotedDelimiter(content: string): string | undefined {
  const delimiter = detectDelimiter(content);
  const records = firstRecords(content, delimiter);
  const lines = content.slice(0, 2 ** 20).split("\n");
  const opening = new RegExp(`(?:^|[${delimiter}])"`);
  const quoted = records.filter(({ line }) => opening.test(lines[line - 1] ?? ""));
  return isRectangular(records) && quoted.length > records.length / 2 ? delimiter : undefined;
}
