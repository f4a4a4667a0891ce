import { InputRangeError } from "../../../errors.ts";
import { describeValue } from "../../../src/schema/mod.ts";
import type { Table } from "../tables/mod.ts";

/** The words for a missing value, in lower case. */
const MISSING = new Set(["", "na", "n/a", "#n/a", "nan", "null", "none", "nil", "missing", "?", "-", "."]);

const PLAIN = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i;
const DECIMAL_COMMA = /^[-+]?(?:\d{1,3}(?:\.\d{3})+|\d*),\d+$/;
const THOUSANDS = /^[-+]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?$/;

/** Groups of three digits beside decimal commas. */
const POINTS = /^[-+]?[1-9]\d{0,2}(?:\.\d{3})+$/;

/** How the numbers of a file are written: whether a comma separates the decimals or groups of three digits. */
export type Comma = "decimals" | "thousands";

/** Whether a value stands for a missing one. */
export function isMissing(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value === "string") return MISSING.has(value.trim().toLowerCase());
  return typeof value === "number" && Number.isNaN(value);
}

/**
 * Reads a number, NaN for a missing one; returns undefined if a value is neither. `groups` tells that points separate
 * groups of three digits, as beside decimal commas.
 */
export function numberOf(value: unknown, comma?: Comma, groups = false): number | undefined {
  if (typeof value === "number") return Math.abs(value) === Infinity ? undefined : value;
  if (typeof value === "bigint" || typeof value === "boolean") return Number(value);
  if (isMissing(value)) return NaN;
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  if (groups && POINTS.test(text)) return finite(text.replaceAll(".", ""));
  if (PLAIN.test(text)) return finite(text);
  if (comma === "decimals" && DECIMAL_COMMA.test(text)) {
    return finite(text.replaceAll(".", "").replace(",", "."));
  }
  return comma === "thousands" && THOUSANDS.test(text) ? finite(text.replaceAll(",", "")) : undefined;
}

function finite(text: string): number | undefined {
  const number = Number(text);
  return Math.abs(number) === Infinity ? undefined : number;
}

/**
 * Finds out how some columns write numbers; undefined if no number has a comma. Where three digits follow each comma, it
 * is the `likely` one that other files of the same kind have. Without one, or where some numbers are of one kind and
 * some of the other, it groups thousands in a file whose fields commas separate, and separates the decimals in others.
 */
export function findComma(table: Table, columns: readonly number[], likely?: Comma): Comma | undefined {
  const usual = table.delimiter === "," ? "thousands" : "decimals";
  const found = new Set<Comma | "either">();
  for (const column of columns) {
    if (!beginsWithNumber(table, column)) continue;
    for (let row = 0; row < table.length; row++) {
      const kind = commaIn(table.value(row, column));
      if (kind !== undefined) found.add(kind);
    }
  }
  if (found.has("thousands") && found.has("decimals")) return usual;
  if (found.has("thousands")) return "thousands";
  if (found.has("decimals")) return "decimals";
  return found.has("either") ? likely ?? usual : undefined;
}

/** Whether the first value of a column that is not missing is a number, however it is written. */
function beginsWithNumber(table: Table, column: number): boolean {
  for (let row = 0; row < table.length; row++) {
    const value = table.value(row, column);
    if (!isMissing(value)) return commaIn(value) !== undefined || numberOf(value) !== undefined;
  }
  return false;
}

/** The use of the commas in a number; undefined for a value without any, or that is no number. */
function commaIn(value: unknown): Comma | "either" | undefined {
  if (typeof value !== "string" || !value.includes(",")) return undefined;
  const text = value.trim();
  const [areThousands, areDecimals] = [THOUSANDS.test(text), DECIMAL_COMMA.test(text)];
  if (areThousands && areDecimals) return "either";
  return areThousands ? "thousands" : areDecimals ? "decimals" : undefined;
}

/** Whether all values of a column are numbers or missing, and at least one is a number. */
export function isNumeric(table: Table, column: number, comma?: Comma): boolean {
  let hasNumber = false;
  const groups = hasGroups(table, column, comma);
  for (let row = 0; row < table.length; row++) {
    const number = numberOf(table.value(row, column), comma, groups);
    if (number === undefined) return false;
    hasNumber ||= !Number.isNaN(number);
  }
  return hasNumber;
}

/** Reads a column of numbers. Throws `RangeError` with the line and the column if a value is not a number. */
export function readNumbers(table: Table, column: number, comma?: Comma): Float64Array {
  const groups = hasGroups(table, column, comma);
  return Float64Array.from({ length: table.length }, (_, row) => numberAt(table, row, column, comma, groups));
}

/** Whether points separate groups of digits in a column: a number of it has a decimal comma. */
function hasGroups(table: Table, column: number, comma: Comma | undefined): boolean {
  if (comma !== "decimals") return false;
  const isDecimal = (value: unknown): boolean => typeof value === "string" && DECIMAL_COMMA.test(value.trim());
  for (let row = 0; row < table.length; row++) if (isDecimal(table.value(row, column))) return true;
  return false;
}

/** Reads a number; throws like `readNumbers`. */
export function numberAt(table: Table, row: number, column: number, comma?: Comma, groups = false): number {
  const value = table.value(row, column);
  const number = numberOf(value, comma, groups);
  if (number !== undefined) return number;
  const name = describeValue(table.names[column]);
  const found = describeValue(typeof value === "number" ? String(value) : value);
  throw new InputRangeError(`expected a number in the column ${name} on ${table.place(row)}, found ${found}`);
}
