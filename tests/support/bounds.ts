import { assert, AssertionError } from "@std/assert";

/** Unit roundoff of float32: the maximum relative error of one correctly rounded operation. */
export const ROUNDING: number = 2 ** -24;

/** Returns the spacing of floats near x. */
export function ulp(x: number): number {
  return 2 ** (Math.max(-126, Math.floor(Math.log2(Math.abs(x)))) - 23);
}

/** The tolerance for a computed number: `roundings` rounding errors relative to a magnitude. */
export interface Bound {
  /** Number of rounding errors of 2^-24 each. */
  readonly roundings: number;
  /**
   * The magnitude for each number, such as the sum of its terms' absolute values. Default: the expected number's
   * absolute value.
   */
  readonly magnitudes?: ArrayLike<number>;
}

/** Asserts that every number is within the bound. NaN and infinities must match exactly. */
export function assertWithin(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { roundings, magnitudes = expected }: Bound,
  what = "result",
): void {
  assert(actual.length === expected.length, `${what}: ${actual.length} numbers instead of ${expected.length}`);
  for (let i = 0; i < actual.length; i++) {
    // A double beyond the range of float32 becomes infinite.
    const exact = Number.isFinite(Math.fround(expected[i])) ? expected[i] : Math.fround(expected[i]);
    if (Object.is(actual[i], exact) || actual[i] === exact) continue;
    // The spacing of floats is constant below the smallest normal float.
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
  let same = 0;
  while (same < left.length && left[same] === right[same]) same++;
  if (same < left.length) throw new AssertionError(`${what}: byte ${same} is ${left[same]} instead of ${right[same]}`);
}

/** The smallest normal float. */
export const LEAST_NORMAL: number = 2 ** -126;

/** Asserts that no number is subnormal: processors multiply these over 100 times slower than others. */
export function assertNormal(values: ArrayLike<number>, what: string): void {
  const found = Array.from(values).find((value) => value !== 0 && Math.abs(value) < LEAST_NORMAL);
  assert(found === undefined, `${what} has the subnormal number ${found}`);
}
