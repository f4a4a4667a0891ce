import { type Key, spellPitch, transposeKey } from "../keys.ts";
import { MOST_PITCH } from "../score.ts";
import type { ABCItem, ABCTune } from "./tune.ts";

/** The parts of a chord's name: the root, the kind, and a bass note. */
const CHORD = /^([A-G])([#b]?)([^/]*)(?:\/([A-Ga-g])([#b]?))?$/;

/**
 * Returns a tune with every note, key and chord name moved by a number of semitones. Keys get the fewest sharps or
 * flats, and notes are spelled in them. Returns `undefined` if a pitch would leave 0 to 127.
 *
 * @example
 * ```ts
 * import { readABC, transposeTune, writeABC } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const { tunes: [tune] } = readABC('X:1\nM:3/4\nL:1/4\nK:D\n"D"FAd|"A7"g2f|"D"d3|]\n');
 * const text = writeABC([transposeTune(tune, 3)!]);
 * assertEquals(text.split("\n").slice(3), ["K:F", '"F"A2 c2 f2| "C7"b4 a2| "F"f6|]', ""]);
 * ```
 */
export function transposeTune(tune: ABCTune, semitones: number): ABCTune | undefined {
  let isInside = true;
  const key = transposeKey(tune.key, semitones);
  const voices = tune.voices.map((voice) => {
    let fifths = key.fifths;
    const items = voice.items.map((item): ABCItem => {
      if (item.kind === "key") {
        const moved = transposeKey(item.key, semitones);
        fifths = moved.fifths;
        return { ...item, key: moved };
      }
      if (item.kind === "chord") return { ...item, name: transposeChord(item.name, semitones, fifths) };
      if (item.kind !== "notes") return item;
      const notes = item.notes.map((note) => ({ ...note, pitch: note.pitch + semitones }));
      isInside &&= notes.every(({ pitch }) => pitch >= 0 && pitch <= MOST_PITCH);
      return { ...item, notes };
    });
    return { ...voice, items };
  });
  return isInside ? { ...tune, key, voices } : undefined;
}

/** Returns the name of a chord that is a number of semitones higher; names that cannot be read are left as they are. */
export function transposeChord(name: string, semitones: number, fifths: number): string {
  const [, root, sign, kind, bass, bassSign] = CHORD.exec(name) ?? [];
  if (root === undefined) return name;
  const moved = transposeLetter(root, sign, semitones, fifths) + kind;
  if (bass === undefined) return moved;
  const low = transposeLetter(bass.toUpperCase(), bassSign, semitones, fifths);
  return `${moved}/${bass === bass.toLowerCase() ? low[0].toLowerCase() + low.slice(1) : low}`;
}

function transposeLetter(letter: string, sign: string, semitones: number, fifths: number): string {
  const pitch = "C D EF G A B".indexOf(letter) + (sign === "#" ? 1 : sign === "b" ? -1 : 0);
  const spelled = spellPitch(pitch + semitones + 120, fifths);
  return spelled.letter + (spelled.alteration < 0 ? "b" : "#").repeat(Math.abs(spelled.alteration));
}

/** Returns how many semitones lead from a key to the nearest one with another tonic: -5 to 6. */
export function semitonesBetween(from: Key, to: Key): number {
  const up = (to.tonic - from.tonic + 12) % 12;
  return up > 6 ? up - 12 : up;
}
