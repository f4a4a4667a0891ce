import type { MidiEvent } from "./midi_file.ts";
import type { ProblemList } from "./problems.ts";
import { MOST_PITCH, type Note, tidyNotes, type Track } from "./score.ts";

/** The channel of drums, the tenth. */
export const DRUM_CHANNEL = 9;

/** A note that sounds. */
interface OpenNote {
  readonly pitch: number;
  readonly start: number;
  readonly velocity: number;
  readonly program: number;
}

/** A channel of a track. */
interface Channel {
  program: number;
  /** The notes that sound by their pitch, the first to begin first. */
  readonly open: Map<number, OpenNote[]>;
  /** The notes by their program. */
  readonly notes: Map<number, Note[]>;
}

/** Collects the notes of a track of a MIDI file by channel and program. */
export class MidiNotes {
  readonly #channels = new Map<number, Channel>();
  readonly #place: string;
  readonly #problems: ProblemList;

  constructor(track: number, problems: ProblemList) {
    this.#place = `track ${track}`;
    this.#problems = problems;
  }

  /** Reads an event at a tick. Returns whether it is about notes or instruments. */
  read({ type, channel, noteNumber, velocity, programNumber }: MidiEvent, tick: number): boolean {
    if (type === "programChange") {
      if (programNumber! <= MOST_PITCH) this.#channel(channel!).program = programNumber!;
      else this.#add(`instruments outside 0 to ${MOST_PITCH}`, tick);
    } else if (type !== "noteOn" && type !== "noteOff") return false;
    else if (noteNumber! > MOST_PITCH) {
      this.#add(`pitches outside 0 to ${MOST_PITCH}`, tick, `: ${noteNumber}`);
    } else if (type === "noteOff") this.#end(channel!, noteNumber!, tick);
    else if (velocity! > MOST_PITCH) this.#add(`velocities outside 1 to ${MOST_PITCH}`, tick);
    else this.#begin(channel!, noteNumber!, tick, velocity!);
    return true;
  }

  /** Returns the tracks: one for each channel and program. Notes without an end last until `end`. */
  tracks(end: number): Track[] {
    const tracks: Track[] = [];
    for (const [channel, { program, open, notes }] of [...this.#channels].sort(([a], [b]) => a - b)) {
      for (const [pitch, sounding] of open) {
        for (const { start } of sounding) this.#add("notes without an end", start);
        while ((open.get(pitch)?.length ?? 0) > 0) this.#end(channel, pitch, end);
      }
      if (notes.size === 0) notes.set(program, []);
      for (const [program, list] of notes) {
        tracks.push({ program, ...channel === DRUM_CHANNEL && { isDrums: true }, notes: tidyNotes(list) });
      }
    }
    return tracks;
  }

  #add(kind: string, tick: number, detail = ""): void {
    this.#problems.add(kind, `${this.#place}, tick ${tick}${detail}`);
  }

  #channel(number: number): Channel {
    let channel = this.#channels.get(number);
    if (channel === undefined) this.#channels.set(number, channel = { program: 0, open: new Map(), notes: new Map() });
    return channel;
  }

  #begin(number: number, pitch: number, start: number, velocity: number): void {
    const { open, program } = this.#channel(number);
    const sounding = open.get(pitch) ?? [];
    if (sounding.length > 0) this.#add("notes that overlap another of the same pitch", start);
    sounding.push({ pitch, start, velocity, program });
    open.set(pitch, sounding);
  }

  #end(number: number, pitch: number, end: number): void {
    const { open, notes } = this.#channel(number);
    const note = open.get(pitch)?.shift();
    if (note === undefined) return this.#add("ends without a note", end);
    const { program, start, velocity } = note;
    if (end <= start) this.#add("notes without length", start);
    const list = notes.get(program) ?? [];
    list.push({ pitch, start, duration: Math.max(1, end - start), velocity });
    notes.set(program, list);
  }
}
