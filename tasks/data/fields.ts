import { type Field, share } from "../../src/schema/mod.ts";

/**
 * The common properties of all fields that name files. They are free, since the files of a resumed run may have moved.
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
