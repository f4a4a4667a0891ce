/**
 * Tunes in ABC notation: reading, writing, their bars, and their scores. This folder knows the notation; it must not
 * know files or what is learned from tunes.
 * @module
 */
export { type BarCheck, checkBars } from "./bars.ts";
export { type ABCReading, readABC } from "./read.ts";
export type { ABCItem, ABCNote, ABCTune, ABCVoice } from "./tune.ts";
export { playOrder, tuneToScore, type TuneToScoreOptions } from "./to_score.ts";
export {
  MOST_BARS,
  readTuneToken,
  textToTune,
  type TuneTextOptions,
  type TuneTextReading,
  type TuneToken,
  tuneToText,
} from "./text.ts";
export { semitonesBetween, transposeChord, transposeTune } from "./transpose.ts";
export { writeABC } from "./write.ts";
export { type ScoreToTune, scoreToTune } from "./from_score.ts";
