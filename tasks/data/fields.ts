import { type Field, share } from "../../src/schema/mod.ts";

/**
 * The common part of all fields that name files. They are free, since the files of a resumed run may have moved.
 *
 * @example
 * ```ts
 * import { FILE, FRACTIONS } from "@elman/elman/data";
 * import { complete, path, type Schema } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * interface Plan {
 *   readonly data: string;
 *   readonly validFraction: number;
 *   readonly testFraction: number;
 * }
 * const PLAN: Schema<Plan> = { data: path({ ...FILE, help: "A file of numbers, one a line." }), ...FRACTIONS };
 * const { validFraction, testFraction } = complete(PLAN, { data: "series.txt" }, "read a series");
 * assertEquals([validFraction, testFraction], [0.1, 0]);
 * ```
 */
export const FILE = { group: "data", value: "FILE", isFree: true } as const;

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
