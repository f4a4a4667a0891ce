import { readKey } from "./keys.ts";
import { encodeMidi, type MidiEvent } from "./midi_file.ts";
import { DRUM_CHANNEL } from "./midi_notes.ts";
import { midiText, toBytes } from "./midi_texts.ts";
import { checkScore, meterParts, type Score, type ScoreChange, tidyNotes, type Track } from "./score.ts";
import { microsecondsOf } from "./tempo.ts";

const ACTION = "write a MIDI file";

/** Channels besides that of drums. */
const MELODIC_CHANNELS = 15;

/** An event with its tick. */
type Timed = Omit<MidiEvent, "deltaTime"> & { readonly tick: number };

/**
 * Returns a score as a MIDI file of format 1: a first track with the title, tempos, meters and keys, then a track for
 * each of the score. What MIDI has no event for (chord names, keys that are neither major nor minor, a pickup) becomes
 * text events, which `readMIDI` understands. Where notes of one pitch overlap, what begins first ends first.
 *
 * Throws `RangeError` if a number of the score is out of its range, or the package that writes MIDI files cannot be
 * had.
 *
 * @example
 * ```ts
 * import { type Score, writeMIDI } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const notes = [{ pitch: 60, start: 0, duration: 480, velocity: 80 }];
 * const score: Score = { meter: "3/4", tempo: 100, division: 480, tracks: [{ program: 73, notes }] };
 * const bytes = await writeMIDI(score);
 * assertEquals(new TextDecoder().decode(bytes.subarray(0, 4)), "MThd");
 * ```
 */
export async function writeMIDI(score: Score): Promise<Uint8Array<ArrayBuffer>> {
  checkScore(score, ACTION);
  let melodic = 0;
  const tracks = score.tracks.map((track) => trackEvents(track, track.isDrums ? -1 : melodic++));
  return await encodeMidi(score.division, [conductorEvents(score), ...tracks].map(deltas), ACTION);
}

function conductorEvents({ title, tempo, meter, key, pickup, changes = [], chords = [] }: Score): Timed[] {
  const events: Timed[] = [];
  if (title) events.push({ tick: 0, type: "trackName", text: toBytes(title) });
  if (pickup) events.push({ tick: 0, type: "text", text: midiText("Pickup", String(pickup)) });
  for (const change of [{ start: 0, tempo, meter, key }, ...changes]) events.push(...changeEvents(change));
  for (const { start, name } of chords) events.push({ tick: start, type: "text", text: midiText("Chord", name) });
  return events.sort((a, b) => a.tick - b.tick);
}

function changeEvents({ start: tick, tempo, meter, key }: ScoreChange): Timed[] {
  const events: Timed[] = [];
  if (tempo !== undefined) events.push({ tick, type: "setTempo", microsecondsPerBeat: microsecondsOf(tempo) });
  if (meter !== undefined) {
    const { beats, unit } = meterParts(meter);
    // The metronome beats quarter notes, or dotted ones, in 24ths of a quarter note.
    const metronome = unit === 8 && beats % 3 === 0 ? 36 : 24;
    events.push({ tick, type: "timeSignature", numerator: beats, denominator: unit, metronome, thirtyseconds: 8 });
  }
  if (key !== undefined) {
    const { fifths, mode, name } = readKey(key);
    events.push({ tick, type: "keySignature", key: fifths, scale: mode === "m" ? 1 : 0 });
    if (mode !== "" && mode !== "m") events.push({ tick, type: "text", text: midiText("Key", name) });
  }
  return events;
}

/** Returns the events of a track that is the given one of those that are no drums. */
function trackEvents({ name, program, isDrums, notes }: Track, melodic: number): Timed[] {
  const slot = melodic % MELODIC_CHANNELS;
  const channel = isDrums ? DRUM_CHANNEL : slot < DRUM_CHANNEL ? slot : slot + 1;
  const port = Math.floor(melodic / MELODIC_CHANNELS);
  const events: Timed[] = [];
  if (name) events.push({ tick: 0, type: "trackName", text: toBytes(name) });
  // More instruments than there are channels play on another port.
  if (port > 0) events.push({ tick: 0, type: "portPrefix", port: Math.min(port, 127) });
  events.push({ tick: 0, type: "programChange", channel, programNumber: program });
  const sounding: Timed[] = tidyNotes(notes).flatMap(({ pitch, start, duration, velocity }) => [
    { tick: start, type: "noteOn", channel, noteNumber: pitch, velocity },
    { tick: start + duration, type: "noteOff", channel, noteNumber: pitch, velocity: 64 },
  ]);
  // An end comes before a beginning at the same tick, which may be of the same pitch.
  const order = ({ type }: Timed): number => type === "noteOff" ? 0 : 1;
  return [...events, ...sounding.sort((a, b) => a.tick - b.tick || order(a) - order(b))];
}

function deltas(events: readonly Timed[]): MidiEvent[] {
  let last = 0;
  const written = events.map(({ tick, ...event }): MidiEvent => {
    const deltaTime = tick - last;
    last = tick;
    return { deltaTime, ...event };
  });
  return [...written, { deltaTime: 0, type: "endOfTrack" }];
}
