import { type ScoreBar, scoreBars } from "../bar_grid.ts";
import { readKey } from "../keys.ts";
import { type Problem, ProblemList } from "../problems.ts";
import { checkScore, type Note, type Score } from "../score.ts";
import { type ABCItem, type ABCNote, type ABCTune, QUARTER, WHOLE } from "./tune.ts";

/** A tune that was made of a score. */
export interface ScoreToTune {
  /** The tune. */
  readonly tune: ABCTune;
  /** Changes by the notation, counted. */
  readonly problems: readonly Problem[];
}

/** The shortest note, and the shortest of a triplet. */
const SHORT = QUARTER / 8;
const TRIPLET = QUARTER / 6;

/** Lengths that one note can have, in shortest notes, the longest first. */
const LENGTHS = [32, 24, 16, 12, 8, 6, 4, 3, 2, 1];

/** A note in ticks of a tune. */
type Span = { readonly pitch: number; readonly start: number; readonly end: number };

/**
 * Returns a score as a tune in ABC notation: a voice for each track but drums, whose notes begin and end at 32nd notes
 * or, where that fits a quarter note better, at the sixths of it that triplets have. Notes that go on over a bar line
 * or while another begins are tied. Notes that move to the grid and tracks of drums are counted in `problems`.
 *
 * Throws `RangeError` if a number of the score is out of its range, or there are more than 100,000 bars.
 *
 * @example
 * ```ts
 * import { type Score, scoreToTune, writeABC } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const notes = [{ pitch: 60, start: 0, duration: 480, velocity: 80 }];
 * const score: Score = { meter: "3/4", tempo: 100, division: 480, tracks: [{ program: 73, notes }] };
 * assertEquals(writeABC([scoreToTune(score).tune]), "X:1\nM:3/4\nL:1/8\nQ:1/4=100\nK:C\nC2 z4|]\n");
 * ```
 */
export function scoreToTune(score: Score): ScoreToTune {
  checkScore(score, "write a score as ABC");
  const problems = new ProblemList();
  const scale = QUARTER / score.division;
  const grid = (ticks: number): number => Math.round(ticks * scale / SHORT) * SHORT;
  const bars = scoreBars(score).map((bar) => {
    const start = grid(bar.start);
    return { ...bar, start, ticks: grid(bar.start + bar.ticks) - start };
  }).filter(({ ticks }) => ticks > 0);
  problems.add("tracks of drums", "the score", score.tracks.filter(({ isDrums }) => isDrums).length);
  const tracks = score.tracks.map((track, i) => ({ ...track, place: `track ${i + 1}` })).filter(({ isDrums }) =>
    !isDrums
  );
  const voices = (tracks.length > 0 ? tracks : [{ notes: [], place: "", name: undefined }]).map((track, i) => ({
    ...track.name && { name: track.name },
    items: voiceItems(track.notes, {
      bars,
      marks: i === 0
        ? marksOf(score, grid)
        : marksOf({ ...score, chords: [] }, grid).filter(({ item }) => item.kind !== "tempo"),
      toTicks: (ticks) => ticks * scale,
      moved: (start) => problems.add("notes moved to the grid", `${track.place}, tick ${start}`),
    }),
  }));
  return {
    tune: {
      ...score.title && { title: score.title },
      ...score.meter !== undefined && { meter: score.meter },
      key: readKey(score.key ?? "C"),
      tempo: score.tempo,
      voices,
    },
    problems: problems.list(),
  };
}

/** A chord name or a change and its place. */
interface Mark {
  readonly start: number;
  readonly item: ABCItem;
}

function marksOf({ chords = [], changes = [] }: Score, grid: (ticks: number) => number): Mark[] {
  const marks: Mark[] = [];
  for (const { start, tempo, meter, key } of changes) {
    if (meter !== undefined) marks.push({ start: grid(start), item: { kind: "meter", meter } });
    if (key !== undefined) marks.push({ start: grid(start), item: { kind: "key", key: readKey(key) } });
    if (tempo !== undefined) marks.push({ start: grid(start), item: { kind: "tempo", tempo } });
  }
  for (const { start, name } of chords) marks.push({ start: grid(start), item: { kind: "chord", name } });
  return marks.sort((a, b) => a.start - b.start);
}

/** The surroundings of a voice's notes. */
interface VoiceContext {
  readonly bars: readonly ScoreBar[];
  readonly marks: readonly Mark[];
  readonly toTicks: (ticks: number) => number;
  readonly moved: (start: number) => void;
}

function voiceItems(notes: readonly Note[], { bars, marks, toTicks, moved }: VoiceContext): ABCItem[] {
  const exact = notes.map(({ pitch, start, duration }) => ({
    pitch,
    start: toTicks(start),
    end: toTicks(start + duration),
  }));
  const triplets = tripletBeats(exact);
  const spans = exact.map((span, i): Span => {
    const start = snap(span.start, triplets);
    const end = Math.max(snap(span.end, triplets), start + (triplets.has(beatOf(start)) ? TRIPLET : SHORT));
    if (Math.abs(start - span.start) > 1 || Math.abs(end - span.end) > 1) moved(notes[i].start);
    return { pitch: span.pitch, start, end };
  });
  const cuts = [...new Set([...spans.flatMap(({ start, end }) => [start, end]), ...marks.map(({ start }) => start)])]
    .sort((a, b) => a - b);
  const items: ABCItem[] = [];
  const sounding = new Sounding(spans);
  let [cut, mark] = [0, 0];
  bars.forEach(({ start, ticks }, i) => {
    const end = start + ticks;
    for (let at = start; at < end;) {
      while (mark < marks.length && marks[mark].start <= at) items.push(marks[mark++].item);
      while (cut < cuts.length && cuts[cut] <= at) cut++;
      const beatEnd = QUARTER * (beatOf(at) + 1);
      // Beats with triplets are written one by one.
      const nextTriplet = triplets.has(beatOf(at)) ? beatEnd : nextTripletBeat(triplets, at, end);
      const to = Math.min(end, nextTriplet, cuts[cut] ?? end);
      if (triplets.has(beatOf(at)) && (at % QUARTER === 0 || at === start)) {
        const inside = cuts.filter((each) => each > at && each < Math.min(beatEnd, end)).length + 1;
        items.push({ kind: "tuplet", into: 3, of: 2, notes: inside });
      }
      items.push(...notesFrom(sounding.at(at), at, to, triplets.has(beatOf(at))));
      at = to;
    }
    items.push({ kind: "bar", sign: i === bars.length - 1 ? "|]" : "|" });
  });
  return items;
}

function beatOf(tick: number): number {
  return Math.floor(tick / QUARTER);
}

/** Returns the first beat with triplets that begins after a tick, or the end. */
function nextTripletBeat(triplets: ReadonlySet<number>, at: number, end: number): number {
  for (let beat = beatOf(at) + 1; beat * QUARTER < end; beat++) if (triplets.has(beat)) return beat * QUARTER;
  return end;
}

/** Returns the quarter notes in which triplets fit the beginnings and ends of notes better than 32nd notes do. */
function tripletBeats(spans: readonly Span[]): Set<number> {
  const errors = new Map<number, { straight: number; triplet: number }>();
  for (const tick of spans.flatMap(({ start, end }) => [start, end])) {
    const error = errors.get(beatOf(tick)) ?? { straight: 0, triplet: 0 };
    error.straight += Math.abs(tick - Math.round(tick / SHORT) * SHORT);
    error.triplet += Math.abs(tick - Math.round(tick / TRIPLET) * TRIPLET);
    errors.set(beatOf(tick), error);
  }
  return new Set([...errors].filter(([, { straight, triplet }]) => triplet + 1 < straight).map(([beat]) => beat));
}

function snap(tick: number, triplets: ReadonlySet<number>): number {
  const unit = triplets.has(beatOf(tick)) ? TRIPLET : SHORT;
  return Math.round(tick / unit) * unit;
}

/** Finds the notes that sound at ticks, which must not become less. */
class Sounding {
  readonly #spans: readonly Span[];
  #next = 0;
  #open: Span[] = [];

  constructor(spans: readonly Span[]) {
    this.#spans = spans.toSorted((a, b) => a.start - b.start);
  }

  /** Returns the notes that sound at a tick, the longest of each pitch. */
  at(tick: number): Span[] {
    while (this.#next < this.#spans.length && this.#spans[this.#next].start <= tick) {
      this.#open.push(this.#spans[this.#next++]);
    }
    this.#open = this.#open.filter(({ end }) => end > tick);
    const byPitch = new Map<number, Span>();
    for (const span of this.#open) if (span.end > (byPitch.get(span.pitch)?.end ?? 0)) byPitch.set(span.pitch, span);
    return [...byPitch.values()].sort((a, b) => a.pitch - b.pitch);
  }
}

/** Returns the notes of a stretch in which nothing begins or ends, tied where it takes several notes. */
function notesFrom(spans: readonly Span[], from: number, to: number, isTriplet: boolean): ABCItem[] {
  const items: ABCItem[] = [];
  for (let at = from; at < to;) {
    const ticks = isTriplet ? to - at : lengthOf(to - at);
    const end = at + ticks;
    const notes = spans.map(({ pitch, end: last }): ABCNote => ({ pitch, isTied: last > end }));
    items.push({ kind: "notes", notes, length: isTriplet ? ticks * 3 / 2 : ticks, ticks });
    at = end;
  }
  return items;
}

/** Returns the longest length that one note can have, up to the given ticks. */
function lengthOf(ticks: number): number {
  const length = LENGTHS.find((each) => each * SHORT <= ticks);
  return Math.min(ticks, length === undefined ? ticks : length * SHORT, WHOLE);
}
