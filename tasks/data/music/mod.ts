/**
 * Music: scores and piano rolls, readers and writers of their files, and the texts that tokenizers of music read. This
 * folder knows notes and their notation; it must not know what is learned from them.
 * @module
 */
export { describeProblems, type Problem, ProblemList } from "./problems.ts";
export { type PianoRolls, readPianoRolls } from "./piano_rolls.ts";
export {
  type RollOptions,
  rollToScore,
  type RollToScoreOptions,
  scoreToRoll,
  type ScoreToRollOptions,
} from "./roll_scores.ts";
export {
  barTicks,
  checkScore,
  type ChordName,
  type Note,
  type PianoRoll,
  type Score,
  type ScoreChange,
  scoreEnd,
  tidyNotes,
  type Track,
  transposeRoll,
} from "./score.ts";
export { isMIDI, MIDI_PACKAGE } from "./midi_file.ts";
export { readMIDI, type ScoreReading } from "./midi_read.ts";
export { writeMIDI } from "./midi_write.ts";
export { type Key, readKey, transposeKey } from "./keys.ts";
export * from "./abc/mod.ts";
export { type EventReading, eventsToScore, type EventText, scoreToEvents } from "./event_text.ts";
export { type QuantizedScore, type QuantizeOptions, quantizeScore } from "./quantize.ts";
export { END_OF_STEP, type RollTextReading, rollToText, textToRoll } from "./step_text.ts";
export { accompany, chordPitches } from "./chords.ts";
export { type Voice, VOICES } from "./instruments.ts";
export { clockOf, type RenderedSound, type RenderOptions, renderSound, writeScoreSound } from "./render_sound.ts";
export { drawPianoRoll, type PianoRollPicture, pitchName } from "./draw_piano_roll.ts";
export { drawScore, type ScorePicture } from "./draw_score.ts";
export { transposeScore } from "./transpose_score.ts";
