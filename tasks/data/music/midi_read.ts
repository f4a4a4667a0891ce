import { InputRangeError, InputSyntaxError } from "../../../errors.ts";
import { keyWithSignature, readKey } from "./keys.ts";
import { eventReader, midiChunks, type MidiEvent, type MidiHeader, type ReadEvents } from "./midi_file.ts";
import { MidiNotes } from "./midi_notes.ts";
import { fieldOfText, fromBytes } from "./midi_texts.ts";
import { type Problem, ProblemList } from "./problems.ts";
import { type ChordName, meterParts, MOST_TICKS, type Score, type Track } from "./score.ts";
import { tempoOf } from "./tempo.ts";

/** A score and what was found wrong in its file. */
export interface ScoreReading {
  /** The score. */
  readonly score: Score;
  /** Problems: parts that were left out or put in order. */
  readonly problems: readonly Problem[];
}

/** The tempo of a file that tells none. */
const USUAL_TEMPO = 120;

/** A change of tempo, meter or key with its place in the file, by which changes at one tick are ordered. */
type Change =
  & { readonly start: number }
  & (
    | { readonly name: "tempo"; readonly value: number }
    | { readonly name: "meter" | "key"; readonly value: string }
  );

/** Facts that are no notes. */
interface Facts {
  title?: string;
  pickup?: number;
  readonly changes: Change[];
  readonly chords: ChordName[];
}

/**
 * Reads a MIDI file of format 0 or 1. Notes are split by track of the file, channel and instrument. A note without
 * length gets the shortest one, a note without an end lasts until its track ends, and what begins first of two notes of
 * one pitch ends first; these and events that a score has no place for are counted in `problems`.
 *
 * Throws `SyntaxError` if it is no MIDI file or a track is damaged, and `RangeError` if its format is 2, or the package
 * that reads MIDI files cannot be had.
 *
 * @example
 * ```ts
 * import { readMIDI, type Score, writeMIDI } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const notes = [{ pitch: 60, start: 0, duration: 480, velocity: 80 }];
 * const score: Score = { meter: "3/4", tempo: 100, division: 480, tracks: [{ program: 73, notes }] };
 * assertEquals(await readMIDI(await writeMIDI(score)), { score, problems: [] });
 * ```
 */
export async function readMIDI(bytes: Uint8Array): Promise<ScoreReading> {
  const chunks = midiChunks(bytes);
  const readEvents = await eventReader("read a MIDI file");
  const problems = new ProblemList();
  if (chunks.isCut) {
    throw new InputSyntaxError(`read a MIDI file: expected a whole track ${chunks.tracks.length}, found its beginning`);
  }
  if (chunks.tracks.length !== chunks.header.tracks) {
    problems.add(
      "numbers of tracks that do not fit",
      `the header: ${chunks.header.tracks} for ${chunks.tracks.length}`,
    );
  }
  problems.add("chunks that are no tracks", "the file", chunks.unknown);
  const { division, tempo } = divisionOf(chunks.header);
  const facts: Facts = { changes: [], chords: [] };
  const tracks = chunks.tracks.flatMap((track, i) => {
    const isFirst = i === 0;
    return readTrack(eventsOf(track, i + 1, readEvents), { number: i + 1, isFirst, problems, facts });
  });
  if (tempo !== undefined) dropTempos(facts, problems);
  return { score: toScore(facts, tracks, division, tempo), problems: problems.list() };
}

/** Returns the ticks of a quarter note, and the tempo if the ticks are fractions of a second. */
function divisionOf({ division }: MidiHeader): { readonly division: number; readonly tempo?: number } {
  if (division === 0) {
    throw new InputRangeError("read a MIDI file: expected ticks of a quarter note, found a division of 0");
  }
  if (division < 0x8000) return { division };
  const frames = 256 - (division >> 8);
  const ticks = division & 255;
  if (![24, 25, 29, 30].includes(frames) || ticks === 0) {
    throw new InputRangeError(
      `read a MIDI file: expected 24, 25, 29 or 30 frames a second with ticks, found ${frames} with ${ticks}`,
    );
  }
  // 29 stands for 30 frames in 1.001 seconds.
  return frames === 29 ? { division: 30 * ticks, tempo: 60 / 1.001 } : { division: frames * ticks, tempo: 60 };
}

/** In a file whose ticks are fractions of a second, tempos mean nothing. */
function dropTempos(facts: Facts, problems: ProblemList): void {
  const tempos = facts.changes.filter(({ name }) => name === "tempo");
  if (tempos.length > 0) problems.add("tempos in a file timed in frames", `tick ${tempos[0].start}`, tempos.length);
  const others = facts.changes.filter(({ name }) => name !== "tempo");
  facts.changes.splice(0, facts.changes.length, ...others);
}

/** Reads the events of a track and checks what the package does not. */
function eventsOf(track: Uint8Array, number: number, readEvents: ReadEvents): readonly MidiEvent[] {
  let events: readonly MidiEvent[];
  try {
    events = readEvents(track);
  } catch (error) {
    // The package throws texts.
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputSyntaxError(`read a MIDI file: expected events in track ${number}, found a damaged one: ${reason}`);
  }
  let tick = 0;
  for (const event of events) {
    const { deltaTime } = event;
    tick += deltaTime;
    // The package reads bytes behind the end of a track as undefined.
    if (Object.values(event).some((value) => value === undefined || Number.isNaN(value))) {
      throw new InputSyntaxError(`read a MIDI file: expected whole events in track ${number}, found a part of one`);
    }
    if (!(deltaTime >= 0 && tick <= MOST_TICKS)) {
      throw new InputSyntaxError(
        `read a MIDI file: expected at most ${MOST_TICKS} ticks in track ${number}, found more`,
      );
    }
  }
  return events;
}

/** The surroundings of a track's events. */
interface TrackContext {
  readonly number: number;
  readonly isFirst: boolean;
  readonly problems: ProblemList;
  readonly facts: Facts;
}

function readTrack(events: readonly MidiEvent[], context: TrackContext): Track[] {
  const { number, isFirst, problems, facts } = context;
  const notes = new MidiNotes(number, problems);
  let [tick, name] = [0, ""];
  for (const event of events) {
    tick += event.deltaTime;
    if (event.type === "endOfTrack") break;
    if (event.type === "trackName") name ||= fromBytes(event.text!);
    else if (!notes.read(event, tick) && !readFact(event, tick, context)) {
      problems.add(`events without notes (${event.type})`, `track ${number}, tick ${tick}`);
    }
  }
  const tracks = notes.tracks(tick);
  if (tracks.length === 0) {
    // The first track of a file often has but the title, tempos and meters.
    if (isFirst) facts.title = name;
    else problems.add("empty tracks", `track ${number}`);
    return [];
  }
  return tracks.map((track) => name === "" ? track : { name, ...track });
}

/** Reads an event about the whole score. Returns whether it is one. */
function readFact(event: MidiEvent, start: number, { number, problems, facts }: TrackContext): boolean {
  const refuse = (kind: string): void => problems.add(kind, `track ${number}, tick ${start}`);
  switch (event.type) {
    case "setTempo": {
      const { microsecondsPerBeat: microseconds } = event;
      const isTempo = microseconds! >= 1000 && microseconds! <= 15_000_000;
      if (isTempo) facts.changes.push({ start, name: "tempo", value: tempoOf(microseconds!) });
      else refuse("tempos out of range");
      return true;
    }
    case "timeSignature": {
      const value = `${event.numerator}/${event.denominator}`;
      if (isReadable(() => meterParts(value))) facts.changes.push({ start, name: "meter", value });
      else refuse("meters out of range");
      return true;
    }
    case "keySignature": {
      const { key, scale } = event;
      const isKey = Math.abs(key!) <= 7 && (scale === 0 || scale === 1);
      if (isKey) facts.changes.push({ start, name: "key", value: keyWithSignature(key!, scale === 0 ? "" : "m").name });
      else refuse("keys out of range");
      return true;
    }
    case "text":
      return readText(fromBytes(event.text!), start, facts);
    case "portPrefix":
    case "channelPrefix":
    case "sequenceNumber":
      return true;
    default:
      return false;
  }
}

function readText(text: string, start: number, facts: Facts): boolean {
  const found = fieldOfText(text);
  if (found === undefined) return false;
  const { field, value } = found;
  if (field === "Chord") facts.chords.push({ start, name: value });
  else if (field === "Key") {
    if (!isReadable(() => readKey(value))) return false;
    facts.changes.push({ start, name: "key", value: readKey(value).name });
  } else {
    if (!/^\d{1,8}$/.test(value)) return false;
    facts.pickup = Number(value);
  }
  return true;
}

function isReadable(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}

function toScore(facts: Facts, tracks: readonly Track[], division: number, fixedTempo: number | undefined): Score {
  const current: { tempo: number; meter?: string; key?: string } = { tempo: fixedTempo ?? USUAL_TEMPO };
  const later = new Map<number, { start: number; tempo?: number; meter?: string; key?: string }>();
  // The last of several at one tick holds.
  const last = new Map<string, Change>();
  for (const change of facts.changes.toSorted((a, b) => a.start - b.start)) {
    last.set(`${change.name} ${change.start}`, change);
  }
  const first: { tempo?: number; meter?: string; key?: string } = {};
  for (const { start, name, value } of last.values()) {
    const isNew = current[name] !== value;
    Object.assign(current, { [name]: value });
    if (start === 0) Object.assign(first, { [name]: value });
    else if (isNew) later.set(start, { ...later.get(start) ?? { start }, [name]: value });
  }
  const changes = [...later.values()].sort((a, b) => a.start - b.start);
  const chords = facts.chords.toSorted((a, b) => a.start - b.start);
  return {
    ...facts.title && { title: facts.title },
    ...first.key !== undefined && { key: first.key },
    ...first.meter !== undefined && { meter: first.meter },
    tempo: first.tempo ?? fixedTempo ?? USUAL_TEMPO,
    division,
    ...facts.pickup && { pickup: facts.pickup },
    ...changes.length > 0 && { changes },
    ...chords.length > 0 && { chords },
    tracks,
  };
}
