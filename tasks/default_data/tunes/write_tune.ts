// Writes melodies as ABC.

import type { TuneBar, TuneNote } from "./melody.ts";

/** The keys of generated tunes. */
export const KEYS: readonly string[] = ["C", "G", "D", "A", "F", "Bb", "Am", "Em", "Dm", "Bm"];

/** Bars of a line. */
const BARS_PER_LINE = 4;

/** Writes the bars of a tune in ABC, with eighth notes as the unit. */
export function writeTune(bars: readonly TuneBar[], key: string): string {
  const isMinor = key.endsWith("m");
  const tonic = "CDEFGAB".indexOf(key[0]);
  // The tonic lies between the A below and the G above the middle C.
  const base = tonic > 4 ? tonic - 7 : tonic;
  const texts = bars.map((bar) => writeBar(bar, base, isMinor));
  const lines: string[] = [];
  for (let start = 0; start < texts.length; start += BARS_PER_LINE) {
    const isLast = start + BARS_PER_LINE >= texts.length;
    lines.push(`${texts.slice(start, start + BARS_PER_LINE).join(" | ")} ${isLast ? "|]" : "|"}`);
  }
  return lines.join("\n");
}

/**
 * Writes a bar. In a minor key, the seventh step over the chord of the fifth is raised; it is a natural in all of them.
 */
function writeBar(bar: TuneBar, base: number, isMinor: boolean): string {
  const raised = new Set<number>();
  return bar.map((note) => {
    const letter = base + note.degree;
    const rises = isMinor && isLeading(note);
    const accidental = rises === raised.has(letter) ? "" : rises ? "^" : "=";
    if (rises) raised.add(letter);
    else raised.delete(letter);
    return `${accidental}${writeLetter(letter)}${note.eighths === 1 ? "" : note.eighths}`;
  }).join(" ");
}

function isLeading({ degree, chord }: TuneNote): boolean {
  return chord === 4 && (degree % 7 + 7) % 7 === 6;
}

/** Writes a letter, counted from the middle C. */
function writeLetter(letter: number): string {
  const octave = Math.floor(letter / 7);
  const name = "CDEFGAB"[letter - 7 * octave];
  if (octave < 0) return name + ",".repeat(-octave);
  return octave === 0 ? name : name.toLowerCase() + "'".repeat(octave - 1);
}
