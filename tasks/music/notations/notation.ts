import type { EventRules } from "./event_rules.ts";
import type { MusicRules } from "./rules.ts";
import type { TuneRules } from "./tune_rules.ts";

/** The tokens of piano rolls. */
export interface StepVocabulary {
  /** The end of a step. */
  readonly end: number;
  /** Returns the token of a pitch; undefined if there is none. */
  idOf(pitch: number): number | undefined;
  /** Returns the pitch of a token; undefined for the end of a step. */
  pitchOf(id: number): number | undefined;
}

/** The tokens of events. */
export interface EventVocabulary {
  /** The rules. */
  readonly rules: EventRules;
  /** Returns the token of an event such as `Meter_4/4`; undefined if there is none. */
  idOf(text: string): number | undefined;
  /** Returns the event of a token. */
  textOf(id: number): string;
}

/** A way to write music as tokens: its grammar and its transposition. */
export interface Notation {
  /** The notation: piano rolls in steps, tunes in ABC, or events of MIDI. */
  readonly kind: "steps" | "abc" | "events";
  /** The noun for a completed part of a piece: "time step", "bar". */
  readonly unit: string;
  /** The grammar. */
  readonly rules: MusicRules;
  /** Whether a token is a note. */
  isNote(id: number): boolean;
  /** Whether a token ends a time step or a bar. */
  endsStep(id: number): boolean;
  /** Whether a token only counts the bars that are left. */
  isPosition(id: number): boolean;
  /** The tokens of piano rolls; undefined for other notations. */
  readonly steps?: StepVocabulary;
  /** The id that ends every piece; undefined if pieces have no end of their own, as piano rolls. */
  readonly end?: number;
  /** Transposes a piece by semitones. Returns undefined if a pitch would have no token. */
  transpose(ids: Int32Array, semitones: number): Int32Array | undefined;
}

/** A notation with the parts of its own that composing needs. */
export interface FullNotation extends Notation {
  /** The rules of tunes; undefined for other notations. */
  readonly tune?: { readonly rules: TuneRules };
  /** The tokens of events; undefined for other notations. */
  readonly event?: EventVocabulary;
}
