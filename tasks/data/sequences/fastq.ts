import { InputSyntaxError } from "../../../errors.ts";
import { abbreviate, count, describeValue } from "../../../src/schema/mod.ts";
import { lettersOf, type SequenceRecord } from "./records.ts";

/**
 * Reads the sequences of a FASTQ file, whose lines end with `"\n"`. Letters and qualities may be wrapped; the qualities
 * are checked and dropped.
 *
 * Throws `SyntaxError` with the line if a header is missing, or if a sequence has not as many qualities as letters.
 */
export function readFastq(content: string): SequenceRecord[] {
  const lines = content.split("\n");
  const records: SequenceRecord[] = [];
  for (let at = 0; at < lines.length;) {
    if (lines[at].trim() === "") at++;
    else at = readRecord(lines, at, records);
  }
  return records;
}

/** Reads the record that begins at a line, and returns the line after it. */
function readRecord(lines: readonly string[], start: number, records: SequenceRecord[]): number {
  if (!lines[start].startsWith("@")) throw unexpected('a header, which begins with "@",', start, lines[start]);
  let divider = start + 1;
  while (divider < lines.length && !lines[divider].startsWith("+")) divider++;
  if (divider === lines.length) throw unexpected('a line that begins with "+"', start + 1, lines[start + 1] ?? "");
  const letters = lines.slice(start + 1, divider).map((text, i) => lettersOf(text, start + i + 2)).join("");
  let qualities = lines[divider + 1]?.trimEnd().length ?? 0;
  let end = divider + 2;
  while (qualities < letters.length && end < lines.length) qualities += lines[end++].trimEnd().length;
  if (qualities !== letters.length) {
    throw new InputSyntaxError(
      `expected a quality for each of the ${count(letters.length, "letter")} on line ${
        divider + 2
      }, found ${qualities}`,
    );
  }
  records.push({ header: lines[start].slice(1).trim(), letters, line: start + 1 });
  return end;
}

function unexpected(expected: string, line: number, found: string): SyntaxError {
  return new InputSyntaxError(
    `expected ${expected} on line ${line + 1}, found ${describeValue(abbreviate(found, 40))}`,
  );
}
