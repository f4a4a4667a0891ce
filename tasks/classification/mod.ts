/**
 * Sentiment analysis: classifiers of texts, their training, their explanations and how sure they are. This folder knows labelled texts; it
 * must not know what other tasks learn, but for the language model that a classifier may begin with.
 * @module
 */
export { type Pooling, POOLINGS, type SentimentConfig } from "./config.ts";
export type { Span, WordWeight } from "./explanation.ts";
export type { SentimentEpochEvent, SentimentFitEvent } from "./learning.ts";
export type { LabelScores, SentimentEvaluation } from "./metrics.ts";
export { loadSentimentCheckpoint, SentimentClassifier } from "./model.ts";
export type {
  Calibration,
  Classification,
  Explanation,
  ExplanationMethod,
  SentimentCreateOptions,
  SentimentFitOptions,
  SentimentReadingOptions,
} from "./options.ts";
export { SentimentMember, SentimentNetwork, type SentimentNetworkOptions, type SentimentOutput } from "./network.ts";
export type { LabelWeights, SentimentFitSettings } from "./settings.ts";
export {
  type Duplicates,
  findDuplicates,
  type LabelledCorpus,
  type LabelledText,
  labelsOf,
  splitTexts,
  type SplitTextsOptions,
} from "./texts.ts";
export type { VectorCoverage } from "./vectors.ts";
export { wordTokenizer, type WordTokenizerOptions } from "./words.ts";
