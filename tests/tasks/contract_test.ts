import {
  CharTokenizer,
  type FitSettings,
  labelsOf,
  LanguageModel,
  loadCheckpoint,
  loadSentimentCheckpoint,
  SentimentClassifier,
  type SentimentFitSettings,
  wordTokenizer,
} from "../../mod.ts";
import { generateReviews } from "../../tasks/corpora/mod.ts";
import { babble } from "../support/command.ts";
import { taskContract } from "./task_contract.ts";

const TEXT = babble(3000);

taskContract<LanguageModel, FitSettings>("language modelling", {
  create: (engine) =>
    LanguageModel.create({ tokenizer: CharTokenizer.train(TEXT), hidden: 20, layers: 2, dropout: 0.3, engine }),
  fit: (model, options) => model.fit({ train: TEXT.slice(0, 2500), valid: TEXT.slice(2500) }, options),
  settings: { epochs: 3, batch: 8, bptt: 24, averaging: 0.9, learningRate: 0.01 },
  otherSetting: { bptt: 25 },
  load: LanguageModel.load,
  fromBytes: LanguageModel.fromBytes,
  loadCheckpoint,
  ask: (model) => model.complete("the ", { maxTokens: 30, seed: 1 }),
});

const REVIEWS = generateReviews(300);
const WORDS = wordTokenizer(REVIEWS.map(({ text }) => text));

taskContract<SentimentClassifier, SentimentFitSettings>("sentiment", {
  create: (engine) =>
    SentimentClassifier.create({
      tokenizer: WORDS,
      labels: labelsOf(REVIEWS),
      ...{ embed: 8, hidden: 24, layers: 2, members: 2 },
      ...{ wordDropout: 0.1, embedDropout: 0.1, inputDropout: 0.1 },
      engine,
    }),
  fit: (model, options) => model.fit({ train: REVIEWS.slice(0, 240), valid: REVIEWS.slice(240) }, options),
  settings: { epochs: 3, batch: 20, averaging: 0.9, adversarial: 0.02, unfreezeEvery: 1, schedule: "plateau" },
  otherSetting: { adversarial: 0.1 },
  load: SentimentClassifier.load,
  fromBytes: SentimentClassifier.fromBytes,
  loadCheckpoint: loadSentimentCheckpoint,
  ask: (model) => model.classify(["A fine film, but the soup was dull.", "I loved it"]),
});
