import { InputSyntaxError } from "../../../errors.ts";
import { abbreviate, describeValue } from "../../../src/schema/mod.ts";
import { lettersOf, type SequenceRecord } from "./records.ts";

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

/**
 * Reads the sequences of a FASTA file, whose lines end with `"\n"`. The letters of a sequence may be wrapped.
 *
 * Throws `SyntaxError` with the line if there are letters before the first header, or a line has anything but letters.
 */
export function readFasta(content: string): SequenceRecord[] {
  const records: SequenceRecord[] = [];
  let parts: string[] = [];
  let open: { readonly header: string; readonly line: number } | undefined;
  const close = (): void => {
    if (open) records.push({ ...open, letters: parts.join("") });
    parts = [];
  };
  content.split("\n").forEach((text, i) => {
    const found = parseFastaLine(text, i + 1);
    if (found === undefined) return;
    if ("header" in found) {
      close();
      open = { header: found.header, line: i + 1 };
    } else if (open) parts.push(found.letters);
    else throw headerless(text, i + 1);
  });
  close();
  return records;
}

/** The error about letters before the first header. */
export function headerless(text: string, line: number): SyntaxError {
  return new InputSyntaxError(
    `expected a header, which begins with ">", on line ${line}, found ${describeValue(abbreviate(text, 40))}`,
  );
}
