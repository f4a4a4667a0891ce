import {
  CharTokenizer,
  Classifier,
  type ClassifierSettings,
  FrameProcessor,
  labelsOf,
  LanguageModel,
  type LanguageModelSettings,
  Translator,
  type TranslatorSettings,
  treebankTokenizer,
  VectorClassifier,
} from "../../mod.ts";
import { Forecaster, type ForecasterSettings } from "../../tasks/forecasting/mod.ts";
import { generateReviews } from "../../tasks/default_data/mod.ts";
import { babble } from "../support/command.ts";
import { LABELS, makeTexts } from "./classification/multi_label/made_texts.ts";
import type { VectorClassifierSettings } from "../../tasks/mod.ts";
import { withCovariates } from "./forecasting/series.ts";
import { type AnyTaskCase, taskCase } from "./task_contract.ts";
import { SoundProcessor, SpeechRecognizer, type SpeechSettings } from "../../tasks/speech/mod.ts";
import { MusicModel, type MusicSettings } from "../../tasks/music/mod.ts";
import { stepTokenizer } from "./music/made_music.ts";
import { RATE, speak, UTTERANCES } from "./speech/tones.ts";
import { movements } from "./vector_classification/movements.ts";

const TEXT = babble(1800);

const REVIEWS = generateReviews(100);
const WORDS = treebankTokenizer(REVIEWS.map(({ text }) => text));

const MADE = makeTexts(70);
const MADE_WORDS = treebankTokenizer(MADE.map(({ text }) => text));
const MOVEMENTS = movements(50);

const PAIRS = REVIEWS.map(({ text }) => ({ source: text.slice(0, 20), target: text.slice(10, 25).toUpperCase() }));
const LETTERS = CharTokenizer.train(PAIRS.map(({ source, target }) => source + target).join(""));

function translatorCase(shape: { readonly inputFeeding?: boolean }): AnyTaskCase {
  return taskCase<Translator, TranslatorSettings>({
    create: (engine) =>
      Translator.create({ sourceTokenizer: LETTERS, embed: 8, hidden: 12, layers: 2, ...shape, engine }),
    fit: (model, options) => model.fit({ train: PAIRS.slice(0, 48), valid: PAIRS.slice(48, 56) }, options),
    settings: { epochs: 3, batchTokens: 250, averageLast: 2, scheduledSampling: 0.3, learningRate: 0.01 },
    otherSetting: { batchTokens: 100 },
    agreement: ["sourceVocabSize", "symbols"],
    ask: (model) => model.translate(["A fine film", "the soup"], { beam: 3, nBest: 2 }),
  });
}

const SERIES = { set: withCovariates(100, 6), valid: 20 };

const TONES = await SoundProcessor.fit(UTTERANCES.map(({ sound }) => sound), { rate: RATE, bands: 8 });

const STEPS = await stepTokenizer(58, 68);
const ROLLS = Array.from(
  { length: 22 },
  (_, i) => Array.from({ length: 8 + i % 5 }, (_, t) => `${60 + (i + t) % 4} ${64 + t % 3} .`).join(" "),
);

/** The cases of each task, by the task's name and a variant. */
export const CASES: Readonly<Record<string, Readonly<Record<string, AnyTaskCase>>>> = {
  "language-modeling": {
    "": taskCase<LanguageModel, LanguageModelSettings>({
      create: (engine) =>
        LanguageModel.create({ tokenizer: CharTokenizer.train(TEXT), hidden: 20, layers: 2, dropout: 0.3, engine }),
      fit: (model, options) => model.fit({ train: TEXT.slice(0, 1500), valid: TEXT.slice(1500) }, options),
      settings: { epochs: 3, batch: 8, bptt: 24, averaging: 0.9, learningRate: 0.01 },
      otherSetting: { bptt: 25 },
      ask: (model) => model.complete("the ", { maxTokens: 30, seed: 1 }),
    }),
    ", regularized as in AWD-LSTM": taskCase<LanguageModel, LanguageModelSettings>({
      create: (engine) =>
        LanguageModel.create({
          tokenizer: CharTokenizer.train(TEXT),
          tied: true,
          embed: 6,
          hidden: 9,
          layers: 2,
          engine,
          dropout: 0.3,
          inputDropout: 0.4,
          hiddenDropout: 0.2,
          outputDropout: 0.1,
          lockedDropout: true,
          embedDropout: 0.1,
          weightDropout: 0.5,
        }),
      fit: (model, options) => model.fit({ train: TEXT.slice(0, 1500), valid: TEXT.slice(1500) }, options),
      settings: {
        epochs: 2,
        batch: 8,
        bptt: 24,
        bpttDeviation: 5,
        optimizer: "sgd",
        learningRate: 20,
        averageAfter: 1,
        activationRegularization: 2,
        temporalRegularization: 1,
        softmaxSamples: 8,
      },
      otherSetting: { bpttDeviation: 4 },
      ask: (model) => model.complete("the ", { maxTokens: 30, seed: 1 }),
    }),
  },
  classification: {
    "": taskCase<Classifier, ClassifierSettings>({
      create: (engine) =>
        Classifier.create({
          tokenizer: WORDS,
          labels: labelsOf(REVIEWS),
          ...{ embed: 8, conv: 3, filters: 12, hidden: 24, layers: 2, members: 2 },
          ...{ wordDropout: 0.1, embedDropout: 0.1, inputDropout: 0.1 },
          engine,
        }),
      fit: (model, options) => model.fit({ train: REVIEWS.slice(0, 56), valid: REVIEWS.slice(56, 72) }, options),
      settings: { epochs: 3, batch: 8, averaging: 0.9, adversarial: 0.02, unfreezeEvery: 1, schedule: "plateau" },
      otherSetting: { adversarial: 0.1 },
      ask: (model) => model.classify(["A fine film, but the soup was dull.", "I loved it"]),
    }),
    " with several labels": taskCase<Classifier, ClassifierSettings>({
      create: (engine) =>
        Classifier.create({ tokenizer: MADE_WORDS, labels: LABELS, multiLabel: true, embed: 8, hidden: 8, engine }),
      fit: (model, options) => model.fit({ train: MADE.slice(0, 56), valid: MADE.slice(56) }, options),
      settings: { epochs: 3, batch: 8, averaging: 0.9, labelWeights: "balanced" },
      otherSetting: { labelSmoothing: 0.2 },
      ask: (model) => model.classify(["a soldier, a wedding and a film", "a joke"]),
    }),
  },
  "vector-classification": {
    "": taskCase<VectorClassifier, VectorClassifierSettings>({
      create: (engine) =>
        VectorClassifier.create({
          processor: FrameProcessor.fit(MOVEMENTS, { kind: "skeleton" }),
          labels: ["forward", "up"],
          ...{ hidden: 12, layers: 2, members: 2, conv: 3, filters: 8, inputDropout: 0.1, pooling: "concat" },
          engine,
        }),
      fit: (model, options) => model.fit({ train: MOVEMENTS.slice(0, 42), valid: MOVEMENTS.slice(42) }, options),
      settings: { epochs: 3, batch: 6, averaging: 0.9, jitter: 0.1, rotation: 45 },
      otherSetting: { jitter: 0.2 },
      agreement: ["input", "inputs a frame"],
      processorFiles: ["preprocessor_config.json"],
      ask: (model) => model.classify(MOVEMENTS.slice(0, 5)),
    }),
  },
  translation: {
    "": translatorCase({}),
    " with input feeding": translatorCase({ inputFeeding: true }),
  },
  "speech-recognition": {
    "": taskCase<SpeechRecognizer, SpeechSettings>({
      create: (engine) =>
        SpeechRecognizer.create({ processor: TONES, tokenizer: CharTokenizer.train("lmh"), hidden: 8, engine }),
      fit: (model, options) => model.fit({ train: UTTERANCES.slice(0, 6), valid: UTTERANCES.slice(6) }, options),
      settings: { epochs: 3, batch: 2, learningRate: 0.01 },
      otherSetting: { batch: 1 },
      processorFiles: ["preprocessor_config.json", "tokenizer.json"],
      ask: (model) => model.transcribe(speak("hml").sound),
    }),
  },
  music: {
    "": taskCase<MusicModel, MusicSettings>({
      create: (engine) =>
        MusicModel.create({ tokenizer: STEPS, embed: 8, hidden: 12, layers: 2, dropout: 0.3, engine }),
      fit: (model, options) => model.fit({ train: ROLLS.slice(0, 14), valid: ROLLS.slice(14) }, options),
      settings: { epochs: 3, batch: 4, bptt: 6, averaging: 0.9, transpose: 2, learningRate: 0.01 },
      otherSetting: { transpose: 1 },
      ask: (model) => model.compose({ bars: 6, seed: 3 }),
    }),
  },
  forecasting: {
    "": taskCase<Forecaster, ForecasterSettings>({
      create: (engine) =>
        Forecaster.create({ data: SERIES, horizon: 6, hidden: 16, layers: 2, dropout: 0.3, members: 2, engine }),
      fit: (model, options) => model.fit(SERIES, options),
      settings: { epochs: 3, batch: 8, averaging: 0.9, windows: 56, learningRate: 0.01 },
      otherSetting: { windows: 48 },
      agreement: ["horizon", "model.safetensors"],
      processorFiles: ["preprocessor_config.json"],
      ask: (model) => model.forecast(SERIES.set),
    }),
  },
};
