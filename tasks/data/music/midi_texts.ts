// What a MIDI file has no event for is written as text events, in words that people can read: `Chord: Am7`,
// `Key: A Dorian`, `Pickup: 240`.

/** The fields of a score that are written as text events. */
export type TextField = "Chord" | "Key" | "Pickup";

const FIELD = /^(Chord|Key|Pickup): (.+)$/s;

/** Returns the text of an event. */
export function midiText(field: TextField, value: string): string {
  return toBytes(`${field}: ${value}`);
}

/** Returns what a text event says about a score, if anything. */
export function fieldOfText(text: string): { readonly field: TextField; readonly value: string } | undefined {
  const [, field, value] = FIELD.exec(text) ?? [];
  return field === undefined ? undefined : { field: field as TextField, value };
}

/** Returns a text as UTF-8, a character for each byte, as the package writes it. */
export function toBytes(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
}

/** Returns a text of bytes that the package has read: UTF-8, or if it is not, Latin-1. */
export function fromBytes(text: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(text, (c) => c.charCodeAt(0)));
  } catch {
    return text;
  }
}
