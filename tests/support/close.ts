import { AssertionError } from "@std/assert";

/** What {@linkcode assertAllClose} compares by. */
export interface CloseOptions {
  /** Largest `|actual - expected| / max(1, |expected|)`. */
  tolerance: number;
  /** Names the values in the message. */
  name: string;
}

/** Asserts that two runs of numbers have one length and agree element by element; returns the largest error. */
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
    const error = Math.abs(actual[i] - expected[i]) / Math.max(1, Math.abs(expected[i]));
    if (!(error <= tolerance)) {
      throw new AssertionError(
        `compare ${name}: expected ${expected[i]} at ${i} within ${tolerance}, found ${actual[i]} (error ${error})`,
      );
    }
    largest = Math.max(largest, error);
  }
  return largest;
}
