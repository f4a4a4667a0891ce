import type { RowRecord } from "./csv.ts";

/** Number of lines from which to find the number of fields of a record. */
const INSPECTED_LINES = 1000;

const [QUOTE, TAB] = ['"', "\t"];

/**
 * Parses the records of a TSV file with lines that end with `"\n"`, and skips empty lines. Programs write TSV files
 * with and without quotes around fields, so the number of fields decides how a line with quotes is read:
 *
 * - A field that is quoted as a whole, with its inner quotes doubled, loses its quotes and may contain tabs and line
 *   ends if its record then has as many fields as the others. But if each of the lines that it spans has that number of
 *   fields, they are records of their own, unless a program wrote the whole file with quotes (see `isQuotedFile`).
 * - In any other line, tabs separate the fields and quotes are ordinary characters, as in the files of GLUE.
 */
export function recordsOfTSV(content: string): RowRecord[] {
  const records: RowRecord[] = [];
  const reader = new Reader(content);
  while (!reader.isAtEnd) {
    if (!reader.skipEmptyLine()) records.push(reader.record());
  }
  return records;
}

class Reader {
  #text: string;
  /** Number of fields of a record. */
  #width: number;
  #at = 0;
  /** The end of the current line: its line feed, or the end of the text. */
  #end: number;
  /** Number of the current line, from 1. */
  #line = 1;
  /** Whether a program wrote the file with quotes, once that matters. */
  #isQuotedFile: boolean | undefined;

  constructor(text: string) {
    this.#text = text;
    this.#end = this.#lineEnd(0);
    this.#width = usualWidth(text);
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  #lineEnd(start: number): number {
    const end = this.#text.indexOf("\n", start);
    return end < 0 ? this.#text.length : end;
  }

  /** Continues after a line end. */
  #goTo(end: number, lines: number): void {
    this.#line += lines;
    this.#at = end + 1;
    this.#end = this.#lineEnd(this.#at);
  }

  /** Skips a line that is empty or consists of spaces; returns false if the line is another one. */
  skipEmptyLine(): boolean {
    let at = this.#at;
    while (at < this.#end && this.#text[at] === " ") at++;
    if (at < this.#end) return false;
    this.#goTo(this.#end, 1);
    return true;
  }

  record(): RowRecord {
    const line = this.#line;
    const plain = this.#text.slice(this.#at, this.#end);
    const isQuoted = plain[0] === QUOTE || plain.includes(TAB + QUOTE);
    const quoted = isQuoted ? readQuoted(this.#text, this.#at, this.#width) : undefined;
    if (quoted?.fields.length === this.#width) {
      const lines = this.#text.slice(this.#at, quoted.end).split("\n");
      const areRecords = lines.every((line) => line === "" || widthOf(line) === this.#width);
      if (lines.length === 1 || !areRecords || (this.#isQuotedFile ??= isQuotedFile(this.#text, this.#width))) {
        this.#goTo(quoted.end, lines.length);
        return { fields: quoted.fields, line };
      }
    }
    this.#goTo(this.#end, 1);
    const fields = plain.split(TAB);
    return { fields: isQuoted ? fields.map(unquote) : fields, line };
  }
}

/**
 * Reads a record in which quotes enclose whole fields. Returns its fields, which of them are quoted, and its end.
 * Returns undefined if quotes do not enclose whole fields or there are more than `most` of them.
 */
function readQuoted(
  text: string,
  start: number,
  most: number,
): { fields: string[]; quoted: boolean[]; end: number } | undefined {
  const [fields, quoted]: [string[], boolean[]] = [[], []];
  for (let at = start; fields.length < most; at++) {
    quoted.push(text[at] === QUOTE);
    const end = text[at] === QUOTE ? closingQuote(text, at) + 1 : plainEnd(text, at);
    const isWhole = end === text.length || text[end] === TAB || text[end] === "\n";
    if (!isWhole) return undefined;
    fields.push(unquote(text.slice(at, end)));
    if (text[end] !== TAB) return { fields, quoted, end };
    at = end;
  }
  return undefined;
}

/**
 * Whether a program wrote a file with quotes: if quotes are read as such, all records have `width` fields, quotes
 * enclose whole fields, either every field of some columns or just the fields that need them, and every field is quoted
 * or at least two fields have both a tab and a line end.
 */
function isQuotedFile(text: string, width: number): boolean {
  const needless = new Set<number>();
  const plain = new Set<number>();
  let both = 0;
  let isFirst = true;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "\n") continue;
    const record = readQuoted(text, at, width);
    if (record?.fields.length !== width) return false;
    for (const [column, field] of record.fields.entries()) {
      const [hasTab, hasEnd, hasQuote] = [TAB, "\n", QUOTE].map((mark) => field.includes(mark));
      const isQuoted = record.quoted[column];
      if (!isQuoted && hasQuote) return false;
      if (hasTab && hasEnd) both++;
      if (isQuoted && !hasTab && !hasEnd && !hasQuote) needless.add(column);
      // The names of the columns may have no quotes.
      if (!isQuoted && !isFirst) plain.add(column);
    }
    at = record.end;
    isFirst = false;
  }
  return (plain.size === 0 || both > 1) && needless.isDisjointFrom(plain);
}

/** The place of the quote that closes a field, or the length of the text if there is none. */
function closingQuote(text: string, start: number): number {
  let end = text.indexOf(QUOTE, start + 1);
  while (end >= 0 && text[end + 1] === QUOTE) end = text.indexOf(QUOTE, end + 2);
  return end < 0 ? text.length : end;
}

/** The end of a field without quotes around it. */
function plainEnd(text: string, start: number): number {
  let end = start;
  while (end < text.length && text[end] !== TAB && text[end] !== "\n") end++;
  return end;
}

/** Removes the quotes around a field that is quoted as a whole. */
function unquote(field: string): string {
  return field.length > 1 && field[0] === QUOTE && closingQuote(field, 0) === field.length - 1
    ? field.slice(1, -1).replaceAll('""', QUOTE)
    : field;
}

/** The number of fields of the first record, or of most lines without quotes if its quotes do not enclose fields. */
function usualWidth(text: string): number {
  const [first = "", ...others] = text.split("\n", INSPECTED_LINES).filter((line) => line.trim() !== "");
  if (!first.includes(QUOTE)) return widthOf(first);
  const quoted = readQuoted(text, text.indexOf(first), Infinity);
  if (quoted) return quoted.fields.length;
  const widths = others.filter((line) => !line.includes(QUOTE)).map(widthOf).filter((width) => width > 1);
  const groups = [...Map.groupBy(widths, (width) => width).values()];
  return groups.reduce((a, b) => b.length > a.length ? b : a, [widthOf(first)])[0];
}

/** The number of fields that tabs separate. */
function widthOf(line: string): number {
  let width = 1;
  for (let at = line.indexOf(TAB); at >= 0; at = line.indexOf(TAB, at + 1)) width++;
  return width;
}
