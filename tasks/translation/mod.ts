/**
 * Translation: an encoder-decoder with attention, its training, decoding and evaluation. This folder handles sentence
 * pairs and must not depend on other tasks.
 * @module
 */
export type { Alternative, Translation, TranslatorEvaluation } from "./answers.ts";
export {
  type Bridge,
  BRIDGES,
  type Selection,
  SELECTIONS,
  type TranslatorConfig,
  type TranslatorInitialisation,
  type TranslatorSettings,
} from "./hyperparameters.ts";
export type { TranslatorEpoch } from "./learning.ts";
export {
  type BleuOptions,
  type BleuScore,
  type BleuStatistics,
  type BleuTokenizer,
  type ChrfOptions,
  type ChrfScore,
  corpusBleu,
  corpusChrf,
  exactMatch,
  type ReferenceCount,
  type References,
  sentenceBleu,
  sentenceChrf,
  type Smoothing,
  tokenMatch,
} from "./metrics/mod.ts";
export { type TranslateOptions, Translator, type TranslatorFitOptions, type TranslatorOptions } from "./model.ts";
export { type Decoded, type DecoderState, type Encoded, TranslatorNetwork } from "./network.ts";
export {
  type EncodedPairs,
  type ParallelCorpus,
  type SentencePair,
  splitPairs,
  type SplitPairsOptions,
} from "./pairs.ts";
export type { PairPlan, ParallelPlan } from "./parallel_plan.ts";
export type { TranslatorPreset } from "./presets.ts";
export type { LengthNorm } from "./search/mod.ts";
export { TRANSLATION, type TranslatorTypes } from "./task.ts";
export { SEARCH, type TranslateSettings } from "./search_options.ts";
