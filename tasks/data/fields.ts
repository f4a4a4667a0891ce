import { boolean, custom, type Field, nullable, type Schema, share } from "../../src/schema/mod.ts";
import { AUTO, isEncoding } from "./encodings.ts";
import { readDelimiter } from "./tables/mod.ts";

/**
 * The common part of all fields that name files. They are free, since the files of a resumed run may have moved.
 *
 * @example
 * ```ts
 * import { ENCODING, FILE, FRACTIONS } from "@elman/elman/data";
 * import { complete, path, type Schema } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * interface Plan {
 *   readonly data: string;
 *   readonly validFraction: number;
 *   readonly testFraction: number;
 *   readonly encoding: string;
 * }
 * const PLAN: Schema<Plan> = {
 *   data: path({ ...FILE, help: "A file of numbers, one a line." }),
 *   ...FRACTIONS,
 *   encoding: ENCODING,
 * };
 * const { validFraction, testFraction, encoding } = complete(PLAN, { data: "series.txt" }, "read a series");
 * assertEquals([validFraction, testFraction, encoding], [0.1, 0, "utf-8"]);
 * ```
 */
export const FILE = { group: "data", value: "FILE", isFree: true } as const;

/** Schema of the encoding of the data. It is free, since a file of a resumed run may have been converted. */
export const ENCODING: Field<string> = custom({
  group: "data",
  value: "NAME",
  default: "utf-8",
  isFree: true,
  check: (value) => typeof value === "string" && isEncoding(value) ? undefined : "an encoding such as windows-1252",
  help: "Encoding of files without a byte-order mark. All files may be compressed with gzip or Zstandard.",
});

/** Like `ENCODING`, for files whose encoding is detected if there is no doubt: Western texts stored before UTF-8. */
export const AUTO_ENCODING: Field<string> = {
  ...ENCODING,
  default: AUTO,
  defaultText: "utf-8, or windows-1252 if a file can be nothing else",
  check: (value) => value === AUTO ? undefined : ENCODING.check!(value),
};

/** How the files of a plan are to be read if they are tables. */
export interface TablePlan {
  /** The character between the fields, or its name; null to detect it. */
  readonly delimiter: string | null;
  /** Whether the first row holds the names of the columns; null to detect it. */
  readonly header: boolean | null;
  /** Encoding of files without a byte-order mark. Default: "utf-8". */
  readonly encoding: string;
}

/**
 * Schema of how tables are read.
 *
 * @example
 * ```ts
 * import { TABLE, tableOptions } from "@elman/elman/data";
 * import { complete } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const plan = complete(TABLE, { delimiter: "semicolon" }, "read a table");
 * assertEquals(tableOptions(plan), { delimiter: "semicolon", header: undefined, encoding: "utf-8" });
 * ```
 */
export const TABLE: Schema<TablePlan> = {
  delimiter: nullable(custom<string>({
    group: "data",
    value: "CHARACTER",
    defaultText: "detected",
    check: (value) =>
      typeof value === "string" && readDelimiter(value) !== undefined
        ? undefined
        : "one character, comma, semicolon, tab or pipe",
    help: "Character between the fields of a table, or its name.",
  })),
  header: nullable(boolean({
    group: "data",
    defaultText: "detected",
    help: "Read the first row of a table as the names of its columns.",
    off: { option: "no-header", help: "Read the first row of a table as data." },
  })),
  encoding: ENCODING,
};

/** Returns the options of readers for a plan. */
export function tableOptions(
  { delimiter, header, encoding }: TablePlan,
): { readonly delimiter?: string; readonly header?: boolean; readonly encoding: string } {
  return { delimiter: delimiter ?? undefined, header: header ?? undefined, encoding };
}

/** Returns the schema of fields that say how a file of data is read, so that they require `data`. */
export function needingData<S extends object>(schema: Schema<S>): Schema<S> {
  const needing = <T>(field: Field<T>): Field<T> => ({
    ...field,
    needs: ["data"],
    ...field.off && { off: { ...field.off, needs: ["data"] } },
  });
  const fields = Object.entries<Field<S[keyof S]>>(schema).map(([name, field]) => [name, needing(field)]);
  return Object.fromEntries(fields) as Schema<S>;
}

/** Schema of the shares of the data for validation and testing. */
export const FRACTIONS: { readonly validFraction: Field<number>; readonly testFraction: Field<number> } = {
  validFraction: share({
    group: "data",
    default: 0.1,
    insteadOf: ["valid"],
    help: "Share of the data to use for validation.",
  }),
  testFraction: share({
    group: "data",
    default: 0,
    insteadOf: ["test"],
    help: "Share of the data to use for testing.",
  }),
};
