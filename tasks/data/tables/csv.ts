import { InputSyntaxError } from "../../../errors.ts";
import { abbreviate, describeValue } from "../../../src/schema/mod.ts";

/** The fields of a record, and where it begins. */
export interface RowRecord {
  /** The fields in file order. */
  readonly fields: readonly string[];
  /** Line number of its first line, from 1. */
  readonly line: number;
}

const QUOTE = '"';

/**
 * Parses the records of a CSV file ([RFC 4180](https://www.rfc-editor.org/rfc/rfc4180)) with lines that end with
 * `"\n"`, and skips empty lines. A quote within an unquoted field is an ordinary character, and so is anything between
 * the closing quote of a field and the next delimiter, as in pandas.
 *
 * Throws `SyntaxError` with the line number if a quote is never closed, or if it is closed within a field after more
 * than `MAX_LINE_ENDS` line ends: then the quote is a stray one, and the field would swallow the lines between.
 */
export function recordsOfCSV(content: string, delimiter = ","): RowRecord[] {
  return [...eachRecordOfCSV(content, delimiter)];
}

/** Yields the records that `recordsOfCSV` returns, so that the first ones can be read alone. */
export function* eachRecordOfCSV(content: string, delimiter: string): Generator<RowRecord, void, void> {
  const reader = new Reader(content, delimiter);
  while (!reader.isAtEnd) {
    const line = reader.line;
    if (!reader.skipEmptyLine()) yield { fields: reader.record(), line };
  }
}

/** Maximum number of line ends in a quoted field that characters after its quote continue. */
const MAX_LINE_ENDS = 2;

function refuseRest(rest: string, start: number, end: number): never {
  throw new InputSyntaxError(
    `expected a delimiter after the quote on line ${end}, which closes the field that begins on line ${start}, found ` +
      `${describeValue(abbreviate(rest.trim(), 20))}; remove the quote on line ${start}, or double quotes in the field`,
  );
}

/**
 * Reads fields from a text. For speed, it searches for the next delimiter, quote or line end instead of visiting each
 * character.
 */
class Reader {
  #text: string;
  #delimiter: string;
  #at = 0;
  /** The end of the current line: its line feed, or the end of the text. */
  #end: number;
  /** Cached index of the next delimiter, which may be in a later line; the length of the text if there is none. */
  #next = -1;
  /** Number of the current line, from 1. */
  line = 1;

  constructor(text: string, delimiter: string) {
    this.#text = text;
    this.#delimiter = delimiter;
    this.#end = this.#lineEnd();
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  #lineEnd(): number {
    const end = this.#text.indexOf("\n", this.#at);
    return end < 0 ? this.#text.length : end;
  }

  #nextLine(): void {
    this.#at = this.#end + 1;
    this.#end = this.#lineEnd();
    this.line++;
  }

  /** Skips a line that is empty or consists of spaces; returns false if the line is another one. */
  skipEmptyLine(): boolean {
    let at = this.#at;
    while (at < this.#end && this.#text[at] === " ") at++;
    if (at < this.#end) return false;
    this.#nextLine();
    return true;
  }

  /** Reads the fields up to and including the next line end outside quotes. */
  record(): string[] {
    const fields = [this.#field()];
    while (this.#at < this.#end) {
      this.#at++;
      fields.push(this.#field());
    }
    this.#nextLine();
    return fields;
  }

  /** Reads a field, up to the delimiter or line end after it. */
  #field(): string {
    return this.#text[this.#at] === QUOTE ? this.#quoted() : this.#plain();
  }

  #plain(): string {
    const start = this.#at;
    this.#at = Math.min(this.#nextDelimiter(), this.#end);
    return this.#text.slice(start, this.#at);
  }

  #nextDelimiter(): number {
    if (this.#next < this.#at) {
      const next = this.#text.indexOf(this.#delimiter, this.#at);
      this.#next = next < 0 ? this.#text.length : next;
    }
    return this.#next;
  }

  #quoted(): string {
    const start = this.#at + 1;
    let end = this.#text.indexOf(QUOTE, start);
    let isDoubled = false;
    while (end >= 0 && this.#text[end + 1] === QUOTE) {
      isDoubled = true;
      end = this.#text.indexOf(QUOTE, end + 2);
    }
    const { line } = this;
    if (end < 0) throw new InputSyntaxError(`expected a closing quote after the one on line ${line}, found none`);
    this.#goTo(end + 1);
    const quoted = this.#text.slice(start, end);
    const field = isDoubled ? quoted.replaceAll('""', QUOTE) : quoted;
    if (this.#at === this.#end || this.#text[this.#at] === this.#delimiter) return field;
    const rest = this.#plain();
    if (this.line - line > MAX_LINE_ENDS && rest.trim() !== "") refuseRest(rest, line, this.line);
    return field + rest;
  }

  /** Moves ahead to a place and counts the line ends on the way. */
  #goTo(place: number): void {
    while (place > this.#end && this.#end < this.#text.length) this.#nextLine();
    this.#at = place;
  }
}
