import { assert } from "@std/assert";

/** Half the distance between neighbouring floats, relative: what one correctly rounded operation may add. */
export const ROUNDING: number = 2 ** -24;

/** The distance between the floats next to x. */
export function ulp(x: number): number {
  return 2 ** (Math.max(-126, Math.floor(Math.log2(Math.abs(x)))) - 23);
}

/** What a computed number may be off: `roundings` times the magnitude, its own absolute value where none is given. */
export interface Bound {
  /** How many rounding errors of 2^-24 each. */
  readonly roundings: number;
  /** For each number the size to which rounding errors are relative, say the sum of the absolute values of its terms. */
  readonly magnitudes?: ArrayLike<number>;
}

/** Asserts that every number is within the bound; NaN and the infinities must be met exactly. */
export function assertWithin(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { roundings, magnitudes = expected }: Bound,
  what = "result",
): void {
  assert(actual.length === expected.length, `${what}: ${actual.length} numbers instead of ${expected.length}`);
  for (let i = 0; i < actual.length; i++) {
    // A double beyond the floats is an infinity among them.
    const exact = Number.isFinite(Math.fround(expected[i])) ? expected[i] : Math.fround(expected[i]);
    if (Object.is(actual[i], exact) || actual[i] === exact) continue;
    // Below the smallest normal float the distance of two floats no longer shrinks.
    const most = roundings * Math.max(Math.abs(magnitudes[i]) * ROUNDING, 2 ** -150);
    const error = Math.abs(actual[i] - exact);
    assert(error <= most, `${what}[${i}] is ${actual[i]} instead of ${exact}: off by ${error}, allowed ${most}`);
  }
}

/** Asserts that two arrays have the same bits. */
export function assertSameBits(actual: ArrayBufferView, expected: ArrayBufferView, what: string): void {
  const bytes = (view: ArrayBufferView): Uint8Array => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const [left, right] = [bytes(actual), bytes(expected)];
  assert(left.length === right.length, `${what}: ${left.length} bytes instead of ${right.length}`);
  const differs = left.findIndex((byte, i) => byte !== right[i]);
  assert(differs < 0, `${what}: byte ${differs} is ${left[differs]} instead of ${right[differs]}`);
}
