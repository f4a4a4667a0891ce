import { InputRangeError } from "../../../errors.ts";
import { describeValue } from "../../../src/schema/mod.ts";
import type { ProblemList } from "./problems.ts";
import { type Note, type PianoRoll, type Score, scoreEnd, tidyNotes } from "./score.ts";

/** How time steps and notes correspond. */
export interface RollOptions {
  /** Time steps of a quarter note. Default: 1, as in the chorales of Boulanger-Lewandowski et al. (2012). */
  readonly stepsPerQuarter?: number;
}

/** How a score becomes a piano roll. */
export interface ScoreToRollOptions extends RollOptions {
  /** Counts the notes that are shorter than half a time step. */
  readonly problems?: ProblemList;
}

/** How a piano roll becomes a score. */
export interface RollToScoreOptions extends RollOptions, Partial<Pick<Score, "title" | "key" | "meter" | "tempo">> {
  /** The instrument. Default: 0, a piano. */
  readonly program?: number;
  /** Whether a pitch that goes on in the next step is one longer note. Default: true. */
  readonly hold?: boolean;
  /**
   * How many voices to write, each as a track of its own, the highest first. The last has the lowest pitch, and all
   * that are left if there are more pitches than voices. Default: 1, all pitches in one track.
   */
  readonly voices?: number;
}

/** The most time steps that a score may become: a small file may last for years. */
const MOST_STEPS = 200_000;

/** Ticks of a quarter note in scores made of piano rolls, where the steps allow it. */
const DIVISION = 480;

/**
 * Returns the pitches that sound in each time step of a score, of all tracks but drums. A pitch sounds in a step if a
 * note fills at least half of the step, or begins in it and fills more than half of its own length there.
 *
 * Throws `RangeError` if `stepsPerQuarter` is not an integer from 1 to 96, or there are more than 200,000 time steps.
 *
 * @example
 * ```ts
 * import { type Score, scoreToRoll } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const notes = [{ pitch: 60, start: 0, duration: 480, velocity: 80 }];
 * const score: Score = { meter: "3/4", tempo: 100, division: 480, tracks: [{ program: 73, notes }] };
 * assertEquals(scoreToRoll(score, { stepsPerQuarter: 2 }), [[60], [60]]);
 * ```
 */
export function scoreToRoll(score: Score, { stepsPerQuarter = 1, problems }: ScoreToRollOptions = {}): PianoRoll {
  expectSteps(stepsPerQuarter);
  const step = score.division / stepsPerQuarter;
  const length = Math.ceil(scoreEnd(score) / step);
  if (length > MOST_STEPS) {
    throw new InputRangeError(`convert a score: expected at most ${MOST_STEPS} time steps, found ${length}`);
  }
  const steps: number[][] = Array.from({ length }, () => []);
  for (const [i, { isDrums, notes }] of score.tracks.entries()) {
    if (isDrums) continue;
    // Where the next note of each pitch may begin: many long notes side by side must not take long.
    const filled = new Map<number, number>();
    for (const { pitch, start, duration } of tidyNotes(notes)) {
      if (2 * duration < step) problems?.add("notes shorter than half a time step", `track ${i + 1}, tick ${start}`);
      const end = start + duration;
      for (let t = Math.max(Math.floor(start / step), filled.get(pitch) ?? 0); t < length && t * step < end; t++) {
        const overlap = Math.min(end, (t + 1) * step) - Math.max(start, t * step);
        if (2 * overlap < step && 2 * overlap <= duration) continue;
        steps[t].push(pitch);
        filled.set(pitch, t + 1);
      }
    }
  }
  return steps.map((pitches) => [...new Set(pitches)].sort((a, b) => a - b));
}

/**
 * Returns a piano roll as a score.
 *
 * Throws `RangeError` if `stepsPerQuarter` is not an integer from 1 to 96, or `voices` is less than 1.
 *
 * @example
 * ```ts
 * import { rollToScore, scoreToRoll } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const score = rollToScore([[60, 72], [60, 74]], { voices: 2, meter: "2/4" });
 * assertEquals(score.tracks[1].notes, [{ pitch: 60, start: 0, duration: 960, velocity: 80 }]);
 * assertEquals(scoreToRoll(score), [[60, 72], [60, 74]]);
 * ```
 */
export function rollToScore(roll: PianoRoll, options: RollToScoreOptions = {}): Score {
  const { stepsPerQuarter = 1, hold = true, voices = 1, program = 0, tempo = 100, title, key, meter } = options;
  expectSteps(stepsPerQuarter);
  if (!Number.isInteger(voices) || voices < 1) {
    throw new InputRangeError(`write a piano roll: expected at least 1 voice, found ${describeValue(voices)}`);
  }
  const division = DIVISION % stepsPerQuarter === 0 ? DIVISION : 12 * stepsPerQuarter;
  const step = division / stepsPerQuarter;
  const tracks = Array.from({ length: voices }, (_, voice) => ({
    program,
    notes: voiceNotes(roll.map((pitches) => pitchesOf(pitches, voice, voices)), step, hold),
  }));
  return {
    ...title !== undefined && { title },
    ...key !== undefined && { key },
    ...meter !== undefined && { meter },
    tempo,
    division,
    tracks,
  };
}

/** Returns the pitches of a step that a voice has: the last the lowest ones, the others one each from the top. */
function pitchesOf(pitches: readonly number[], voice: number, voices: number): readonly number[] {
  // With fewer pitches than voices, the inner voices rest.
  const upper = Math.min(voices, pitches.length) - 1;
  if (voices === 1) return pitches;
  if (voice === voices - 1) return pitches.length > 1 ? pitches.slice(0, pitches.length - upper) : [];
  const isHeard = voice < Math.max(upper, Math.min(1, pitches.length));
  return isHeard ? pitches.slice(pitches.length - 1 - voice, pitches.length - voice) : [];
}

function voiceNotes(roll: PianoRoll, step: number, hold: boolean): Note[] {
  const notes: Note[] = [];
  const started = new Map<number, number>();
  const end = (pitch: number, t: number): void => {
    const from = started.get(pitch)!;
    notes.push({ pitch, start: from * step, duration: (t - from) * step, velocity: 80 });
    started.delete(pitch);
  };
  roll.forEach((pitches, t) => {
    for (const pitch of [...started.keys()]) if (!hold || !pitches.includes(pitch)) end(pitch, t);
    for (const pitch of pitches) if (!started.has(pitch)) started.set(pitch, t);
  });
  for (const pitch of [...started.keys()]) end(pitch, roll.length);
  return tidyNotes(notes);
}

function expectSteps(stepsPerQuarter: number): void {
  if (Number.isInteger(stepsPerQuarter) && stepsPerQuarter >= 1 && stepsPerQuarter <= 96) return;
  throw new InputRangeError(
    `convert a piano roll: expected 1 to 96 steps a quarter note, found ${describeValue(stepsPerQuarter)}`,
  );
}
