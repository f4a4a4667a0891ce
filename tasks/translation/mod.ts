/**
 * Translation: encoder and decoder with attention, their training, and how translations are looked for and measured. This folder knows sentence
 * pairs; it must not know what other tasks learn.
 * @module
 */
export { type Bridge, BRIDGES, SIGHTS, type TranslationConfig } from "./config.ts";
export type { TranslationEpochEvent, TranslationFitEvent } from "./learning.ts";
export {
  type BleuOptions,
  type BleuScore,
  type BleuStatistics,
  type BleuTokenizer,
  type ChrfOptions,
  type ChrfScore,
  type ChrfStatistics,
  corpusBleu,
  corpusChrf,
  exactMatch,
  type ReferenceCount,
  type References,
  sentenceBleu,
  sentenceChrf,
  type Smoothing,
  tokenAccuracy,
} from "./metrics/mod.ts";
export { loadTranslationCheckpoint, Translator } from "./model.ts";
export { type Decoded, type DecoderState, type Encoded, TranslationNetwork } from "./network.ts";
export type {
  Alternative,
  TranslateOptions,
  Translation,
  TranslationEvaluation,
  TranslationFitOptions,
  TranslatorCreateOptions,
} from "./options.ts";
export type { EncodedPairs, SentencePair, TranslationCorpus } from "./pairs.ts";
export type { LengthNorm } from "./search/mod.ts";
export type { Selection, TranslationFitSettings } from "./settings.ts";
export type { PaddedTexts } from "../batching/mod.ts";
