import { scoreBars, wholeBarTicks } from "./bar_grid.ts";
import { isInputError } from "../../../errors.ts";
import { readKey } from "./keys.ts";
import { type Problem, ProblemList } from "./problems.ts";
import { type QuantizeOptions, quantizeScore } from "./quantize.ts";
import { type ChordName, meterParts, type Note, type Score, type ScoreChange, tidyNotes, type Track } from "./score.ts";

/** A score as a text. */
export interface EventText {
  /** One line of tokens. */
  readonly text: string;
  /** Changes by the grid, as in `quantizeScore`. */
  readonly problems: readonly Problem[];
}

/**
 * Returns a score as one line of events for a language model, as REMI (Huang and Yang 2020) does, with a space between
 * tokens. First come the grid, the meter, the key, the tempo, a pickup and the instruments: `Grid_12 Meter_4/4 Key_D
 * Tempo_120 Track_1 Program_0`. Each bar begins with `Bar`; in it, `Pos_6` tells how many steps of the grid have
 * passed, and `Track_1 Pitch_62 Vel_80 Dur_12` is a note, where a track that stays the same is not told again. Changes
 * of meter, key and tempo and names of chords are events as well. `eventsToScore` returns the score of `quantizeScore`.
 *
 * Throws `RangeError` if there are more than 100,000 bars.
 *
 * @example
 * ```ts
 * import { type Score, scoreToEvents } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const notes = [{ pitch: 60, start: 0, duration: 480, velocity: 80 }];
 * const score: Score = { meter: "3/4", tempo: 100, division: 480, tracks: [{ program: 73, notes }] };
 * const { text } = scoreToEvents(score);
 * assertEquals(text, "Grid_12 Meter_3/4 Tempo_100 Track_1 Program_73 Bar Pos_0 Track_1 Pitch_60 Vel_80 Dur_12");
 * ```
 */
export function scoreToEvents(score: Score, options: QuantizeOptions = {}): EventText {
  const { score: quantized, problems } = quantizeScore(score, options);
  const tokens = header(quantized);
  const byStep = eventsOf(quantized);
  const steps = [...byStep.keys()].sort((a, b) => a - b);
  const meters = new Map((quantized.changes ?? []).map(({ start, meter }) => [start, meter]));
  let [next, track] = [0, -1];
  for (const { start, ticks } of scoreBars(quantized)) {
    tokens.push("Bar");
    const meter = meters.get(start);
    if (meter !== undefined) tokens.push(`Meter_${meter}`);
    for (; next < steps.length && steps[next] < start + ticks; next++) {
      tokens.push(`Pos_${steps[next] - start}`);
      const { marks, notes } = byStep.get(steps[next])!;
      tokens.push(...marks);
      for (const { note: { pitch, velocity, duration }, track: own } of notes) {
        if (own !== track) tokens.push(`Track_${own + 1}`);
        track = own;
        tokens.push(`Pitch_${pitch}`, `Vel_${velocity}`, `Dur_${duration}`);
      }
    }
  }
  return { text: tokens.join(" "), problems };
}

function header({ division, meter, key, tempo, pickup, tracks }: Score): string[] {
  return [
    `Grid_${division}`,
    ...meter === undefined ? [] : [`Meter_${meter}`],
    ...key === undefined ? [] : [`Key_${key}`],
    `Tempo_${tempo}`,
    ...pickup === undefined ? [] : [`Pickup_${pickup}`],
    ...tracks.flatMap(({ program, isDrums }, i) => [`Track_${i + 1}`, `${isDrums ? "Drums" : "Program"}_${program}`]),
  ];
}

/** Events at a step. */
interface StepEvents {
  readonly marks: string[];
  readonly notes: { readonly note: Note; readonly track: number }[];
}

function eventsOf({ changes = [], chords = [], tracks }: Score): Map<number, StepEvents> {
  const byStep = new Map<number, StepEvents>();
  const at = (step: number): StepEvents => {
    const known = byStep.get(step) ?? { marks: [], notes: [] };
    byStep.set(step, known);
    return known;
  };
  for (const { start, tempo, key } of changes) {
    if (key !== undefined) at(start).marks.push(`Key_${key}`);
    if (tempo !== undefined) at(start).marks.push(`Tempo_${tempo}`);
  }
  for (const { start, name } of chords) at(start).marks.push(`Chord_${name}`);
  tracks.forEach(({ notes }, track) => {
    for (const note of notes) at(note.start).notes.push({ note, track });
  });
  return byStep;
}

/** A score that was read from a model's text. */
export interface EventReading {
  /** The score. */
  readonly score: Score;
  /** Tokens that could not be read. */
  readonly problems: readonly Problem[];
}

/** The form of a token. */
const EVENT = /^([A-Z][a-z]+)_(\S+)$/;

/**
 * Returns the score of a line that `scoreToEvents` has written, or that a model has. Tokens that mean nothing where
 * they stand are left out and counted.
 *
 * @example
 * ```ts
 * import { eventsToScore, scoreToEvents } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const text = "Grid_4 Tempo_90 Track_1 Program_0 Bar Pos_2 Track_1 Pitch_67 Vel_80 Dur_4";
 * const { score } = eventsToScore(text);
 * assertEquals(score.tracks[0].notes, [{ pitch: 67, start: 2, duration: 4, velocity: 80 }]);
 * assertEquals(scoreToEvents(score, { stepsPerQuarter: 4 }).text, text);
 * ```
 */
export function eventsToScore(text: string): EventReading {
  const reader = new EventReader();
  text.split(/\s+/).filter((token) => token !== "").forEach((token, i) => reader.read(token, i + 1));
  return reader.finish();
}

/** A change of a score while it is read. */
type OpenChange = { -readonly [K in keyof ScoreChange]: ScoreChange[K] };

/** Reads events one by one. */
class EventReader {
  readonly #problems = new ProblemList();
  #grid = 12;
  #first: { meter?: string; key?: string; tempo: number; pickup?: number } = { tempo: 120 };
  #meter: string | undefined;
  readonly #changes = new Map<number, OpenChange>();
  readonly #chords: ChordName[] = [];
  readonly #tracks: { program: number; isDrums: boolean; readonly notes: Note[] }[] = [];
  /** The bar's beginning and length; there is none before the first bar. */
  #bar: { readonly start: number; readonly length: number } | undefined;
  #position = 0;
  #track = 0;
  #pitch: number | undefined;
  #velocity: number | undefined;

  /** Reads a token, the given one of the text. */
  read(token: string, place: number): void {
    const isRead = token === "Bar" ? this.#startBar() : this.#event(token);
    if (!isRead) this.#problems.add("events that mean nothing there", `token ${place}: ${token}`);
  }

  /** Returns what has been read. */
  finish(): EventReading {
    const { meter, key, tempo, pickup } = this.#first;
    const changes = [...this.#changes.values()].sort((a, b) => a.start - b.start);
    const tracks = this.#tracks.map(({ program, isDrums, notes }): Track => ({
      program,
      ...isDrums && { isDrums },
      notes: tidyNotes(notes),
    }));
    const score: Score = {
      ...key !== undefined && { key },
      ...meter !== undefined && { meter },
      tempo,
      division: this.#grid,
      ...pickup !== undefined && { pickup },
      ...changes.length > 0 && { changes },
      ...this.#chords.length > 0 && { chords: this.#chords },
      tracks,
    };
    return { score, problems: this.#problems.list() };
  }

  #startBar(): boolean {
    const whole = wholeBarTicks(this.#meter, this.#grid);
    this.#bar = this.#bar === undefined
      ? { start: 0, length: this.#first.pickup ?? whole }
      : { start: this.#bar.start + this.#bar.length, length: whole };
    this.#position = 0;
    return true;
  }

  /** Reads an event. Returns whether it means something here. */
  #event(token: string): boolean {
    const [, name, value] = EVENT.exec(token) ?? [];
    const number = /^\d{1,5}$/.test(value ?? "") ? Number(value) : NaN;
    const isHeader = this.#bar === undefined;
    switch (name) {
      case "Grid":
        return isHeader && number >= 1 && number <= 96 && this.#set(() => this.#grid = number);
      case "Meter":
        return isReadable(() => meterParts(value)) && this.#setMeter(value);
      case "Key":
        return isReadable(() => readKey(value)) && this.#setChange("key", value);
      case "Tempo":
        return number >= 4 && this.#setChange("tempo", number);
      case "Pickup":
        return isHeader && number >= 1 && this.#set(() => this.#first.pickup = number);
      case "Track":
        return number >= 1 && number <= this.#tracks.length + (isHeader ? 1 : 0) &&
          this.#set(() => this.#track = number);
      case "Program":
      case "Drums":
        return isHeader && number <= 127 && this.#track === this.#tracks.length + 1 &&
          this.#set(() => this.#tracks.push({ program: number, isDrums: name === "Drums", notes: [] }));
      case "Pos":
        return this.#bar !== undefined && number < this.#bar.length && this.#set(() => this.#position = number);
      case "Chord":
        return !isHeader && this.#set(() => this.#chords.push({ start: this.#now, name: value }));
      case "Pitch":
        return number <= 127 && this.#set(() => this.#pitch = number);
      case "Vel":
        return number >= 1 && number <= 127 && this.#set(() => this.#velocity = number);
      case "Dur":
        return number >= 1 && this.#note(number);
      default:
        return false;
    }
  }

  get #now(): number {
    return (this.#bar?.start ?? 0) + this.#position;
  }

  #set(set: () => unknown): boolean {
    set();
    return true;
  }

  #setMeter(meter: string): boolean {
    if (this.#bar === undefined) this.#first.meter = meter;
    // A meter changes at the beginning of a bar.
    else if (this.#position > 0) return false;
    else {
      this.#change({ start: this.#bar.start, meter });
      this.#bar = { ...this.#bar, length: wholeBarTicks(meter, this.#grid) };
    }
    this.#meter = meter;
    return true;
  }

  #setChange(name: "key" | "tempo", value: string | number): boolean {
    if (this.#bar === undefined) Object.assign(this.#first, { [name]: value });
    else this.#change({ start: this.#now, [name]: value });
    return true;
  }

  #change(change: ScoreChange): void {
    this.#changes.set(change.start, { ...this.#changes.get(change.start), ...change });
  }

  #note(duration: number): boolean {
    const [pitch, velocity, track] = [this.#pitch, this.#velocity, this.#tracks[this.#track - 1]];
    [this.#pitch, this.#velocity] = [undefined, undefined];
    if (this.#bar === undefined || track === undefined || pitch === undefined) return false;
    track.notes.push({ pitch, start: this.#now, duration, velocity: velocity ?? 80 });
    return true;
  }
}

function isReadable(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (isInputError(error)) return false;
    throw error;
  }
}
