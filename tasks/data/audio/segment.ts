import { InputRangeError } from "../../../errors.ts";
import type { Sound } from "./sound.ts";

/**
 * A part of a sound.
 *
 * @example
 * ```ts
 * import { readSound, type SoundSegment } from "@elman/elman/data";
 * import { assertRejects } from "@std/assert";
 *
 * const segment: SoundSegment = { start: 12.4, end: 15.5 };
 * await assertRejects(() => readSound("none.wav", { segment }), RangeError, "expected a file, found none");
 * ```
 */
export interface SoundSegment {
  /** Seconds from the start of the sound to that of the segment. */
  readonly start: number;
  /** Seconds from the start of the sound to the end of the segment. Default: the end of the sound. */
  readonly end?: number;
}

/** Seconds by which a given time may miss the end of a sound: lists round, and decoders pad differently. */
const ROUNDING = 0.05;

/**
 * Cuts a segment out of a sound; an end within 50 ms of the sound's end is the sound's end. Throws `RangeError` if the
 * sound does not have the segment.
 */
export function cutSound(sound: Sound, { start, end = Infinity }: SoundSegment): Sound {
  const { samples, rate } = sound;
  const seconds = samples.length / rate;
  const last = Math.abs(end - seconds) <= ROUNDING || end === Infinity ? samples.length : Math.round(end * rate);
  const first = Math.round(start * rate);
  if (first === 0 && last === samples.length) return sound;
  if (first >= 0 && first < last && last <= samples.length) return { samples: samples.slice(first, last), rate };
  const found = end === Infinity ? `from ${start} seconds on` : `from ${start} to ${end} seconds`;
  throw new InputRangeError(
    `expected a segment of a sound of ${Number(seconds.toFixed(3))} seconds, found one ${found}`,
  );
}
