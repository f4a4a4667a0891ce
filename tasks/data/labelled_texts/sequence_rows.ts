import { describeRecord, FastaReader, FastqReader, type SequenceFormat } from "../sequences/mod.ts";
import type { LabelSetOptions } from "./label_sets.ts";
import type { Columns, Rows } from "./rows.ts";

/**
 * Reads the sequences of FASTA or FASTQ in upper case. Their label is the given one, or is in their headers; if they
 * may have several, it is not divided yet.
 *
 * Throws `SyntaxError` with the line if a record is malformed.
 */
export function readSequenceRows(
  content: string,
  format: SequenceFormat,
  { label, labelColumn, multiLabel, labelSeparator }: Columns & LabelSetOptions,
): Rows {
  const reader = format === "fasta" ? new FastaReader() : new FastqReader();
  const records = [...reader.push(content.split("\n")), ...reader.end()];
  const isSet = multiLabel ?? labelSeparator !== undefined;
  return {
    rows: records.map(({ header, letters }) => ({
      text: letters.toUpperCase(),
      label: label ?? labelIn(header, labelColumn, isSet) ?? "",
    })),
    place: (row) => describeRecord(records[row]),
    lowerCase: records.filter(({ letters }) => /[a-z]/.test(letters)).length,
  };
}

/** A name, and what follows its `=` up to white space. */
const NAMED = /(?<=^|[\s|;,])([^\s|;,=]+)=(?=(\S*))/g;

/**
 * Returns the label in a header: the value of `label=` or `class=`, otherwise the last of the fields, which white space
 * or `|` divide. `column` is another name than these two, or the number of a field from 1. A set of labels ends with
 * white space only, since any other character may divide it, and may be empty.
 */
function labelIn(header: string, column: string | undefined, isSet: boolean): string | undefined {
  const isName = (name: string): boolean => column === undefined ? /^(?:label|class)$/i.test(name) : name === column;
  const values = [...header.matchAll(NAMED)].filter(([, name]) => isName(name))
    .map(([, , value]) => isSet ? value : value.split(/[|;,]/, 1)[0]);
  const value = column === undefined && !isSet ? values.find((value) => value !== "") : values[0];
  if (value !== undefined) return value;
  const divider = isSet && /\S\s+\S/.test(header) ? /\s+/ : /[\s|]+/;
  const fields = header.split(divider).filter((field) => field !== "");
  if (column === undefined) return fields.at(-1);
  return /^[1-9]\d*$/.test(column) ? fields[Number(column) - 1] : undefined;
}
