import { type Note, type Score, scoreEnd } from "./score.ts";
import { LETTER_SEMITONES } from "./keys.ts";

/** The intervals of chords in semitones above the root. */
const KINDS: Readonly<Record<string, readonly number[]>> = {
  "": [0, 4, 7],
  m: [0, 3, 7],
  7: [0, 4, 7, 10],
  m7: [0, 3, 7, 10],
  maj7: [0, 4, 7, 11],
  6: [0, 4, 7, 9],
  m6: [0, 3, 7, 9],
  9: [0, 4, 7, 10, 14],
  dim: [0, 3, 6],
  dim7: [0, 3, 6, 9],
  m7b5: [0, 3, 6, 10],
  aug: [0, 4, 8],
  sus4: [0, 5, 7],
  sus2: [0, 2, 7],
  "7sus4": [0, 5, 7, 10],
};

/** Other ways to write kinds of chords. */
const OTHER_NAMES: readonly (readonly [RegExp, string])[] = [
  [/^(?:[Mm]aj|ma|M)(?:or)?$/, ""],
  [/^(?:[Mm]aj|ma|M)6$/, "6"],
  [/^(?:(?:[Mm]aj|ma|M)(?:7|9|11|13)|j7).*$/, "maj7"],
  [/^(?:min|-)/, "m"],
  [/^(?:o7|°7)/, "dim7"],
  [/^(?:o|°)/, "dim"],
  [/^(?:ø7?|h7?)/, "m7b5"],
  [/^\+/, "aug"],
  [/^sus$/, "sus4"],
];

/** The lowest note that a chord begins on. */
const LOWEST = 43;

/**
 * Returns the pitches of a chord's name, such as `F#m7` or `G7/b`, in ascending order: the bass, then the chord in the
 * octave around the middle C. Returns no pitches if the name cannot be read; kinds that are not known count as the
 * major or minor chord.
 */
export function chordPitches(name: string): number[] {
  const [, root, sign, kind, bass, bassSign] = /^([A-G])([#b]?)([^/]*)(?:\/([A-Ga-g])([#b]?))?$/.exec(name) ?? [];
  if (root === undefined) return [];
  const low = pitchClass((bass ?? root).toUpperCase(), bass === undefined ? sign : bassSign);
  const tonic = pitchClass(root, sign);
  const chord = intervalsOf(kind).map((interval) => {
    const pitch = (tonic + interval) % 12;
    return pitch + (pitch < 7 ? 60 : 48);
  });
  const lowest = LOWEST + (low - LOWEST % 12 + 12) % 12;
  return [...new Set([lowest, ...chord])].sort((a, b) => a - b);
}

function pitchClass(letter: string, sign: string): number {
  return (LETTER_SEMITONES[letter] + (sign === "#" ? 1 : sign === "b" ? -1 : 0) + 12) % 12;
}

function intervalsOf(kind: string): readonly number[] {
  const usual = OTHER_NAMES.reduce((name, [pattern, other]) => name.replace(pattern, other), kind);
  return KINDS[usual] ?? (/^m(?!a)/.test(usual) ? KINDS.m : KINDS[""]);
}

/**
 * Returns a score with a track that plays the names of its chords, each until the next one. A score without names is
 * returned as it is.
 *
 * @example
 * ```ts
 * import { accompany, readABC, tuneToScore } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const { tunes: [tune] } = readABC('X:1\nM:3/4\nL:1/4\nK:D\n"D"FAd|"A7"g2f|"D"d3|]\n');
 * const { tracks } = accompany(tuneToScore(tune));
 * assertEquals(tracks[1].notes.slice(0, 4).map(({ pitch }) => pitch), [50, 57, 62, 66]);
 * ```
 */
export function accompany(score: Score, program = 24): Score {
  const { chords = [], tracks } = score;
  const end = scoreEnd(score);
  const notes = chords.flatMap(({ start, name }, i): Note[] => {
    const next = chords.slice(i + 1).find((other) => other.start > start)?.start ?? end;
    const isLast = chords[i + 1]?.start !== start;
    if (!isLast || next <= start) return [];
    return chordPitches(name).map((pitch) => ({ pitch, start, duration: next - start, velocity: 50 }));
  });
  return notes.length === 0 ? score : { ...score, tracks: [...tracks, { name: "Chords", program, notes }] };
}
