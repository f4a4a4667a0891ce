import { AssertionError } from "@std/assert";

/** Options of {@linkcode assertAllClose}. */
export interface CloseOptions {
  /** Maximum of `|actual - expected| / max(1, |expected|)`. */
  tolerance: number;
  /** Name of the values in the error message. */
  name: string;
}

/** Asserts that two arrays have the same length and agree element by element. Returns the largest error. */
export function assertAllClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { tolerance, name }: CloseOptions,
): number {
  if (actual.length !== expected.length) {
    throw new AssertionError(`compare ${name}: expected ${expected.length} values, found ${actual.length}`);
  }
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    const isSame = actual[i] === expected[i]; // Infinities differ by NaN.
    const error = isSame ? 0 : Math.abs(actual[i] - expected[i]) / Math.max(1, Math.abs(expected[i]));
    if (!(error <= tolerance)) {
      throw new AssertionError(
        `compare ${name}: expected ${expected[i]} at ${i} within ${tolerance}, found ${actual[i]} (error ${error})`,
      );
    }
    largest = Math.max(largest, error);
  }
  return largest;
}
