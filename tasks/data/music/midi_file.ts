import { InputRangeError, InputSyntaxError } from "../../../errors.ts";
import { importPackage, type NpmPackage } from "../npm_package.ts";

/** The npm package that reads and writes the events of MIDI files. */
export const MIDI_PACKAGE: NpmPackage = { name: "midi-file", version: "1.2.4" };

/** An event of a MIDI file, as the package reads and writes it. */
export interface MidiEvent {
  /** Ticks since the event before. */
  readonly deltaTime: number;
  readonly type: string;
  readonly channel?: number;
  readonly noteNumber?: number;
  readonly velocity?: number;
  readonly programNumber?: number;
  readonly text?: string;
  readonly microsecondsPerBeat?: number;
  readonly numerator?: number;
  readonly denominator?: number;
  readonly metronome?: number;
  readonly thirtyseconds?: number;
  readonly key?: number;
  readonly scale?: number;
  readonly port?: number;
  readonly running?: boolean;
}

/** The part of the package that is used. */
interface MidiFile {
  parseMidi(bytes: Uint8Array): { readonly tracks: readonly (readonly MidiEvent[])[] };
  writeMidi(file: unknown): readonly number[];
}

/** The header of a MIDI file. */
export interface MidiHeader {
  /** 0 for one track, 1 for several that are played together. */
  readonly format: number;
  /** How many tracks the file says it has. */
  readonly tracks: number;
  /** The two bytes of the division. */
  readonly division: number;
}

/** The chunks of a MIDI file. */
export interface MidiChunks {
  readonly header: MidiHeader;
  /** The bytes of the tracks. */
  readonly tracks: readonly Uint8Array[];
  /** How many chunks are no tracks. */
  readonly unknown: number;
  /** Whether the last track ends before its length says. */
  readonly isCut: boolean;
}

/** Whether bytes begin as those of a MIDI file, or of a RIFF file with one in it. */
export function isMIDI(bytes: Uint8Array): boolean {
  return idAt(unwrapped(bytes), 0) === "MThd";
}

/** Returns the MIDI file in a RIFF file of the form RMID; other bytes as they are. */
function unwrapped(bytes: Uint8Array): Uint8Array {
  if (idAt(bytes, 0) !== "RIFF" || idAt(bytes, 8) !== "RMID") return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 12; at + 8 <= bytes.length;) {
    const size = view.getUint32(at + 4, true);
    if (idAt(bytes, at) === "data") return bytes.subarray(at + 8, at + 8 + size);
    // Chunks begin at even places.
    at += 8 + size + size % 2;
  }
  return bytes;
}

function idAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

/**
 * Splits a MIDI file into its chunks.
 *
 * Throws `SyntaxError` if it is no MIDI file, and `RangeError` if its format is 2 or unknown.
 */
export function midiChunks(file: Uint8Array): MidiChunks {
  const bytes = unwrapped(file);
  if (!isMIDI(bytes) || bytes.length < 14) {
    throw new InputSyntaxError(`read a MIDI file: expected one that begins with MThd and a header, found another file`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = { format: view.getUint16(8), tracks: view.getUint16(10), division: view.getUint16(12) };
  if (header.format > 1) {
    throw new InputRangeError(
      `read a MIDI file: expected format 0 or 1, found format ${header.format}` +
        (header.format === 2 ? ", whose tracks are independent pieces" : ""),
    );
  }
  const tracks: Uint8Array[] = [];
  let [unknown, isCut] = [0, false];
  for (let at = 8 + view.getUint32(4); at + 8 <= bytes.length;) {
    const size = view.getUint32(at + 4);
    if (idAt(bytes, at) === "MTrk") {
      isCut = at + 8 + size > bytes.length;
      tracks.push(bytes.subarray(at + 8, at + 8 + size));
    } else unknown++;
    at += 8 + size;
  }
  return { header, tracks, unknown, isCut };
}

/** Reads the events of one track. */
export type ReadEvents = (track: Uint8Array) => readonly MidiEvent[];

/** Returns a function that reads the events of a track, which throws whatever the package throws. */
export async function eventReader(action: string): Promise<ReadEvents> {
  const { parseMidi } = await importMidiFile(action);
  return (track) => parseMidi(concatenate([chunk("MThd", [0, 0, 0, 1, 0, 96]), chunk("MTrk", track)])).tracks[0];
}

/** How many events the package writes at a time: its time grows with their square. */
const MOST_EVENTS = 512;

/** Returns a MIDI file of format 1 with the events of tracks. */
export async function encodeMidi(
  division: number,
  tracks: readonly (readonly MidiEvent[])[],
  action: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const { writeMidi } = await importMidiFile(action);
  const parts: Uint8Array[] = [
    chunk("MThd", [0, 1, tracks.length >> 8, tracks.length & 255, division >> 8, division & 255]),
  ];
  for (const events of tracks) {
    const bodies: Uint8Array[] = [];
    for (let from = 0; from < events.length; from += MOST_EVENTS) {
      // Of a file with one track, what follows the header and the track's own is the body.
      const file = writeMidi({ header: { format: 0, numTracks: 1 }, tracks: [events.slice(from, from + MOST_EVENTS)] });
      bodies.push(Uint8Array.from(file.slice(22)));
    }
    parts.push(chunk("MTrk", concatenate(bodies)));
  }
  return concatenate(parts);
}

async function importMidiFile(action: string): Promise<MidiFile> {
  const loaded = await importPackage<MidiFile & { readonly default?: MidiFile }>(MIDI_PACKAGE, action);
  return loaded.default ?? loaded;
}

function chunk(id: string, body: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(8 + body.length);
  for (let i = 0; i < 4; i++) bytes[i] = id.charCodeAt(i);
  new DataView(bytes.buffer).setUint32(4, body.length);
  bytes.set(body, 8);
  return bytes;
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
