// Melodies over chords: a motif is a rhythm and steps of the scale, which later bars repeat, move and vary.

import type { SeededRandom } from "../../../tokenizers/random.ts";
import { BEAT_EIGHTHS, CLOSES, PROGRESSIONS, RHYTHMS, type TuneMeter } from "./harmony.ts";

/** A note of a melody. */
export interface TuneNote {
  /** Steps of the scale above the tonic, 7 an octave. */
  readonly degree: number;
  /** Length in eighth notes. */
  readonly eighths: number;
  /** The root of its chord, as a step of the scale. */
  readonly chord: number;
}

/** A bar of a melody. */
export type TuneBar = readonly TuneNote[];

/** The lowest and the highest step of a melody. */
const [LOWEST, HIGHEST] = [-3, 10];

/** The share of bars that repeat the motif of an earlier bar, and of these, the share that are varied. */
const [REPEATED, VARIED] = [0.55, 0.35];

/** Chooses one of a list. */
export function choose<T>(random: SeededRandom, list: readonly T[]): T {
  return list[Math.floor(random.next() * list.length)];
}

/** Makes a phrase of four bars that ends on the fifth step, or on the first if it is closed. */
export function makePhrase(random: SeededRandom, meter: TuneMeter, isClosed: boolean, motif?: TuneBar): TuneBar[] {
  const chords = choose(random, PROGRESSIONS[isClosed ? "closed" : "open"]);
  const bars: TuneBar[] = [];
  let at = motif?.at(-1)?.degree ?? choose(random, [0, 2, 4]);
  for (const [b, chord] of chords.entries()) {
    const earlier = b === 0 ? motif : bars[b - 1];
    const isLast = b === chords.length - 1;
    const repeats = earlier !== undefined && !isLast && (b === 0 || random.next() < REPEATED);
    const bar = isLast
      ? closeBar(random, meter, chord, at)
      : repeats
      ? repeatBar(random, earlier, chord, at)
      : newBar(random, meter, chord, at);
    bars.push(bar);
    at = bar[bar.length - 1].degree;
  }
  return bars;
}

/** Makes the first part of another phrase: the same bars with a closed end. */
export function closePhrase(random: SeededRandom, meter: TuneMeter, phrase: readonly TuneBar[]): TuneBar[] {
  const kept = phrase.slice(0, 2);
  const third = newBar(random, meter, 4, kept[1][kept[1].length - 1].degree);
  return [...kept, third, closeBar(random, meter, 0, third[third.length - 1].degree)];
}

function newBar(random: SeededRandom, meter: TuneMeter, chord: number, from: number): TuneBar {
  return fillBar(random, choose(random, RHYTHMS[meter]), { meter, chord, from });
}

/** Notes on a beat are of the chord, the others move by step. */
function fillBar(
  random: SeededRandom,
  rhythm: readonly number[],
  { meter, chord, from }: { readonly meter: TuneMeter; readonly chord: number; readonly from: number },
): TuneBar {
  const notes: TuneNote[] = [];
  let [at, place] = [from, 0];
  let direction = random.next() < 0.5 ? 1 : -1;
  for (const eighths of rhythm) {
    if (place % BEAT_EIGHTHS[meter] === 0) at = chordTone(random, chord, at + (random.next() < 0.5 ? direction : 0));
    else at += direction;
    if (at > HIGHEST || at < LOWEST) {
      direction = -direction;
      at = chordTone(random, chord, Math.min(HIGHEST - 2, Math.max(LOWEST + 2, at)));
    } else if (random.next() < 0.25) direction = -direction;
    notes.push({ degree: at, eighths, chord });
    place += eighths;
  }
  return notes;
}

/** Moves a bar to another chord; some of its weak notes may change. */
function repeatBar(random: SeededRandom, bar: TuneBar, chord: number, from: number): TuneBar {
  const first = chordTone(random, chord, Math.abs(bar[0].degree - from) <= 4 ? bar[0].degree : from);
  const shift = first - bar[0].degree;
  const moved = bar.map(({ degree, eighths }) => ({ degree: bounded(degree + shift), eighths, chord }));
  if (random.next() >= VARIED || moved.length < 3) return moved;
  const place = 1 + Math.floor(random.next() * (moved.length - 1));
  const step = random.next() < 0.5 ? 1 : -1;
  return moved.map((note, i) => i === place ? { ...note, degree: bounded(note.degree + step) } : note);
}

/** Makes the last bar of a phrase: it ends on the root of its chord. */
function closeBar(random: SeededRandom, meter: TuneMeter, chord: number, from: number): TuneBar {
  const notes = fillBar(random, choose(random, CLOSES[meter]), { meter, chord, from });
  const last = notes[notes.length - 1];
  const root = chord + 7 * Math.round((last.degree - chord) / 7);
  return [...notes.slice(0, -1), { ...last, degree: bounded(root) }];
}

/** Returns a step of a chord near another step. */
function chordTone(random: SeededRandom, chord: number, near: number): number {
  const tones = [0, 2, 4].map((third) => {
    const step = (chord + third) % 7;
    return step + 7 * Math.round((near - step) / 7);
  }).sort((a, b) => Math.abs(a - near) - Math.abs(b - near));
  return bounded(random.next() < 0.7 ? tones[0] : tones[1]);
}

/** Moves a step by octaves into the range of melodies. */
function bounded(degree: number): number {
  if (degree > HIGHEST) return degree - 7;
  return degree < LOWEST ? degree + 7 : degree;
}
