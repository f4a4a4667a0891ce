import { InputRangeError } from "../../../errors.ts";
import { describeValue } from "../../../src/schema/mod.ts";
import { flatSequence, type VectorSequence, type VectorSequences } from "./sequence.ts";

/** The fewest fields of a line that is taken for a label and the values of a sequence. */
const LEAST = 5;

/**
 * Whether a text has lines of numbers alone, separated by tabs, commas or spaces, as the `.tsv` and `.txt` files of the
 * UCR archive: a label, and the values of a sequence of one channel.
 */
export function holdsValueRows(content: string): boolean {
  const first = linesOf(content)[0]?.line;
  const fields = first === undefined ? [] : fieldsOf(first);
  return fields.length >= LEAST && Number.isFinite(Number(fields[0])) && fields.every((field) => isValue(field));
}

/** Reads a text with a label and the values of a sequence in each line. Missing values at the end are left out. */
export function readValueRows(content: string): VectorSequences {
  const sequences = linesOf(content).map(({ line, place }): VectorSequence => {
    const [label, ...fields] = fieldsOf(line);
    const wrong = fields.findIndex((field) => !isValue(field));
    if (wrong >= 0) {
      throw new InputRangeError(
        `expected a number as value ${wrong + 1} on ${place}, found ${describeValue(fields[wrong])}`,
      );
    }
    const values = Float32Array.from(fields, (field) => isMissing(field) ? NaN : Number(field));
    return flatSequence(values, 1, { label: labelOf(label), source: place });
  });
  return { sequences, channels: 1, format: "rows of values" };
}

function linesOf(content: string): { readonly line: string; readonly place: string }[] {
  return content.split("\n").flatMap((line, i) => line.trim() === "" ? [] : [{ line, place: `line ${i + 1}` }]);
}

function fieldsOf(line: string): string[] {
  const text = line.trim();
  const delimiter = ["\t", ";", ","].find((delimiter) => text.includes(delimiter)) ?? /\s+/;
  return text.split(delimiter).map((field) => field.trim());
}

function isMissing(field: string): boolean {
  return field === "" || field === "?" || /^nan$/i.test(field);
}

function isValue(field: string): boolean {
  return isMissing(field) || Number.isFinite(Number(field));
}

/** Labels are whole numbers, which some files write as 1.0000000e+00. */
function labelOf(field: string): string {
  const number = Number(field);
  return field !== "" && Number.isFinite(number) ? String(number) : field;
}
