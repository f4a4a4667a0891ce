import { type Field, share } from "../../src/schema/mod.ts";

/** What the fields of files have in common: a resumed run may find them elsewhere. */
export const FILE = { group: "data", value: "FILE", isFree: true } as const;

/** The declarations of how large parts of the data are. */
export const FRACTIONS: { readonly validFraction: Field<number>; readonly testFraction: Field<number> } = {
  validFraction: share({
    group: "data",
    default: 0.1,
    insteadOf: ["valid"],
    help: "Share of the data for validation.",
  }),
  testFraction: share({ group: "data", default: 0, insteadOf: ["test"], help: "Share of the data for testing." }),
};
