import { readKey, transposeChord, transposeKey } from "../../data/music/mod.ts";
import { MOST_PITCH } from "../../data/music/score.ts";
import { type EventToken, readEvent } from "./event_rules.ts";

/** Reads a piece of events one by one, and tells which of them transposing moves. */
export class EventPlace {
  #key = "C";
  #track = "";
  readonly #drums = new Set<string>();

  /** The key in which the names of chords are spelled. */
  get key(): string {
    return this.#key;
  }

  /**
   * Goes past an event. Returns whether transposing moves it: keys, names of chords, and pitches but those of drums.
   */
  read({ name, value }: EventToken): boolean {
    if (name === "Track") this.#track = value;
    else if (name === "Drums") this.#drums.add(this.#track);
    else if (name === "Key") this.#key = value;
    return name === "Key" || name === "Chord" || name === "Pitch" && !this.#drums.has(this.#track);
  }
}

/** Returns an event that transposing moves, in the piece that is some semitones higher; `undefined` beyond MIDI. */
export function transposeEvent({ name, value }: EventToken, key: string, semitones: number): string | undefined {
  if (name === "Pitch") {
    const pitch = Number(value) + semitones;
    return pitch >= 0 && pitch <= MOST_PITCH ? `Pitch_${pitch}` : undefined;
  }
  const moved = transposeKey(readKey(key), semitones);
  return name === "Key" ? `Key_${moved.name}` : `Chord_${transposeChord(value, semitones, moved.fifths)}`;
}

/** Returns the events of pieces that transposing moves, moved by each of some numbers of semitones. */
export function transposedEvents(pieces: readonly string[], shifts: readonly number[]): string[] {
  const tokens = new Map<string, EventToken | undefined>();
  const found = new Map<string, { readonly token: EventToken; readonly key: string }>();
  for (const piece of pieces) {
    const place = new EventPlace();
    for (const event of piece.split(" ")) {
      if (!tokens.has(event)) tokens.set(event, readEvent(event));
      const token = tokens.get(event);
      if (token === undefined || !place.read(token)) continue;
      // The key tells how the name of a chord is spelled.
      const name = token.name === "Chord" ? `${place.key} ${event}` : event;
      if (!found.has(name)) found.set(name, { token, key: place.key });
    }
  }
  const moved = new Set<string>();
  for (const { token, key } of found.values()) {
    for (const shift of shifts) moved.add(transposeEvent(token, key, shift) ?? `${token.name}_${token.value}`);
  }
  return [...moved].sort();
}
