import { InputRangeError } from "../../../errors.ts";
import { describeValue } from "../../../src/schema/mod.ts";

/** A note. Times are in ticks: a quarter note has `division` of its score. */
export interface Note {
  /** Pitch as in MIDI, 0 to 127; 60 is the middle C. */
  readonly pitch: number;
  /** Ticks from the beginning of the score. */
  readonly start: number;
  /** Length in ticks, at least 1. */
  readonly duration: number;
  /** Loudness, 1 to 127. */
  readonly velocity: number;
}

/** The notes of one instrument. */
export interface Track {
  /** The name of the instrument or the voice. */
  readonly name?: string;
  /** The instrument of General MIDI, 0 to 127; 0 is a piano. */
  readonly program: number;
  /** Whether the pitches are those of drums. Default: false. */
  readonly isDrums?: boolean;
  /** The notes, in the order of {@linkcode tidyNotes}. */
  readonly notes: readonly Note[];
}

/** A change within a score. */
export interface ScoreChange {
  /** Ticks from the beginning of the score. */
  readonly start: number;
  /** The new tempo in quarter notes a minute. */
  readonly tempo?: number;
  /** The new meter, such as `6/8`. */
  readonly meter?: string;
  /** The new key, such as `F#m`. */
  readonly key?: string;
}

/** The name of a chord above the notes. */
export interface ChordName {
  /** Ticks from the beginning of the score. */
  readonly start: number;
  /** The name, such as `F#m7`. */
  readonly name: string;
}

/** A piece of music: notes in ticks, and what is known about them. */
export interface Score {
  /** The title. */
  readonly title?: string;
  /** The key: a tonic, and a mode unless it is major, such as `D`, `F#m`, `Bb` or `Ador`. */
  readonly key?: string;
  /** The meter, such as `6/8`. */
  readonly meter?: string;
  /** Quarter notes a minute. */
  readonly tempo: number;
  /** Ticks of a quarter note. */
  readonly division: number;
  /** Ticks of a first bar that is not full; 0 or absent if the first bar is full. */
  readonly pickup?: number;
  /** Later tempos, meters and keys, in the order of their starts. */
  readonly changes?: readonly ScoreChange[];
  /** The names of chords, in the order of their starts. */
  readonly chords?: readonly ChordName[];
  /** The tracks. */
  readonly tracks: readonly Track[];
}

/** The pitches that sound in each time step, as in MIDI, in ascending order. A step without pitches is a rest. */
export type PianoRoll = readonly (readonly number[])[];

/** The largest pitch, program and velocity of MIDI. */
export const MOST_PITCH = 127;

/** The largest number of ticks of a quarter note, as in MIDI. */
const MOST_DIVISION = 32767;

/** The largest number of ticks between two events of a MIDI file, and so of a score. */
export const MOST_TICKS = 2 ** 28 - 1;

/** The form of a meter. */
const METER = /^([1-9]\d{0,2})\/(1|2|4|8|16|32|64|128)$/;

/**
 * Returns a meter as two numbers.
 *
 * Throws `RangeError` if it is not like `6/8`: at most 255 over a power of two up to 128.
 */
export function meterParts(meter: string): { readonly beats: number; readonly unit: number } {
  const [, beats, unit] = METER.exec(meter) ?? [];
  if (beats === undefined || Number(beats) > 255) {
    throw new InputRangeError(`read a meter: expected one like 6/8, found ${describeValue(meter)}`);
  }
  return { beats: Number(beats), unit: Number(unit) };
}

/** Returns the ticks of a bar. Without a meter, a bar has four quarter notes. */
export function barTicks(meter: string | undefined, division: number): number {
  const { beats, unit } = meterParts(meter ?? "4/4");
  return beats * division * 4 / unit;
}

/** Returns the tick at which the last note ends; 0 without notes. */
export function scoreEnd(score: Score): number {
  let end = 0;
  for (const { notes } of score.tracks) for (const { start, duration } of notes) end = Math.max(end, start + duration);
  return end;
}

/**
 * Returns notes in order: by start, then pitch, then duration. Where notes of one pitch overlap, what begins first ends
 * first, as in a MIDI file, which cannot tell which of them an end belongs to.
 */
export function tidyNotes(notes: readonly Note[]): Note[] {
  const sorted = notes.toSorted(byStart);
  const byPitch = Map.groupBy(sorted, ({ pitch }) => pitch);
  const tidy: Note[] = [];
  for (const group of byPitch.values()) {
    const ends = group.map(({ start, duration }) => start + duration).sort((a, b) => a - b);
    // An end never comes before the start it is given to: at the k-th start, fewer than k ends have passed.
    group.forEach((note, i) => tidy.push({ ...note, duration: ends[i] - note.start }));
  }
  return tidy.sort(byStart);
}

function byStart(a: Note, b: Note): number {
  return a.start - b.start || a.pitch - b.pitch || a.duration - b.duration || a.velocity - b.velocity;
}

/**
 * Checks that a score can be written, drawn and played.
 *
 * Throws `RangeError`, with `action` in front, if a number is out of its range or the meter is not like `6/8`.
 */
export function checkScore(score: Score, action: string): void {
  const { tempo, division, meter, pickup = 0, changes = [], chords = [], tracks } = score;
  expectInteger(division, 1, MOST_DIVISION, action, "a division");
  for (const { tempo: each } of [{ tempo }, ...changes]) {
    // A MIDI file has 24 bits for the microseconds of a quarter note.
    if (each !== undefined && !(each >= 4 && each <= 60_000)) {
      throw new InputRangeError(
        `${action}: expected a tempo from 4 to 60,000 quarter notes a minute, found ${describeValue(each)}`,
      );
    }
  }
  for (const { meter: each } of [{ meter }, ...changes]) if (each !== undefined) meterParts(each);
  for (const { start } of [{ start: pickup }, ...changes, ...chords]) {
    expectInteger(start, 0, MOST_TICKS, action, "a start in ticks");
  }
  tracks.forEach(({ program, notes }, i) => {
    expectInteger(program, 0, MOST_PITCH, action, "a program", `track ${i + 1}`);
    notes.forEach((note, k) => checkNote(note, action, `track ${i + 1}, note ${k + 1}`));
  });
}

function checkNote({ pitch, start, duration, velocity }: Note, action: string, place: string): void {
  expectInteger(pitch, 0, MOST_PITCH, action, "a pitch", place);
  expectInteger(start, 0, MOST_TICKS, action, "a start in ticks", place);
  expectInteger(duration, 1, MOST_TICKS, action, "a duration in ticks", place);
  expectInteger(velocity, 1, MOST_PITCH, action, "a velocity", place);
}

function expectInteger(value: number, least: number, most: number, action: string, what: string, place = ""): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  const where = place === "" ? "" : ` in ${place}`;
  throw new InputRangeError(
    `${action}: expected ${what} from ${least} to ${most}${where}, found ${describeValue(value)}`,
  );
}

/**
 * Returns a piano roll with every pitch moved by a number of semitones, or `undefined` if a pitch would leave 0 to 127.
 */
export function transposeRoll(roll: PianoRoll, semitones: number): PianoRoll | undefined {
  const moved = roll.map((pitches) => pitches.map((pitch) => pitch + semitones));
  return moved.every((pitches) => pitches.every((pitch) => pitch >= 0 && pitch <= MOST_PITCH)) ? moved : undefined;
}
