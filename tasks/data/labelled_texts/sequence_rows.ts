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
  { label, labelColumn, likely, multiLabel, labelSeparator }: Columns & LabelSetOptions,
): Rows {
  const reader = format === "fasta" ? new FastaReader() : new FastqReader();
  const records = [...reader.push(content.split("\n")), ...reader.end()];
  const isSet = multiLabel ?? labelSeparator !== undefined;
  const usual = likely?.labelColumn;
  const labelOf = (header: string): string | undefined => {
    const own = labelColumn === undefined && usual !== undefined ? labelIn(header, usual, isSet) : undefined;
    return own ?? labelIn(header, labelColumn, isSet);
  };
  return {
    rows: records.map(({ header, letters }) => ({
      text: letters.toUpperCase(),
      label: label ?? labelOf(header) ?? "",
    })),
    place: (row) => describeRecord(records[row]),
    labelColumn,
    lowerCase: records.filter(({ letters }) => /[a-z]/.test(letters)).length,
  };
}

/** A name before `=`. */
const NAMED = /(?<=^|[\s|;,[])([^\s|;,=[\]]+)=/g;

/** A value that ends with white space or a divider of fields. */
const WORD = /^[^\s|;,]*/;

/** A value that runs on to the next name. */
const PHRASE = /^[^|;,]*?(?=(?:\s|[|;,]\s*)\[?[^\s|;,=[\]]+=)/;

/**
 * Returns the label in a header: the value of `label=` or `class=`, otherwise the last of the fields, which white space
 * or `|` divide. `column` is another name than these two, or the number of a field from 1; a value with such a name may
 * have white space if another name follows, since a header may end in free text. A value in quotes, or whose name is in
 * brackets, may have any characters. A set of labels ends with white space only, since any other character may divide
 * it, and may be empty.
 */
function labelIn(header: string, column: string | undefined, isSet: boolean): string | undefined {
  const isName = (name: string): boolean => column === undefined ? /^(?:label|class)$/i.test(name) : name === column;
  const forms = isSet ? [/^\S*/] : column === undefined ? [WORD] : [PHRASE, WORD];
  const values = valuesIn(header, isName, forms);
  const value = column === undefined && !isSet ? values.find((value) => value !== "") : values[0];
  if (value !== undefined) return value;
  const divider = isSet && /\S\s+\S/.test(header) ? /\s+/ : /[\s|]+/;
  const fields = header.split(divider).filter((field) => field !== "");
  if (column === undefined) return fields.at(-1);
  return /^[1-9]\d*$/.test(column) ? fields[Number(column) - 1] : undefined;
}

/** Returns the values of some names in a header; those without quotes and brackets have the first form that matches. */
function valuesIn(header: string, isName: (name: string) => boolean, forms: readonly RegExp[]): string[] {
  const values: string[] = [];
  for (let at = 0; at < header.length;) {
    NAMED.lastIndex = at;
    const found = NAMED.exec(header);
    if (found === null) break;
    const start = NAMED.lastIndex;
    const enclosed = enclosedAt(header, start, header[found.index - 1] === "[");
    if (isName(found[1])) values.push((enclosed ?? firstMatch(header.slice(start), forms)).trim());
    at = start + (enclosed?.length ?? 0);
  }
  return values;
}

function firstMatch(text: string, forms: readonly RegExp[]): string {
  return forms.map((form) => form.exec(text)?.[0]).find((found) => found !== undefined) ?? "";
}

/** Returns the value that begins at a place if quotes or the brackets around its name say where it ends. */
function enclosedAt(header: string, start: number, isBracketed: boolean): string | undefined {
  const isQuoted = /["']/.test(header.charAt(start));
  const from = isQuoted ? start + 1 : start;
  const to = isQuoted ? header.indexOf(header[start], from) : isBracketed ? closingBracket(header, from) : -1;
  return to < 0 ? undefined : header.slice(from, to);
}

/** Returns the place of the bracket that closes one before `start`, or of the first if brackets are not in pairs. */
function closingBracket(header: string, start: number): number {
  let open = 1;
  for (let i = start; i < header.length; i++) {
    if (header[i] === "[") open++;
    else if (header[i] === "]" && --open === 0) return i;
  }
  return header.indexOf("]", start);
}
