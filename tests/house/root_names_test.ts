import { assertEquals } from "@std/assert";
import { exportedNames } from "./architecture.ts";

/** The exports of `@elman/elman`. Keep the list short: every name adds to what users read in completions and docs. */
const NAMES = `
  ByteTokenizer Calibration CharTokenizer Checkpoint Classification Classifier ClassifierConfig
  ClassifierContinuationOptions ClassifierEpoch ClassifierEvaluation ClassifierFitOptions ClassifierOptions
  ClassifierSettings ClassifierStartOptions Completion ComposeOptions Composition Engine EngineOptions Explanation Fit
  FitReport Forecast ForecastOptions ForecastStream Forecaster ForecasterConfig ForecasterEpoch ForecasterFitOptions
  ForecasterOptions ForecasterSettings FrameProcessor GenerateOptions Generation LabelledCorpus LabelledText
  LanguageModel LanguageModelConfig LanguageModelEpoch LanguageModelFitOptions LanguageModelOptions
  LanguageModelSettings LanguageModelStartOptions MusicCorpus MusicFitOptions MusicModel MusicModelOptions
  NamedColumns Observation ParallelCorpus PipelineTokenizer RunOptions SentencePair Series SeriesCorpus SeriesSet
  SoundProcessor SpeechCorpus SpeechEvaluation SpeechFitOptions SpeechRecognizer SpeechRecognizerOptions
  SpeechSettings StepEvent TextCorpus TextEvaluation Tokenizer TrainSettings Transcript TranslateOptions Translation
  Translator TranslatorConfig TranslatorEpoch TranslatorEvaluation TranslatorFitOptions TranslatorOptions
  TranslatorSettings Utterance VectorClassifier VectorClassifierFitOptions VectorClassifierOptions Vocabulary
  WordTokenizer WordVectors corpusBleu corpusChrf encodeDocuments encodeText isInputError labelsOf presets
  readWordVectors splitPairs splitText splitTexts tokenizerFromJSON treebankTokenizer
`.trim().split(/\s+/);

Deno.test("the root exports exactly these names, and no two differ only by case", async () => {
  const found = exportedNames(await Deno.readTextFile(new URL("../../mod.ts", import.meta.url)));
  assertEquals(found, NAMES);
  assertEquals(new Set(found.map((name) => name.toLowerCase())).size, found.length);
});
