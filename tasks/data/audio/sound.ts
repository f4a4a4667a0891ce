import { InputRangeError } from "../../../errors.ts";
import { describeValue } from "../../../src/schema/mod.ts";

/** A sound of one channel. */
export interface Sound {
  /** The pressure, from -1 to 1. */
  readonly samples: Float32Array;
  /** Samples a second. */
  readonly rate: number;
}

/** Throws `RangeError` if a sample is not finite. */
export function expectSamples(samples: Float32Array, action?: string): void {
  let wrong = 0;
  while (wrong < samples.length && Number.isFinite(samples[wrong])) wrong++;
  if (wrong === samples.length) return;
  const prefix = action === undefined ? "" : `${action}: `;
  const found = describeValue(samples[wrong]);
  throw new InputRangeError(`${prefix}expected finite samples, found ${found} at sample ${wrong + 1}`);
}
