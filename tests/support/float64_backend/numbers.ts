/** The numbers from an address on. Integers are stored as numbers as well. */
export type Numbers = Float64Array;

/** The numbers from an address on that may be 0 for "none". */
export type OptionalNumbers = Numbers | undefined;
