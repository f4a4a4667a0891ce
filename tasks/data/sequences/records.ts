import { InputSyntaxError } from "../../../errors.ts";
import { abbreviate, describeValue } from "../../../src/schema/mod.ts";

/** A sequence of a file. */
export interface SequenceRecord {
  /** The header, without its mark. */
  readonly header: string;
  /** The letters as they stand in the file, without white space. */
  readonly letters: string;
  /** The line of the header, counted from 1. */
  readonly line: number;
}

/** Takes the lines of a file, and returns the sequences that they complete. */
export interface RecordReader {
  /** Takes the next lines. */
  push(lines: readonly string[]): SequenceRecord[];
  /** Ends the file, and returns its last sequences. */
  end(): SequenceRecord[];
}

/** Returns the name of a record: the first word of its header. */
export function nameIn(header: string): string {
  return header.split(/\s/, 1)[0];
}

/** Names a record for messages: `line 3 (seq1)`. */
export function describeRecord({ header, line }: Pick<SequenceRecord, "header" | "line">): string {
  const name = nameIn(header);
  return name === "" ? `line ${line}` : `line ${line} (${abbreviate(name, 40)})`;
}

/**
 * Returns the letters of a line without its white space. Throws `SyntaxError` with the line if it has anything else
 * than letters, `*` (a stop), `-` and `.` (gaps).
 */
export function lettersOf(text: string, line: number): string {
  const letters = text.replaceAll(/\s+/g, "");
  const odd = /[^A-Za-z*.-]/.exec(letters)?.[0];
  if (odd === undefined) return letters;
  throw new InputSyntaxError(`expected the letters of a sequence on line ${line}, found ${describeValue(odd)}`);
}
