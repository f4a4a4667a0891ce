import {
  CharTokenizer,
  Classifier,
  FrameProcessor,
  labelsOf,
  LanguageModel,
  MusicModel,
  Translator,
} from "../../mod.ts";
import { treebankTokenizer, VectorClassifier } from "../../mod.ts";
import type { Communicator } from "../../src/distributed/mod.ts";
import { generateReviews } from "../../tasks/default_data/mod.ts";
import { Forecaster } from "../../tasks/forecasting/mod.ts";
import { SoundProcessor, SpeechRecognizer } from "../../tasks/speech/mod.ts";
import { babble } from "../support/command.ts";
import { LABELS, makeTexts } from "./classification/multi_label/made_texts.ts";
import { withCovariates } from "./forecasting/series.ts";
import { stepTokenizer } from "./music/made_music.ts";
import { RATE, UTTERANCES } from "./speech/tones.ts";
import { movements } from "./vector_classification/movements.ts";

/** An event of a training. */
export interface FitEvent {
  readonly event: "step" | "epoch";
  readonly step?: number;
  readonly loss: number;
  readonly gradientNorm?: number;
  readonly validLoss?: number | null;
}

/** Options of a training of several ranks. */
export interface RankOptions {
  readonly communicator?: Communicator;
  readonly directory?: string;
  readonly resume?: string;
  readonly maxSteps?: number;
  readonly [name: string]: unknown;
}

/** Trains a new small model without dropout. */
export type Training = (options: RankOptions) => AsyncIterable<FitEvent>;

const TEXT = babble(3000);
const TOKENIZER = CharTokenizer.train(`${TEXT}\u0003`);
const REVIEWS = generateReviews(120);
const WORDS = treebankTokenizer(REVIEWS.map(({ text }) => text));
const MADE = makeTexts(60);
const MADE_WORDS = treebankTokenizer(MADE.map(({ text }) => text));
const MOVEMENTS = movements(40);
const PAIRS = REVIEWS.map(({ text }) => ({ source: text.slice(0, 12), target: text.slice(5, 15).toUpperCase() }));
const LETTERS = CharTokenizer.train(PAIRS.map(({ source, target }) => source + target).join(""));
const SERIES = { set: withCovariates(100, 6), valid: 20 };
const STEPS = await stepTokenizer(58, 68);
// The last ranks have no piece in some batches, and no token in some windows.
const ROLLS = Array.from({ length: 17 }, (_, i) => `60 ${62 + i % 4} . 6${i % 7} . `.repeat(3 + (i * 5) % 11));
const TONES = await SoundProcessor.fit(UTTERANCES.map(({ sound }) => sound), { rate: RATE, bands: 8 });

// deno-lint-ignore no-explicit-any
const trained = (model: any, data: unknown, settings: object, options: RankOptions): AsyncIterable<FitEvent> =>
  model.fit(data, { ...settings, ...options });

const NO_DROPOUT = { dropout: 0, inputDropout: 0, embedDropout: 0, wordDropout: 0 };

/** Trainings of every task. */
export const TRAININGS: Readonly<Record<string, Training>> = {
  "a language model": (options) =>
    trained(
      LanguageModel.create({ tokenizer: TOKENIZER, embed: 6, hidden: 8, layers: 2, dropout: 0 }),
      { train: TEXT.slice(0, 2500), valid: TEXT.slice(2500) },
      { epochs: 9, batch: 8, bptt: 10, learningRate: 0.01 },
      options,
    ),
  "a regularized language model": (options) =>
    trained(
      LanguageModel.create({ tokenizer: TOKENIZER, tied: true, embed: 8, hidden: 8, cell: "gru", dropout: 0 }),
      { train: TEXT.slice(0, 2401), valid: TEXT.slice(2500) },
      { epochs: 9, batch: 8, bptt: 10, bpttDeviation: 2, activationRegularization: 2, temporalRegularization: 0 },
      options,
    ),
  "a language model with a lazy optimizer": (options) =>
    trained(
      LanguageModel.create({ tokenizer: TOKENIZER, embed: 6, hidden: 8, dropout: 0 }),
      { train: TEXT.slice(0, 1000), valid: TEXT.slice(2500) },
      { epochs: 9, batch: 4, bptt: 3, learningRate: 0.01, lazy: true, averaging: 0.9 },
      options,
    ),
  "a language model of documents": (options) => trainDocuments(options),
  "a classifier": (options) =>
    trained(
      Classifier.create({ tokenizer: WORDS, labels: labelsOf(REVIEWS), embed: 6, hidden: 6, ...NO_DROPOUT }),
      { train: REVIEWS.slice(0, 90), valid: REVIEWS.slice(90) },
      { epochs: 9, batch: 8, learningRate: 0.003, labelWeights: "balanced", labelSmoothing: 0.1, adversarial: 0.05 },
      options,
    ),
  "a classifier with several labels": (options) =>
    trained(
      Classifier.create({
        tokenizer: MADE_WORDS,
        labels: LABELS,
        multiLabel: true,
        embed: 6,
        hidden: 6,
        ...NO_DROPOUT,
      }),
      { train: MADE.slice(0, 45), valid: MADE.slice(45) },
      { epochs: 9, batch: 7, labelWeights: "balanced" },
      options,
    ),
  "a classifier of vectors": (options) =>
    trained(
      VectorClassifier.create({
        processor: FrameProcessor.fit(MOVEMENTS, { kind: "skeleton" }),
        labels: ["forward", "up"],
        ...{ hidden: 6, layers: 1, dropout: 0, inputDropout: 0 },
      }),
      { train: MOVEMENTS.slice(0, 33), valid: MOVEMENTS.slice(33) },
      { epochs: 9, batch: 6, jitter: 0.1, rotation: 45, speed: 0.2 },
      options,
    ),
  "a translator": (options) =>
    trained(
      Translator.create({ sourceTokenizer: LETTERS, embed: 6, hidden: 8, dropout: 0, inputDropout: 0 }),
      { train: PAIRS.slice(0, 80), valid: PAIRS.slice(80, 90) },
      { epochs: 9, batchTokens: 200, scheduledSampling: 0.3, labelSmoothing: 0.1 },
      options,
    ),
  "a speech recognizer": (options) =>
    trained(
      SpeechRecognizer.create({ processor: TONES, tokenizer: CharTokenizer.train("lmh"), hidden: 6, dropout: 0 }),
      { train: UTTERANCES.slice(0, 7), valid: UTTERANCES.slice(7) },
      { epochs: 25, batch: 4, learningRate: 0.003 },
      options,
    ),
  "a music model": (options) =>
    trained(
      MusicModel.create({ tokenizer: STEPS, embed: 6, hidden: 8, layers: 2, dropout: 0 }),
      { train: ROLLS.slice(0, 14), valid: ROLLS.slice(14) },
      { epochs: 12, batch: 5, bptt: 12, learningRate: 0.01, transpose: 2 },
      options,
    ),
  "a forecaster": (options) =>
    trained(
      Forecaster.create({ data: SERIES, horizon: 6, hidden: 6, layers: 1, dropout: 0, members: 2 }),
      SERIES,
      { epochs: 9, batch: 8, windows: 60, learningRate: 0.005 },
      options,
    ),
};

async function* trainDocuments(options: RankOptions): AsyncGenerator<FitEvent> {
  const documents = Array.from({ length: 60 }, (_, i) => TEXT.slice(i * 40, i * 40 + 5 + (i * 7) % 35));
  const model = LanguageModel.create({ tokenizer: TOKENIZER, embed: 6, hidden: 8, endOfText: "\u0003", dropout: 0 });
  yield* trained(model, { train: documents, valid: documents.slice(0, 5) }, {
    ...{ epochs: 9, batch: 6, bptt: 8, learningRate: 0.01 },
  }, options);
}
