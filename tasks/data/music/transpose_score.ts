import { transposeChord } from "./abc/mod.ts";
import { readKey, transposeKey } from "./keys.ts";
import { type ChordName, MOST_PITCH, type Score } from "./score.ts";

/**
 * Returns a score with every note, key and chord name moved by a number of semitones, but not its drums, or `undefined`
 * if a pitch would leave 0 to 127. Keys get the fewest sharps or flats.
 *
 * @example
 * ```ts
 * import { type Score, transposeScore } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const notes = [{ pitch: 60, start: 0, duration: 480, velocity: 80 }];
 * const score: Score = { key: "C", tempo: 100, division: 480, tracks: [{ program: 0, notes }] };
 * const up = transposeScore(score, 3)!;
 * assertEquals([up.key, up.tracks[0].notes[0].pitch], ["Eb", 63]);
 * ```
 */
export function transposeScore(score: Score, semitones: number): Score | undefined {
  const moveKey = (key: string): string => transposeKey(readKey(key), semitones).name;
  const moveChord = (chord: ChordName): ChordName => {
    const change = score.changes?.findLast(({ start, key }) => key !== undefined && start <= chord.start);
    const { fifths } = transposeKey(readKey(change?.key ?? score.key ?? "C"), semitones);
    return { ...chord, name: transposeChord(chord.name, semitones, fifths) };
  };
  const tracks = score.tracks.map((track) => {
    if (track.isDrums) return track;
    return { ...track, notes: track.notes.map((note) => ({ ...note, pitch: note.pitch + semitones })) };
  });
  const isInside = tracks.every(({ notes }) => notes.every(({ pitch }) => pitch >= 0 && pitch <= MOST_PITCH));
  if (!isInside) return undefined;
  return {
    ...score,
    ...score.key !== undefined && { key: moveKey(score.key) },
    ...score.changes && {
      changes: score.changes.map((change) =>
        change.key === undefined ? change : { ...change, key: moveKey(change.key) }
      ),
    },
    ...score.chords && { chords: score.chords.map(moveChord) },
    tracks,
  };
}
