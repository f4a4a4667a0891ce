import { parse } from "@std/csv/parse";

/** The fields of a row, and where it begins. */
export interface RowRecord {
  /** The fields in their order. */
  readonly fields: readonly string[];
  /** Its first line in the file, from 1. */
  readonly line: number;
}

/** The records of a CSV file (RFC 4180). Throws a SyntaxError with the line where quotes do not fit. */
export function recordsOfCSV(content: string): RowRecord[] {
  const parsed = parseCSV(content);
  const lines = content.split(/\r?\n/);
  let line = 0;
  return parsed.map((fields) => {
    // The parser leaves empty lines out, and says of no record where it began.
    while (lines[line] === "") line++;
    const record = { fields, line: line + 1 };
    line += 1 + fields.reduce((sum, field) => sum + field.split("\n").length - 1, 0);
    return record;
  });
}

function parseCSV(content: string): string[][] {
  try {
    return parse(content);
  } catch (error) {
    const { message } = error as Error;
    const line = /parse error on line (\d+)/.exec(message)?.[1] ?? /record on line (\d+)/.exec(message)?.[1] ?? "?";
    const found = message.includes("bare") ? "a quote within an unquoted field" : "a quote that does not end its field";
    throw new SyntaxError(`expected CSV on line ${line}, found ${found}`);
  }
}

/**
 * The records of a TSV file: fields stand between tabs and have no quotes of their own, as in the files of GLUE; a field that is quoted as a
 * whole, with its inner quotes doubled, loses its quotes.
 */
export function recordsOfTSV(content: string): RowRecord[] {
  return content.split(/\r?\n/).flatMap((line, i) =>
    line === "" ? [] : [{ fields: line.split("\t").map(unquote), line: i + 1 }]
  );
}

function unquote(field: string): string {
  return /^"(?:[^"]|"")*"$/.test(field) && field.length > 1 ? field.slice(1, -1).replaceAll('""', '"') : field;
}
