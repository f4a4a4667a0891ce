import { InputSyntaxError } from "../../../errors.ts";
import { abbreviate, count, describeValue } from "../../../src/schema/mod.ts";
import { lettersOf, type RecordReader, type SequenceRecord } from "./records.ts";

/**
 * Reads the lines of FASTQ. Letters and qualities may be wrapped; a sequence is complete once it has as many qualities
 * as letters. The qualities are dropped.
 */
export class FastqReader implements RecordReader {
  #line = 0;
  #open: Omit<SequenceRecord, "letters"> | undefined;
  #parts: string[] = [];
  /** The line that divides the letters from the qualities; undefined before it. */
  #divider: number | undefined;
  #letters = 0;
  #qualities = 0;

  /** Throws `SyntaxError` with the line if a header is missing, or a sequence has more qualities than letters. */
  push(lines: readonly string[]): SequenceRecord[] {
    return lines.flatMap((text) => this.#take(text));
  }

  /** Returns the last sequence, if it is empty. Throws `SyntaxError` with the line if one is cut short. */
  end(): SequenceRecord[] {
    return this.#open === undefined ? [] : [this.#close(this.#open)];
  }

  #take(text: string): SequenceRecord[] {
    this.#line++;
    if (this.#open === undefined) this.#begin(text);
    else if (this.#divider !== undefined) {
      this.#qualities += text.trimEnd().length;
      if (this.#qualities >= this.#letters) return [this.#close(this.#open)];
    } else if (text.startsWith("+")) this.#divider = this.#line;
    else {
      const letters = lettersOf(text, this.#line);
      this.#parts.push(letters);
      this.#letters += letters.length;
    }
    return [];
  }

  #begin(text: string): void {
    if (text.trim() === "") return;
    if (!text.startsWith("@")) throw unexpected('a header, which begins with "@",', this.#line, text);
    this.#open = { header: text.slice(1).trim(), line: this.#line };
    this.#parts = [];
    this.#divider = undefined;
    this.#letters = this.#qualities = 0;
  }

  #close(open: Omit<SequenceRecord, "letters">): SequenceRecord {
    if (this.#divider === undefined) {
      throw unexpected('a line that begins with "+"', open.line + 1, this.#parts[0] ?? "");
    }
    if (this.#qualities !== this.#letters) {
      const expected = `a quality for each of the ${count(this.#letters, "letter")} on line ${this.#divider + 1}`;
      throw new InputSyntaxError(`expected ${expected}, found ${this.#qualities}`);
    }
    this.#open = undefined;
    return { ...open, letters: this.#parts.join("") };
  }
}

function unexpected(expected: string, line: number, found: string): SyntaxError {
  return new InputSyntaxError(`expected ${expected} on line ${line}, found ${describeValue(abbreviate(found, 40))}`);
}
