import { type ABCTune, textToTune, tuneToScore } from "../data/music/abc/mod.ts";
import { eventsToScore, type PianoRoll, rollToScore, type Score, textToRoll } from "../data/music/mod.ts";
import type { Notation } from "./notations/mod.ts";

/** A piece that a model has written, in the forms that it has. */
export interface WrittenPiece {
  /** Its notes. */
  readonly score: Score;
  /** The tune, if the model writes tunes. */
  readonly tune?: ABCTune;
  /** The piano roll, if the model writes piano rolls. */
  readonly roll?: PianoRoll;
}

/** How piano rolls become scores. */
export interface RollSound {
  /** Time steps of a quarter note. Default: 2. */
  readonly stepsPerQuarter?: number;
  /** Number of voices, each a track of its own. Default: 1. */
  readonly voices?: number;
}

/** Reads the text of a piece. */
export function readPiece(
  { kind }: Notation,
  text: string,
  { stepsPerQuarter = 2, voices = 1 }: RollSound = {},
): WrittenPiece {
  if (kind === "steps") {
    const { roll } = textToRoll(text);
    return { score: rollToScore(roll, { stepsPerQuarter, voices }), roll };
  }
  if (kind === "events") return { score: eventsToScore(text).score };
  const { tune } = textToTune(text);
  return { score: tuneToScore(tune), tune };
}
