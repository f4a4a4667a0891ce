import { InputRangeError, InputTypeError } from "../../../errors.ts";
import { describeValue } from "../../../src/schema/mod.ts";
import { nameOf } from "../file_system.ts";
import { readSound, type ReadSoundOptions } from "./read.ts";
import { expectRate, type Sound } from "./sound.ts";

/**
 * A sound that is read whenever it is needed, so that hours of sounds take little memory.
 *
 * @example
 * ```ts
 * import { SoundProcessor } from "@elman/elman/tasks";
 * import type { Recording } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const read = () => Promise.resolve({ samples: new Float32Array(8000), rate: 8000 });
 * const recording: Recording = { length: 8000, rate: 8000, read };
 * const processor = await SoundProcessor.fit([recording], { rate: 8000, stack: 1 });
 * assertEquals(processor.framesOf(recording), 98); // One every 10 ms, the last of 25 ms.
 * ```
 */
export interface Recording {
  /** Number of samples. */
  readonly length: number;
  /** Samples a second. */
  readonly rate: number;
  /** Reads the samples. */
  read(): Promise<Sound>;
}

/**
 * Returns a file, or a segment of it, as a recording. `sound` is what `readSound` returns for it: reading throws
 * `RangeError` if the file has another length later.
 */
export function recordingOf(
  path: string,
  { samples: { length }, rate }: Sound,
  options: ReadSoundOptions = {},
): Recording {
  return {
    length,
    rate,
    async read() {
      const sound = await readSound(path, { ...options, rate });
      if (sound.samples.length === length) return sound;
      throw new InputRangeError(
        `read ${nameOf(path)}: expected ${length} samples as when it was first read, found ${sound.samples.length}`,
      );
    },
  };
}

/** Whether a value is a sound or a recording. */
export function isHearable(value: unknown): value is Sound | Recording {
  const { samples, read, length, rate } = (value ?? {}) as Partial<Sound & Recording>;
  const hasSamples = typeof read === "function" ? typeof length === "number" : samples instanceof Float32Array;
  return hasSamples && typeof rate === "number";
}

/**
 * Throws `TypeError` if a value is neither a sound nor a recording, and `RangeError` if its rate is none of a sound.
 */
export function expectHearable(value: unknown, action: string): asserts value is Sound | Recording {
  if (isHearable(value)) return expectRate(value.rate, action);
  throw new InputTypeError(
    `${action}: expected a sound with samples in a Float32Array and a rate, found ${describeValue(value)}`,
  );
}

/** Returns a sound, or reads a recording. */
export function hear(sound: Sound | Recording): Sound | Promise<Sound> {
  return "read" in sound ? sound.read() : sound;
}

/** Number of samples of a sound. */
export function samplesIn(sound: Sound | Recording): number {
  return "read" in sound ? sound.length : sound.samples.length;
}

/** Seconds of a sound. */
export function secondsOf(sound: Sound | Recording): number {
  return samplesIn(sound) / sound.rate;
}

/** Describes a length of time: "20.6 seconds", "12.5 minutes", "3.2 hours". */
export function describeSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} seconds`;
  return seconds < 3600 ? `${(seconds / 60).toFixed(1)} minutes` : `${(seconds / 3600).toFixed(1)} hours`;
}
