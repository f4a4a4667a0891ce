import { InputRangeError, InputTypeError } from "../../../errors.ts";
import { describeValue } from "../../../src/schema/mod.ts";

/** A sound of one channel. */
export interface Sound {
  /** The pressure, from -1 to 1. */
  readonly samples: Float32Array;
  /** Samples a second. */
  readonly rate: number;
}

/** The least sampling rate of a sound: at a lower one by mistake, seconds would become hours when resampled. */
export const LEAST_RATE = 100;
/** The highest sampling rate of a sound. */
export const MOST_RATE = 1_000_000;

/** Whether a value is the sampling rate of a sound, a whole number of samples a second. */
export function isRate(rate: unknown): rate is number {
  return Number.isInteger(rate) && Number(rate) >= LEAST_RATE && Number(rate) <= MOST_RATE;
}

/** Throws `RangeError` if a value is no sampling rate. */
export function expectRate(rate: unknown, action: string): void {
  if (isRate(rate)) return;
  throw new InputRangeError(
    `${action}: expected a whole sampling rate from ${LEAST_RATE} to ${MOST_RATE} Hz, found ${describeValue(rate)}`,
  );
}

/**
 * Throws `TypeError` if samples are no floats, as integers would be 2^15 times as loud, and `RangeError` if one is not
 * finite; `before` samples came before them.
 */
export function expectSamples(samples: Float32Array, action?: string, before = 0): void {
  const prefix = action === undefined ? "" : `${action}: `;
  if (!(samples instanceof Float32Array)) {
    throw new InputTypeError(`${prefix}expected samples in a Float32Array, found ${describeValue(samples)}`);
  }
  let wrong = 0;
  while (wrong < samples.length && Number.isFinite(samples[wrong])) wrong++;
  if (wrong === samples.length) return;
  const found = describeValue(samples[wrong]);
  throw new InputRangeError(`${prefix}expected finite samples, found ${found} at sample ${before + wrong + 1}`);
}
