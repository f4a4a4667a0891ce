import { InputSyntaxError } from "../../../errors.ts";
import { abbreviate, describeValue } from "../../../src/schema/mod.ts";
import { lettersOf, type RecordReader, type SequenceRecord } from "./records.ts";

/** The content of a line of a FASTA file: a header without its `>`, or letters of the sequence above. */
export type FastaLine = { readonly header: string } | { readonly letters: string };

/**
 * Parses a line of a FASTA file; `line` is its number. Returns undefined for an empty line and for a comment, which
 * begins with `;`.
 *
 * Throws `SyntaxError` with the line if it is neither a header nor letters.
 */
export function parseFastaLine(text: string, line: number): FastaLine | undefined {
  if (text.startsWith(">")) return { header: text.slice(1).trim() };
  if (text.startsWith(";") || text.trim() === "") return undefined;
  return { letters: lettersOf(text, line) };
}

/** Reads the lines of FASTA. The letters of a sequence may be wrapped; the next header completes it. */
export class FastaReader implements RecordReader {
  #line = 0;
  #open: Omit<SequenceRecord, "letters"> | undefined;
  #parts: string[] = [];

  /** Throws `SyntaxError` with the line if letters precede the first header, or a line has anything but letters. */
  push(lines: readonly string[]): SequenceRecord[] {
    return lines.flatMap((text) => this.#take(text));
  }

  /** Returns the last sequence, if there is one. */
  end(): SequenceRecord[] {
    const complete = this.#open === undefined ? [] : [{ ...this.#open, letters: this.#parts.join("") }];
    this.#open = undefined;
    this.#parts = [];
    return complete;
  }

  #take(text: string): SequenceRecord[] {
    const found = parseFastaLine(text, ++this.#line);
    if (found === undefined) return [];
    if ("header" in found) {
      const complete = this.end();
      this.#open = { header: found.header, line: this.#line };
      return complete;
    }
    if (this.#open === undefined) throw headerless(text, this.#line);
    this.#parts.push(found.letters);
    return [];
  }
}

/** The error about letters before the first header. */
export function headerless(text: string, line: number): SyntaxError {
  const found = describeValue(abbreviate(text.trimEnd(), 40));
  return new InputSyntaxError(`expected a header, which begins with ">", on line ${line}, found ${found}`);
}
