/** The fields of a row, and where it begins. */
export interface RowRecord {
  /** The fields in their order. */
  readonly fields: readonly string[];
  /** Its first line in the file, from 1. */
  readonly line: number;
}

const QUOTE = '"';
const COMMA = ",";

/**
 * The records of a CSV file ([RFC 4180](https://www.rfc-editor.org/rfc/rfc4180)); lines may end with `"\n"` too. Empty lines are left out.
 *
 * Throws `SyntaxError` with the line where quotes do not fit.
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

/** Reads fields from a text: it looks for the next comma, quote or line end rather than at each character. */
class Reader {
  #text: string;
  #at = 0;
  /** Where the present line ends: at its line feed, or the text's end. */
  #end: number;
  /** The next comma, or where none was found: it may stand in a later line, and is looked for once. */
  #comma = -1;
  /** The line that is read, from 1. */
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

  /** Where the present line's text ends, before a carriage return. */
  get #textEnd(): number {
    const isReturn = this.#end > this.#at && this.#text[this.#end - 1] === "\r";
    return isReturn ? this.#end - 1 : this.#end;
  }

  #nextLine(): void {
    this.#at = this.#end + 1;
    this.#end = this.#lineEnd();
    this.line++;
  }

  /** Goes past the end of the line; false where there is something before it. */
  skipLineEnd(): boolean {
    if (this.#at < this.#textEnd) return false;
    this.#nextLine();
    return true;
  }

  /** The fields up to the end of a line that is not within quotes, and goes past it. */
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

  /** A field without quotes; afterwards the place is that of the comma or the line's end after it. */
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

  /** A field in quotes, which may hold line ends; each is a line feed afterwards. */
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

  /** Goes to a place ahead, past the line ends on the way. */
  #goTo(place: number): void {
    while (place > this.#end && this.#end < this.#text.length) this.#nextLine();
    this.#at = place;
  }

  #error(found: string): SyntaxError {
    return new SyntaxError(`expected CSV on line ${this.line}, found ${found}`);
  }
}
