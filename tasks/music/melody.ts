import { InputRangeError } from "../../errors.ts";
import { count } from "../../src/schema/mod.ts";
import {
  type Note,
  type PianoRoll,
  ProblemList,
  type Score,
  scoreToRoll,
  type Track,
  tuneToScore,
} from "../data/music/mod.ts";
import { naming } from "../data/named_error.ts";
import { type MusicReading, readMusic, warningsOf } from "./music_files.ts";

/** How a melody is read. */
export interface MelodyOptions {
  /** Time steps of a quarter note. */
  readonly stepsPerQuarter: number;
  /** The track of a MIDI file or the voice of a tune with the melody, counted from 1. Default: see `readMelody`. */
  readonly track?: number;
}

/** A melody that was read from a file. */
export interface MelodyReading {
  /** At most one pitch in each time step. */
  readonly roll: PianoRoll;
  /** The track or voice with the melody, if there are several, counted from 1; undefined otherwise. */
  readonly track?: number;
  /** A sentence that names that track. */
  readonly note?: string;
  /** The facts in the file besides its notes; undefined for a piano roll. */
  readonly score?: Score;
  /** Sentences about what was put in order or left out. */
  readonly warnings: readonly string[];
}

/** Names of tracks with a melody. */
const MELODY = /melod|sopran|vocal|voice|lead|sing|cantus/i;

/**
 * Reads the melody of a tune in ABC, a MIDI file or a piano roll in JSON. Of several voices of a tune, the first has
 * it; of several tracks of a MIDI file, the one whose name says so, or else the highest that has one note at a time.
 *
 * Throws `RangeError` if the file has more than one piece, or no such track.
 */
export async function readMelody(path: string, options: MelodyOptions): Promise<MelodyReading> {
  return onlyMelody(await readMusic(path), options, path);
}

/** Returns the melody of the only piece of a file. Throws like `readMelody`; `source` is named in errors. */
export function onlyMelody(
  { music, problems: found }: MusicReading,
  options: MelodyOptions,
  source: string,
): MelodyReading {
  const problems = new ProblemList();
  problems.addAll(found, "");
  const finish = (reading: Omit<MelodyReading, "warnings">): MelodyReading => ({
    ...reading,
    warnings: warningsOf(source, problems.list()),
  });
  const pieces = music.kind === "rolls"
    ? [...music.rolls.train, ...music.rolls.valid, ...music.rolls.test]
    : music.kind === "tunes"
    ? music.tunes
    : music.scores;
  if (pieces.length !== 1) {
    throw new InputRangeError(`read ${source}: expected one piece, found ${count(pieces.length, "piece")}`);
  }
  if (music.kind === "rolls") {
    if (options.track !== undefined) {
      throw new InputRangeError(`read ${source}: expected no track of a piano roll, found ${options.track}`);
    }
    return finish({ roll: pieces[0] as PianoRoll });
  }
  const score = music.kind === "tunes" ? tuneToScore(music.tunes[0]) : music.scores[0];
  const tracks = score.tracks.map((track, i) => ({ ...track, number: i + 1 }))
    .filter(({ notes, isDrums }) => notes.length > 0 && !isDrums);
  const chosen = chooseTrack(tracks, { ...options, isTune: music.kind === "tunes", source });
  if (!isMelody(chosen)) {
    return finish({ score, roll: naming(source, () => scoreToRoll({ ...score, tracks: [chosen] }, options)) });
  }
  const roll = naming(source, () => melodyRoll(chosen.notes, score, options.stepsPerQuarter, problems));
  if (tracks.length === 1) return finish({ roll, score });
  const { number, name } = chosen;
  const noun = music.kind === "tunes" ? "voice" : "track";
  return finish({
    ...{ roll, score },
    track: number,
    note: `Melody: ${noun} ${number} of ${score.tracks.length}${name ? `, ${name}` : ""}.`,
  });
}

/** A track with its number in its file. */
type NumberedTrack = Track & { readonly number: number };

function chooseTrack(
  tracks: readonly NumberedTrack[],
  { track, isTune, source }: MelodyOptions & { readonly isTune: boolean; readonly source: string },
): NumberedTrack {
  if (track !== undefined) {
    const asked = tracks.find(({ number }) => number === track);
    if (asked !== undefined) return asked;
    const known = tracks.map(({ number }) => number).join(", ") || "none";
    throw new InputRangeError(`read ${source}: expected one of the tracks with notes, ${known}, found ${track}`);
  }
  if (tracks.length === 0) throw new InputRangeError(`read ${source}: expected a melody, found no note`);
  // What is wrong with the only track is said by whoever harmonizes it.
  if (isTune || tracks.length === 1) return tracks[0];
  const melodies = tracks.filter(isMelody);
  const named = melodies.filter(({ name }) => MELODY.test(name ?? ""));
  const [highest] = (named.length > 0 ? named : melodies).toSorted((a, b) => meanPitch(b) - meanPitch(a));
  if (highest !== undefined) return highest;
  throw new InputRangeError(
    `read ${source}: expected a track with one note at a time, found ${tracks.length} tracks with chords`,
  );
}

function meanPitch({ notes }: Track): number {
  return notes.reduce((sum, { pitch }) => sum + pitch, 0) / notes.length;
}

/** Whether a track has one note at a time; notes that are held a little into the next count as such. */
function isMelody({ notes }: Track): boolean {
  return notes.every(({ start, duration }, i) => {
    const next = notes[i + 1];
    if (next === undefined) return true;
    return 2 * (start + duration - next.start) <= Math.min(duration, next.duration);
  });
}

/** Returns the note that fills the most of each time step. Notes that are in none are counted. */
function melodyRoll(
  notes: readonly Note[],
  score: Score,
  stepsPerQuarter: number,
  problems: ProblemList,
): PianoRoll {
  const step = score.division / stepsPerQuarter;
  // Checks the length, and says how many steps there are.
  const { length } = scoreToRoll({ ...score, tracks: [{ program: 0, notes }] }, { stepsPerQuarter });
  const longest = new Float64Array(length);
  const owners = new Int32Array(length).fill(-1);
  for (const [i, { start, duration }] of notes.entries()) {
    const end = Math.min(start + duration, notes[i + 1]?.start ?? Infinity);
    for (let t = Math.floor(start / step); t < length && t * step < end; t++) {
      const overlap = Math.min(end, (t + 1) * step) - Math.max(start, t * step);
      if (overlap > longest[t] && 2 * overlap >= Math.min(step, end - start)) [longest[t], owners[t]] = [overlap, i];
    }
  }
  const heard = new Set(owners);
  // A note that goes on for a moment takes no step of its own.
  const last = owners.findLastIndex((i) => i >= 0);
  for (const [i, { start }] of notes.entries()) {
    if (!heard.has(i)) problems.add("notes too short for the time steps", `tick ${start}`);
  }
  return Array.from(owners.subarray(0, last + 1), (i) => i < 0 ? [] : [notes[i].pitch]);
}
