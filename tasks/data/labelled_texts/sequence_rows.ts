import { describeRecord, readFasta, readFastq, type SequenceFormat } from "../sequences/mod.ts";
import type { Columns, Rows } from "./rows.ts";

/**
 * Reads the sequences of FASTA or FASTQ in upper case. Their label is the given one, or is in their headers.
 *
 * Throws `SyntaxError` with the line if a record is malformed.
 */
export function readSequenceRows(content: string, format: SequenceFormat, { label, labelColumn }: Columns): Rows {
  const records = format === "fasta" ? readFasta(content) : readFastq(content);
  return {
    rows: records.map(({ header, letters }) => ({
      text: letters.toUpperCase(),
      label: label ?? labelIn(header, labelColumn) ?? "",
    })),
    place: (row) => describeRecord(records[row]),
    lowerCase: records.filter(({ letters }) => /[a-z]/.test(letters)).length,
  };
}

/** A label in a header by its name. */
const NAMED = /(?:^|[\s|;,])(?:label|class)=([^\s|;,]+)/i;

/**
 * Returns the label in a header: the value of `label=` or `class=`, otherwise the last of the fields, which white space
 * or `|` divide. `column` is another name than these two, or the number of a field from 1.
 */
function labelIn(header: string, column: string | undefined): string | undefined {
  const fields = header.split(/[\s|]+/).filter((field) => field !== "");
  if (column === undefined) return NAMED.exec(header)?.[1] ?? fields.at(-1);
  const named = header.split(/[\s|;,]+/).find((field) => field.startsWith(`${column}=`));
  return named?.slice(column.length + 1) ?? (/^[1-9]\d*$/.test(column) ? fields[Number(column) - 1] : undefined);
}
