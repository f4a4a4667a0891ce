import { type ABCTune, textToTune, tuneToScore } from "../data/music/abc/mod.ts";
import { eventsToScore, type PianoRoll, rollToScore, type Score, textToRoll } from "../data/music/mod.ts";
import type { MusicConfig } from "./hyperparameters.ts";
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
  /** Time steps of a quarter note. Default: those of the model. */
  readonly stepsPerQuarter?: number | null;
  /** Number of voices, each a track of its own. Default: 1. */
  readonly voices?: number;
  /** The melody's own score, whose title, key, meter, tempo, their changes and pickup the piece gets. Default: none. */
  readonly like?: Score;
}

/** The facts about a model that are needed to read its pieces. */
export interface Writer {
  /** The notation of its pieces. */
  readonly notation: Notation;
  /** Its configuration. */
  readonly config: Pick<MusicConfig, "stepsPerQuarter">;
}

/** Reads the text of a piece that a model has written. */
export function readPiece(
  { notation: { kind }, config }: Writer,
  text: string,
  { stepsPerQuarter, voices = 1, like }: RollSound = {},
): WrittenPiece {
  if (kind === "steps") {
    const { roll } = textToRoll(text);
    const { title, key, meter, tempo } = like ?? {};
    const steps = stepsPerQuarter ?? config.stepsPerQuarter;
    const score = rollToScore(roll, { stepsPerQuarter: steps, voices, title, key, meter, tempo });
    const toTicks = (time: number): number => Math.round(time * score.division / (like?.division ?? 1));
    const pickup = toTicks(like?.pickup ?? 0);
    const changes = like?.changes?.map((change) => ({ ...change, start: toTicks(change.start) }));
    return { score: { ...score, ...pickup > 0 && { pickup }, ...changes && { changes } }, roll };
  }
  if (kind === "events") return { score: eventsToScore(text).score };
  const { tune } = textToTune(text);
  return { score: tuneToScore(tune), tune };
}
