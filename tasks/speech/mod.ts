/**
 * Speech recognition: models that transcribe what is said in a sound. This folder knows sounds and texts; it must not
 * know where they are shown.
 * @module
 */
export type { SpeechAugmentation } from "./augmentation.ts";
export type { SpeechCorpus, Utterance } from "./corpus.ts";
export type { SpeechConfig, SpeechInitialisation, SpeechSettings } from "./hyperparameters.ts";
export type { SpeechEpoch } from "./learning.ts";
export { addErrors, compareTexts, errorRate, type Errors } from "./measures.ts";
export {
  type ComparedTranscript,
  type SpeechEvaluation,
  type SpeechFitOptions,
  SpeechRecognizer,
  type SpeechRecognizerOptions,
} from "./model.ts";
export { SpeechNetwork, type SpeechNetworkOptions } from "./network.ts";
export { NGramModel, type NGrams, readARPA, readLexicon, type SearchOptions } from "./search/mod.ts";
export type { BandFigures } from "./normalization.ts";
export {
  type Normalization,
  NORMALIZATIONS,
  type SoundOptions,
  type SoundProcessing,
  SoundProcessor,
  SoundStream,
} from "./sound_processor.ts";
export { SPEECH_RECOGNITION, type SpeechTypes } from "./task.ts";
export { Transcriber } from "./transcriber.ts";
export type { TranscribedWord, Transcript } from "./transcript.ts";
