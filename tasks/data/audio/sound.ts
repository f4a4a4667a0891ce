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
export function expectSamples(action: string, samples: Float32Array): void {
  const wrong = samples.findIndex((sample) => !Number.isFinite(sample));
  if (wrong < 0) return;
  const found = describeValue(samples[wrong]);
  throw new InputRangeError(`${action}: expected finite samples, found ${found} at sample ${wrong + 1}`);
}
