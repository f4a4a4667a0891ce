/**
 * Readers of running text, labeled texts, parallel texts, sequences of vectors and music. This folder knows files and
 * their contents; it must not know what is learned from them.
 * @module
 */
export { exists, isDirectory } from "./file_system.ts";
export type { DataFormat } from "./data_format.ts";
export { ENCODING, FILE, FRACTIONS, TABLE, tableOptions, type TablePlan } from "./fields.ts";
export {
  type Columns,
  FORMATS,
  type LabelledTexts,
  type LabelSetOptions,
  readLabelledTexts,
  type ReadOptions,
  type TextFormat,
} from "./labelled_texts/mod.ts";
export { type DocumentFiles, type DocumentOptions, type Documents, openDocuments } from "./documents.ts";
export type { RunningProgram, StartProgram } from "./ffmpeg.ts";
export type { Paths } from "./find_files.ts";
export { type JoinedFile, type JoinedTexts, openTexts } from "./joined_texts.ts";
export { type LineOptions, linesOf, type Text } from "./lines.ts";
export type { Alphabet } from "./sequences/mod.ts";
export {
  type AskedColumns,
  type Frequency,
  type NamedColumns,
  readSeries,
  type Series,
  type SeriesFile,
  type SeriesOptions,
  type SeriesSet,
  type Unit,
} from "./series/mod.ts";
export {
  type ABCItem,
  type ABCNote,
  type ABCReading,
  type ABCTune,
  type ABCVoice,
  accompany,
  type BarCheck,
  checkBars,
  type ChordName,
  describeProblems,
  drawPianoRoll,
  drawScore,
  type EventReading,
  eventsToScore,
  type EventText,
  type Key,
  type Note,
  type PianoRoll,
  type PianoRollPicture,
  type PianoRolls,
  type Problem,
  ProblemList,
  type QuantizeOptions,
  readABC,
  readMIDI,
  readPianoRolls,
  type RenderedSound,
  type RenderOptions,
  renderSound,
  type RollOptions,
  type RollTextReading,
  rollToScore,
  type RollToScoreOptions,
  rollToText,
  type Score,
  type ScoreChange,
  type ScorePicture,
  type ScoreReading,
  scoreToEvents,
  scoreToRoll,
  type ScoreToRollOptions,
  type ScoreToTune,
  scoreToTune,
  textToRoll,
  textToTune,
  type Track,
  transposeScore,
  transposeTune,
  type TuneTextOptions,
  type TuneTextReading,
  tuneToScore,
  type TuneToScoreOptions,
  tuneToText,
  type Voice,
  writeABC,
  writeMIDI,
  writeScoreSound,
} from "./music/mod.ts";
export type { PairOptions, PairTable } from "./parallel_tables.ts";
export {
  type ParallelFiles,
  type ParallelOptions,
  type ParallelTexts,
  readLines,
  readParallelTexts,
} from "./parallel_texts.ts";
export { describeTable, type FirstRow, type TableFormat } from "./tables/mod.ts";
export { readBytes, type ReadBytesOptions } from "./bytes.ts";
export {
  readSound,
  type ReadSoundOptions,
  type Recording,
  resampleSound,
  type Sound,
  type SoundSegment,
} from "./audio/mod.ts";
export { openText, readText, type TextFile, type TextOptions } from "./text_files.ts";
export {
  type FrameColumns,
  holdsVectors,
  readVectorSequences,
  type VectorFacts,
  type VectorFields,
  type VectorReading,
  type VectorSequence,
  vectorSequence,
  type VectorSequences,
  type VideoOptions,
} from "./vector_sequences/mod.ts";
