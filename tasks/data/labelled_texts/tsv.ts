import type { RowRecord } from "./csv.ts";

/**
 * Parses the records of a TSV file. Tabs separate the fields, and quotes are ordinary characters, as in the files of
 * GLUE; only a field that is quoted as a whole, with its inner quotes doubled, loses its quotes.
 */
export function recordsOfTSV(content: string): RowRecord[] {
  return content.split(/\r?\n/).flatMap((line, i) =>
    line === "" ? [] : [{ fields: line.split("\t").map(unquote), line: i + 1 }]
  );
}

function unquote(field: string): string {
  return field.length > 1 && field[0] === '"' && /^"(?:[^"]|"")*"$/.test(field)
    ? field.slice(1, -1).replaceAll('""', '"')
    : field;
}
