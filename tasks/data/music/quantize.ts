import { InputRangeError } from "../../../errors.ts";
import { describeValue } from "../../../src/schema/mod.ts";
import { wholeBarTicks } from "./bar_grid.ts";
import { type Problem, ProblemList } from "./problems.ts";
import { type Note, type Score, type ScoreChange, tidyNotes, type Track } from "./score.ts";

/** How a score is put on a grid. */
export interface QuantizeOptions {
  /** Steps of the grid in a quarter note. Default: 12, which holds sixteenth notes and triplets. */
  readonly stepsPerQuarter?: number;
}

/** A score on a grid. */
export interface QuantizedScore {
  /** The score: its division is the number of steps in a quarter note. */
  readonly score: Score;
  /** Changes by the grid, counted. */
  readonly problems: readonly Problem[];
}

/** Velocities are multiples of this, and tempos of the next. */
const VELOCITY_STEP = 4;
const TEMPO_STEP = 5;

/** The longest note in quarter notes. */
const LONGEST = 16;

/**
 * Returns a score as `scoreToEvents` writes it, on a grid: times are whole steps, a note has at least one and at most
 * 16 quarter notes, velocities are multiples of 4 and tempos of 5 quarter notes a minute, a meter changes at the next
 * bar line, and titles and names are left out. What this changes is counted in `problems`. A score that is on the grid
 * comes out as it is.
 */
export function quantizeScore(score: Score, { stepsPerQuarter = 12 }: QuantizeOptions = {}): QuantizedScore {
  expectInteger(stepsPerQuarter);
  const problems = new ProblemList();
  const { division, key, meter, tracks, chords = [], changes = [] } = score;
  const toStep: ToStep = (ticks, what, place) => {
    const exact = ticks * stepsPerQuarter / division;
    const step = Math.round(exact);
    if (step !== exact) problems.add(`${what} moved to the grid`, place);
    return step;
  };
  if (score.title) problems.add("titles left out", "the score");
  const first = score.pickup ? toStep(score.pickup, "pickups", "the beginning") : 0;
  const pickup = first < wholeBarTicks(meter, stepsPerQuarter) ? first : 0;
  const named = chords.map(({ start, name }) => ({
    start: toStep(start, "chord names", `tick ${start}`),
    name: name.replaceAll(/\s/g, ""),
  }));
  const moved = changes.map((change) => ({
    ...change,
    start: toStep(change.start, "changes", `tick ${change.start}`),
    ...change.tempo !== undefined && { tempo: toTempo(change.tempo, problems, `tick ${change.start}`) },
  }));
  const aligned = alignMeters({ division: stepsPerQuarter, meter, pickup }, moved, problems);
  return {
    score: {
      ...key !== undefined && { key },
      ...meter !== undefined && { meter },
      tempo: toTempo(score.tempo, problems, "the beginning"),
      division: stepsPerQuarter,
      ...pickup > 0 && { pickup },
      ...aligned.length > 0 && { changes: aligned },
      ...named.length > 0 && { chords: named },
      tracks: tracks.map((track, i) => quantizeTrack(track, stepsPerQuarter, `track ${i + 1}`, toStep, problems)),
    },
    problems: problems.list(),
  };
}

/** Returns a time in steps, and counts it if it has moved. */
type ToStep = (ticks: number, what: string, place: string) => number;

function expectInteger(stepsPerQuarter: number): void {
  if (Number.isInteger(stepsPerQuarter) && stepsPerQuarter >= 1 && stepsPerQuarter <= 96) return;
  throw new InputRangeError(
    `put a score on a grid: expected 1 to 96 steps a quarter note, found ${describeValue(stepsPerQuarter)}`,
  );
}

function quantizeTrack(
  { name, program, isDrums, notes }: Track,
  stepsPerQuarter: number,
  track: string,
  toStep: ToStep,
  problems: ProblemList,
): Track {
  if (name) problems.add("names of tracks left out", track);
  const moved = notes.map((note): Note => {
    const place = `${track}, tick ${note.start}`;
    const start = toStep(note.start, "notes", place);
    const steps = toStep(note.duration, "lengths", place);
    const duration = Math.min(Math.max(1, steps), LONGEST * stepsPerQuarter);
    if (duration < steps) problems.add(`notes longer than ${LONGEST} quarter notes`, place);
    return { ...note, start, duration, velocity: toVelocity(note.velocity, problems, place) };
  });
  return { program, ...isDrums && { isDrums }, notes: tidyNotes(moved) };
}

function toVelocity(velocity: number, problems: ProblemList, place: string): number {
  const rounded = Math.min(124, Math.max(VELOCITY_STEP, VELOCITY_STEP * Math.round(velocity / VELOCITY_STEP)));
  if (rounded !== velocity) problems.add("velocities moved to the grid", place);
  return rounded;
}

function toTempo(tempo: number, problems: ProblemList, place: string): number {
  const rounded = Math.min(400, Math.max(10, TEMPO_STEP * Math.round(tempo / TEMPO_STEP)));
  if (rounded !== tempo) problems.add("tempos moved to the grid", place);
  return rounded;
}

/** Returns the changes, where a meter that changes within a bar does so at the next bar line. */
function alignMeters(
  { division, meter, pickup }: Pick<Score, "division" | "meter" | "pickup">,
  changes: readonly ScoreChange[],
  problems: ProblemList,
): ScoreChange[] {
  const aligned = new Map<number, ScoreChange>();
  const add = (change: ScoreChange): void => {
    aligned.set(change.start, { ...aligned.get(change.start), ...change });
  };
  let bar = { start: 0, first: pickup || wholeBarTicks(meter, division), full: wholeBarTicks(meter, division) };
  for (const { start, tempo, meter, key } of changes) {
    if (tempo !== undefined || key !== undefined) {
      add({ start, ...tempo !== undefined && { tempo }, ...key !== undefined && { key } });
    }
    if (meter === undefined) continue;
    // The bar line at or behind the change.
    const second = bar.start + bar.first;
    const line = start <= bar.start
      ? bar.start
      : second + Math.max(0, Math.ceil((start - second) / bar.full)) * bar.full;
    if (line !== start) problems.add("meters that change within a bar", `step ${start}`);
    add({ start: line, meter });
    const full = wholeBarTicks(meter, division);
    bar = { start: line, first: full, full };
  }
  return [...aligned.values()].sort((a, b) => a.start - b.start);
}
