import { InputRangeError } from "../../../errors.ts";
import { describeValue } from "../../../src/schema/mod.ts";
import { writeWav } from "../audio/wav.ts";
import type { Sound } from "../audio/sound.ts";
import { type Parts, runParts } from "../parts.ts";
import { drum, playerOf, type Voice, voiceOf, VOICES } from "./instruments.ts";
import { checkScore, type Score } from "./score.ts";

/** How a score is played. */
export interface RenderOptions {
  /** The voice of all tracks but drums. Default: the one nearest to each track's instrument. */
  readonly voice?: Voice;
  /** Samples a second, 8,000 to 192,000. Default: 22,050. */
  readonly rate?: number;
  /** Whether there are two channels, in which tracks stand side by side. Default: false. */
  readonly stereo?: boolean;
  /** Seed of the noise in plucked strings and drums. Default: 0. */
  readonly seed?: number;
}

/** A sound of one or two channels. */
export interface RenderedSound extends Sound {
  /** The samples of the right channel, if there are two; `samples` has the left one then. */
  readonly right?: Float32Array;
}

/** Seconds after the last note. */
const TAIL = 0.3;

/** The longest sound in seconds. */
const LONGEST = 3600;

/** The loudest sample. */
const PEAK = 0.9;

/**
 * Plays a score by a small synthesizer: sines with envelopes, plucked strings, and noise for drums. The loudest sample
 * is 0.9, so that nothing is clipped. The same seed gives the same samples.
 *
 * Throws `RangeError` if a number of the score or an option is out of its range, or it lasts more than an hour.
 *
 * @example
 * ```ts
 * import { renderSound, type Score } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const notes = [{ pitch: 60, start: 0, duration: 480, velocity: 80 }];
 * const score: Score = { meter: "3/4", tempo: 100, division: 480, tracks: [{ program: 73, notes }] };
 * const { samples, rate } = renderSound(score, { voice: "pluck", rate: 16_000 });
 * assertEquals([samples.length, rate], [14_400, 16_000]);
 * ```
 */
export function renderSound(score: Score, options: RenderOptions = {}): RenderedSound {
  return runParts(soundParts(score, options));
}

/** Samples whose loudness is measured or changed at a time. */
const PART = 2 ** 15;

/** Plays a score as `renderSound` does, in parts: note by note. */
export function* soundParts(score: Score, options: RenderOptions = {}): Parts<RenderedSound> {
  const action = "play a score";
  checkScore(score, action);
  const { voice, rate = 22_050, stereo = false, seed = 0 } = options;
  if (!(Number.isInteger(rate) && rate >= 8000 && rate <= 192_000)) {
    throw new InputRangeError(
      `${action}: expected a rate from 8,000 to 192,000 samples a second, found ${describeValue(rate)}`,
    );
  }
  if (voice !== undefined && !VOICES.includes(voice)) {
    throw new InputRangeError(`${action}: expected a voice of ${VOICES.join(", ")}, found ${describeValue(voice)}`);
  }
  const secondsAt = clockOf(score);
  const end = score.tracks.flatMap(({ notes }) => notes).reduce(
    (last, { start, duration }) => Math.max(last, secondsAt(start + duration)),
    0,
  );
  if (end > LONGEST) throw new InputRangeError(`${action}: expected at most an hour, found ${Math.round(end)} seconds`);
  const length = Math.ceil((end + TAIL) * rate);
  const [left, right] = [new Float32Array(length), new Float32Array(stereo ? length : 0)];
  for (const [i, track] of score.tracks.entries()) {
    // With one channel, all tracks are added to the same samples.
    const samples = stereo ? new Float32Array(length) : left;
    const play = track.isDrums ? drum : playerOf(voice ?? voiceOf(track.program));
    const random = randomOf(seed + i);
    for (const { pitch, start, duration, velocity } of track.notes) {
      const [from, to] = [secondsAt(start), secondsAt(start + duration)].map((seconds) => Math.round(seconds * rate));
      const note = { frequency: 440 * 2 ** ((pitch - 69) / 12), held: to - from, amplitude: (velocity / 127) ** 1.5 };
      play(samples, from, note, rate, random);
      yield;
    }
    if (!stereo) continue;
    const [leftShare, rightShare] = sharesOf(i, score.tracks.length);
    for (let k = 0; k < length; k++) {
      left[k] += leftShare * samples[k];
      right[k] += rightShare * samples[k];
    }
  }
  yield* normalize(stereo ? [left, right] : [left]);
  return { samples: left, rate, ...stereo && { right } };
}

/**
 * Plays a score as a WAV file of 16 bits. Throws like `renderSound`.
 *
 * @example
 * ```ts
 * import { readSound, type Score, writeScoreSound } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const notes = [{ pitch: 60, start: 0, duration: 480, velocity: 80 }];
 * const score: Score = { meter: "3/4", tempo: 100, division: 480, tracks: [{ program: 73, notes }] };
 * const file = await Deno.makeTempFile({ suffix: ".wav" });
 * await Deno.writeFile(file, writeScoreSound(score));
 * assertEquals((await readSound(file)).rate, 22_050);
 * await Deno.remove(file);
 * ```
 */
export function writeScoreSound(score: Score, options: RenderOptions = {}): Uint8Array<ArrayBuffer> {
  const sound = renderSound(score, options);
  return writeWav(sound, sound.right);
}

/** Returns a function that tells the seconds at a tick; tempos may change. */
export function clockOf({ tempo, division, changes = [] }: Score): (tick: number) => number {
  const marks = [{ tick: 0, seconds: 0, perTick: 60 / (tempo * division) }];
  for (const change of changes) {
    if (change.tempo === undefined) continue;
    const last = marks[marks.length - 1];
    const seconds = last.seconds + (change.start - last.tick) * last.perTick;
    marks.push({ tick: change.start, seconds, perTick: 60 / (change.tempo * division) });
  }
  return (tick) => {
    let [low, high] = [0, marks.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (marks[middle].tick <= tick) low = middle;
      else high = middle - 1;
    }
    const { tick: from, seconds, perTick } = marks[low];
    return seconds + (tick - from) * perTick;
  };
}

/** Returns how loud a track is on the left and on the right, with a constant power. */
function sharesOf(track: number, tracks: number): [number, number] {
  const place = tracks === 1 ? 0.5 : 0.25 + 0.5 * track / (tracks - 1);
  return [Math.cos(place * Math.PI / 2), Math.sin(place * Math.PI / 2)];
}

function* normalize(channels: readonly Float32Array[]): Parts<void> {
  let peak = 0;
  for (const samples of channels) {
    for (let i = 0; i < samples.length; i++) {
      if (i % PART === 0) yield;
      peak = Math.max(peak, Math.abs(samples[i]));
    }
  }
  if (peak === 0) return;
  for (const samples of channels) {
    for (let i = 0; i < samples.length; i++) {
      if (i % PART === 0) yield;
      samples[i] *= PEAK / peak;
    }
  }
}

/** Uniform numbers from 0 to 1 by a 32-bit mix of a counter. */
function randomOf(seed: number): () => number {
  let state = (seed * 0x9e3779b9 + 0x6d2b79f5) >>> 0;
  return () => {
    state = state + 0x6d2b79f5 >>> 0;
    let mixed = Math.imul(state ^ state >>> 15, state | 1);
    mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61);
    return ((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32;
  };
}
