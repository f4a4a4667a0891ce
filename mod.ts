/**
 * Recurrent neural networks: train language models and generate with them, classify labeled texts, translate sentences,
 * forecast series of numbers, transcribe speech and compose music. Nothing needs to be installed or compiled.
 *
 * @example
 * ```ts
 * import { CharTokenizer, LanguageModel } from "@elman/elman";
 *
 * const text = "to be or not to be, that is the question. ".repeat(20);
 * const lm = LanguageModel.create({ tokenizer: CharTokenizer.train(text), hidden: 16 });
 * await lm.fit(text, { epochs: 1, batch: 4, bptt: 16 });
 * console.log((await lm.complete("to be", { maxTokens: 20 })).text);
 * ```
 * @module
 */
export { Engine, type EngineOptions } from "./src/nn/mod.ts";
export { readWordVectors, type WordVectors } from "./src/formats/mod.ts";
export {
  type Calibration,
  type Classification,
  Classifier,
  type ClassifierConfig,
  type ClassifierContinuationOptions,
  type ClassifierEpoch,
  type ClassifierEvaluation,
  type ClassifierFitOptions,
  type ClassifierOptions,
  type ClassifierSettings,
  type ClassifierStartOptions,
  type Explanation,
  type LabelledCorpus,
  type LabelledText,
  labelsOf,
  splitTexts,
  treebankTokenizer,
} from "./tasks/classification/mod.ts";
export type { NamedColumns, Series, SeriesSet } from "./tasks/data/series/mod.ts";
export {
  type Forecast,
  Forecaster,
  type ForecasterConfig,
  type ForecasterEpoch,
  type ForecasterFitOptions,
  type ForecasterOptions,
  type ForecasterSettings,
  type ForecastOptions,
  type ForecastStream,
  type Observation,
  type SeriesCorpus,
} from "./tasks/forecasting/mod.ts";
export {
  type Completion,
  encodeDocuments,
  encodeText,
  type GenerateOptions,
  Generation,
  LanguageModel,
  type LanguageModelConfig,
  type LanguageModelEpoch,
  type LanguageModelFitOptions,
  type LanguageModelOptions,
  type LanguageModelSettings,
  type LanguageModelStartOptions,
  splitText,
  type TextCorpus,
  type TextEvaluation,
} from "./tasks/language_modeling/mod.ts";
export {
  type ComposeOptions,
  type Composition,
  type MusicCorpus,
  type MusicFitOptions,
  MusicModel,
  type MusicModelOptions,
} from "./tasks/music/mod.ts";
export {
  SoundProcessor,
  type SpeechCorpus,
  type SpeechEvaluation,
  type SpeechFitOptions,
  SpeechRecognizer,
  type SpeechRecognizerOptions,
  type SpeechSettings,
  type Transcript,
  type Utterance,
} from "./tasks/speech/mod.ts";
export { Fit, type FitReport } from "./tasks/task_model/mod.ts";
export {
  corpusBleu,
  corpusChrf,
  type ParallelCorpus,
  type SentencePair,
  splitPairs,
  type TranslateOptions,
  type Translation,
  Translator,
  type TranslatorConfig,
  type TranslatorEpoch,
  type TranslatorEvaluation,
  type TranslatorFitOptions,
  type TranslatorOptions,
  type TranslatorSettings,
} from "./tasks/translation/mod.ts";
export {
  FrameProcessor,
  VectorClassifier,
  type VectorClassifierFitOptions,
  type VectorClassifierOptions,
} from "./tasks/vector_classification/mod.ts";
export { isInputError } from "./errors.ts";
export type { Checkpoint, RunOptions, StepEvent, TrainSettings } from "./src/train/mod.ts";
export {
  ByteTokenizer,
  CharTokenizer,
  PipelineTokenizer,
  presets,
  type Tokenizer,
  tokenizerFromJSON,
  Vocabulary,
  WordTokenizer,
} from "./tokenizers/mod.ts";
