import { custom, type Field, share } from "../../src/schema/mod.ts";
import { isEncoding } from "./encodings.ts";

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
  help: "Encoding of files without a byte-order mark.",
});

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
