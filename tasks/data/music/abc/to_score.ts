import type { ChordName, Note, Score, ScoreChange } from "../score.ts";
import { tidyNotes } from "../score.ts";
import { type ABCBar, barsOf } from "./bars.ts";
import { type ABCTune, type ABCVoice, QUARTER } from "./tune.ts";

/** How a tune is played. */
export interface TuneToScoreOptions {
  /** Whether repeats are played. Default: true. */
  readonly repeats?: boolean;
  /** The instrument of General MIDI. Default: 0, a piano. */
  readonly program?: number;
}

/** The tempo of a tune that tells none. */
const USUAL_TEMPO = 120;

/** How many times as many bars may be played as are written: more are those of a damaged tune. */
const MOST_REPEATS = 8;

/** The tempo, the meter and the key at a place of a tune. */
interface State {
  readonly tempo: number;
  readonly meter?: string;
  readonly key: string;
}

/**
 * Returns the score of a tune: a track for each voice, with repeats and endings in the order in which they are played,
 * and the names of the chords. A quarter note has 480 ticks, or 10,080 if a length asks for it.
 *
 * @example
 * ```ts
 * import { readABC, tuneToScore } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const { tunes: [tune] } = readABC('X:1\nM:3/4\nL:1/4\nK:D\n"D"FAd|"A7"g2f|"D"d3|]\n');
 * const { tracks: [{ notes }], chords } = tuneToScore(tune);
 * assertEquals(notes[0], { pitch: 66, start: 0, duration: 480, velocity: 80 });
 * assertEquals(chords?.[1], { start: 1440, name: "A7" });
 * ```
 */
export function tuneToScore(tune: ABCTune, { repeats = true, program = 0 }: TuneToScoreOptions = {}): Score {
  const start: State = { tempo: tune.tempo ?? USUAL_TEMPO, meter: tune.meter, key: tune.key.name };
  const played = tune.voices.map((voice) => playVoice(voice, start, repeats));
  const [first] = played;
  const times = played.flatMap(({ notes, chords, changes }) => [
    ...notes.flatMap(({ start, duration }) => [start, duration]),
    ...[...chords, ...changes].map(({ start }) => start),
  ]);
  const isCoarse = [...times, first.pickup].every((ticks) => ticks % (QUARTER / 480) === 0);
  const scale = (ticks: number): number => isCoarse ? ticks / (QUARTER / 480) : ticks;
  const scaled = <T extends { readonly start: number }>(list: readonly T[]): T[] =>
    list.map((each) => ({ ...each, start: scale(each.start) }));
  return {
    ...tune.title && { title: tune.title },
    key: tune.key.name,
    ...tune.meter !== undefined && { meter: tune.meter },
    tempo: start.tempo,
    division: isCoarse ? 480 : QUARTER,
    ...first.pickup > 0 && { pickup: scale(first.pickup) },
    ...first.changes.length > 0 && { changes: scaled(first.changes) },
    ...first.chords.length > 0 && { chords: scaled(first.chords) },
    tracks: played.map(({ notes }, i) => ({
      ...tune.voices[i].name && { name: tune.voices[i].name },
      program,
      notes: tidyNotes(scaled(notes).map((note) => ({ ...note, duration: scale(note.duration) }))),
    })),
  };
}

/** A voice as it is played. */
interface PlayedVoice {
  readonly notes: readonly Note[];
  readonly chords: readonly ChordName[];
  readonly changes: readonly ScoreChange[];
  readonly pickup: number;
}

function playVoice({ items }: ABCVoice, start: State, repeats: boolean): PlayedVoice {
  const bars = barsOf(items, start.meter);
  const states = statesOf(bars, start);
  const notes: Note[] = [];
  const chords: ChordName[] = [];
  const changes: ScoreChange[] = [];
  let [tick, state] = [0, start];
  let held = new Map<number, number>();
  const change = (next: State): void => {
    const { tempo, meter, key } = next;
    if (tempo === state.tempo && meter === state.meter && key === state.key) return;
    if (changes.at(-1)?.start === tick) Object.assign(changes.at(-1)!, difference(state, next));
    else changes.push({ start: tick, ...difference(state, next) });
    state = next;
  };
  for (const i of repeats ? playOrder(bars) : bars.keys()) {
    change(states[i]);
    for (const item of bars[i].items) {
      if (item.kind === "chord") chords.push({ start: tick, name: item.name });
      else if (item.kind !== "notes") change(stateAfter(state, item));
      else {
        const next = new Map<number, number>();
        for (const { pitch, isTied } of item.notes) {
          const known = held.get(pitch);
          // A note that continues another makes it longer.
          if (known !== undefined) notes[known] = { ...notes[known], duration: notes[known].duration + item.ticks };
          else notes.push({ pitch, start: tick, duration: item.ticks, velocity: 80 });
          if (isTied) next.set(pitch, known ?? notes.length - 1);
        }
        held = next;
        tick += item.ticks;
      }
    }
  }
  const [first] = bars;
  const pickup = first?.expected !== undefined && first.ticks < first.expected ? first.ticks : 0;
  return { notes, chords, changes, pickup };
}

function difference(from: State, to: State): Omit<ScoreChange, "start"> {
  return {
    ...to.tempo !== from.tempo && { tempo: to.tempo },
    ...to.meter !== from.meter && to.meter !== undefined && { meter: to.meter },
    ...to.key !== from.key && { key: to.key },
  };
}

function stateAfter(state: State, item: ABCBar["items"][number]): State {
  if (item.kind === "meter") return { ...state, meter: item.meter };
  if (item.kind === "key") return { ...state, key: item.key.name };
  return item.kind === "tempo" ? { ...state, tempo: item.tempo } : state;
}

/** Returns what holds at the beginning of each bar. */
function statesOf(bars: readonly ABCBar[], start: State): State[] {
  let state = start;
  return bars.map(({ items }) => {
    const before = state;
    for (const item of items) state = stateAfter(state, item);
    return before;
  });
}

/** Returns the indices of bars in the order in which they are played. */
export function playOrder(bars: readonly ABCBar[]): number[] {
  const order: number[] = [];
  // Whether a sign has told where the repeat begins, and whether an ending is being played.
  let [start, pass, isOpen, isEnding] = [0, 1, false, false];
  for (let i = 0; i < bars.length && order.length < MOST_REPEATS * bars.length;) {
    const bar = bars[i];
    if (bar.left.endsWith(":")) {
      if (i !== start) [start, pass, isEnding] = [i, 1, false];
      isOpen = true;
    }
    if (bar.ending !== undefined) {
      const other = endingFor(bars, i, pass);
      if (other !== i) {
        i = other;
        continue;
      }
      isEnding = true;
    }
    order.push(i);
    const next = bars[i + 1];
    const isAgain = pass < 2 || bars.slice(start, i + 2).some(({ ending }) => includes(ending, pass + 1));
    if (bar.right.startsWith(":") && isAgain) [i, pass, isEnding] = [start, pass + 1, false];
    else {
      // A double bar line begins a part, but not within a repeat.
      const isOver = bar.right.startsWith(":") || isEnding || !isOpen && pass === 1;
      i++;
      if (isOver && bar.right !== "|" && next?.ending === undefined) {
        [start, pass, isOpen, isEnding] = [i, 1, false, false];
      }
    }
  }
  return order;
}

/**
 * Returns the bar with which the ending of a pass begins, this one or a later one before the next part. If there is
 * none, a later pass goes on behind the ending; the first plays what is there.
 */
function endingFor(bars: readonly ABCBar[], i: number, pass: number): number {
  let behind = bars.length;
  for (let k = i; k < bars.length; k++) {
    const { ending, left } = bars[k];
    if (includes(ending, pass)) return k;
    if (k === i || ending !== undefined) continue;
    if (left !== "|") behind = Math.min(behind, k);
    if (left === "|:" || left === "::") break;
  }
  return pass > 1 ? behind : i;
}

/** Whether the numbers of an ending, such as `1,3` or `1-3`, include a pass. */
function includes(ending: string | undefined, pass: number): boolean {
  return ending !== undefined && ending.split(",").some((part) => {
    const [from, to = from] = part.split("-").map(Number);
    return pass >= from && pass <= to;
  });
}
