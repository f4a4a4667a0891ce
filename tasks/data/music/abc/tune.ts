import type { Key } from "../keys.ts";

/**
 * Ticks of a quarter note: all lengths down to a 128th, and triplets, quintuplets and septuplets of these, are whole.
 */
export const QUARTER = 10_080;

/** Ticks of a whole note. */
export const WHOLE = 4 * QUARTER;

/** A note of a chord, or a note alone. */
export interface ABCNote {
  /** The pitch as in MIDI. */
  readonly pitch: number;
  /** Whether the next note of this pitch continues it. */
  readonly isTied: boolean;
}

/** An element of a voice: notes, a bar line, or a sign. Lengths are in ticks, 10,080 in a quarter note. */
export type ABCItem =
  /** Notes that sound together, or a rest if there are none: its length as written, and as played in a tuplet. */
  | { readonly kind: "notes"; readonly notes: readonly ABCNote[]; readonly length: number; readonly ticks: number }
  /** A bar line, such as `|:`, and the number of an ending that begins there. */
  | { readonly kind: "bar"; readonly sign: string; readonly ending?: string }
  /** The name of a chord. */
  | { readonly kind: "chord"; readonly name: string }
  /** The next `notes` notes take `of` times their length divided by `into`. */
  | { readonly kind: "tuplet"; readonly into: number; readonly of: number; readonly notes: number }
  /** A new meter; `undefined` if there is none. */
  | { readonly kind: "meter"; readonly meter: string | undefined }
  /** A new key. */
  | { readonly kind: "key"; readonly key: Key }
  /** A new tempo in quarter notes a minute. */
  | { readonly kind: "tempo"; readonly tempo: number };

/** A voice of a tune. */
export interface ABCVoice {
  /** The name that a `V:` field gives, if any. */
  readonly name?: string;
  /** Its elements, in order. */
  readonly items: readonly ABCItem[];
}

/** A tune in ABC notation. */
export interface ABCTune {
  /** The number of the `X:` field. */
  readonly number?: string;
  /** The title. */
  readonly title?: string;
  /** The meter at the beginning, if there is one. */
  readonly meter?: string;
  /** The key at the beginning. */
  readonly key: Key;
  /** Quarter notes a minute at the beginning, if the tune tells them. */
  readonly tempo?: number;
  /** The voices; the first has the melody. */
  readonly voices: readonly ABCVoice[];
}

/** Returns the ticks of a bar in a meter; `undefined` without one. */
export function barLength(meter: string | undefined): number | undefined {
  if (meter === undefined) return undefined;
  const [beats, unit] = meter.split("/").map(Number);
  return beats * WHOLE / unit;
}
