/** The fields of a record, and where it begins. */
export interface RowRecord {
  /** The fields in file order. */
  readonly fields: readonly string[];
  /** Line number of its first line, from 1. */
  readonly line: number;
}

const QUOTE = '"';
const COMMA = ",";

/**
 * Parses the records of a CSV file ([RFC 4180](https://www.rfc-editor.org/rfc/rfc4180)). Lines may also end with
 * `"\n"`, and empty lines are skipped.
 *
 * Throws `SyntaxError` with the line number if quotes are misplaced.
 */
export function recordsOfCSV(content: string): RowRecord[] {
  const records: RowRecord[] = [];
  const reader = new Reader(content);
  while (!reader.isAtEnd) {
    const line = reader.line;
    if (!reader.skipLineEnd()) records.push({ fields: reader.record(), line });
  }
  return records;
}

/**
 * Reads fields from a text. For speed, it searches for the next comma, quote or line end instead of visiting each
 * character.
 */
class Reader {
  #text: string;
  #at = 0;
  /** The end of the current line: its line feed, or the end of the text. */
  #end: number;
  /** Cached index of the next comma, which may be in a later line; the length of the text if there is none. */
  #comma = -1;
  /** Number of the current line, from 1. */
  line = 1;

  constructor(text: string) {
    this.#text = text;
    this.#end = this.#lineEnd();
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  #lineEnd(): number {
    const end = this.#text.indexOf("\n", this.#at);
    return end < 0 ? this.#text.length : end;
  }

  /** The end of the text of the current line, before a carriage return. */
  get #textEnd(): number {
    const isReturn = this.#end > this.#at && this.#text[this.#end - 1] === "\r";
    return isReturn ? this.#end - 1 : this.#end;
  }

  #nextLine(): void {
    this.#at = this.#end + 1;
    this.#end = this.#lineEnd();
    this.line++;
  }

  /** Skips the end of the line; returns false if anything precedes it. */
  skipLineEnd(): boolean {
    if (this.#at < this.#textEnd) return false;
    this.#nextLine();
    return true;
  }

  /** Reads the fields up to and including the next line end outside quotes. */
  record(): string[] {
    const fields = [this.#field()];
    while (this.#text[this.#at] === COMMA && this.#at < this.#end) {
      this.#at++;
      fields.push(this.#field());
    }
    this.#nextLine();
    return fields;
  }

  #field(): string {
    return this.#text[this.#at] === QUOTE ? this.#quoted() : this.#plain();
  }

  /** Reads an unquoted field, up to the comma or line end after it. */
  #plain(): string {
    const start = this.#at;
    this.#at = Math.min(this.#nextComma(), this.#textEnd);
    const field = this.#text.slice(start, this.#at);
    if (field.includes(QUOTE)) throw this.#error("a quote within an unquoted field");
    return field;
  }

  #nextComma(): number {
    if (this.#comma < this.#at) {
      const comma = this.#text.indexOf(COMMA, this.#at);
      this.#comma = comma < 0 ? this.#text.length : comma;
    }
    return this.#comma;
  }

  /** Reads a quoted field, and converts the line ends in it to line feeds. */
  #quoted(): string {
    const start = this.#at + 1;
    let end = this.#text.indexOf(QUOTE, start);
    let isDoubled = false;
    while (end >= 0 && this.#text[end + 1] === QUOTE) {
      isDoubled = true;
      end = this.#text.indexOf(QUOTE, end + 2);
    }
    if (end < 0) throw this.#error("a quote that does not end its field");
    this.#goTo(end + 1);
    if (this.#at < this.#textEnd && this.#text[this.#at] !== COMMA) {
      throw this.#error("a quote that does not end its field");
    }
    const field = this.#text.slice(start, end).replaceAll("\r\n", "\n");
    return isDoubled ? field.replaceAll('""', QUOTE) : field;
  }

  /** Moves ahead to a place and counts the line ends on the way. */
  #goTo(place: number): void {
    while (place > this.#end && this.#end < this.#text.length) this.#nextLine();
    this.#at = place;
  }

  #error(found: string): SyntaxError {
    return new SyntaxError(`expected CSV on line ${this.line}, found ${found}`);
  }
}
