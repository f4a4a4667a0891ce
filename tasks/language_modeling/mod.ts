/**
 * Language modeling: models that predict and generate text. This folder knows running text; it must not know labels or
 * translations.
 * @module
 */
export { splitText, type SplitTextOptions, type TextCorpus, type TextPart } from "./corpus.ts";
export { type DocumentIds, encodeDocuments, type EncodeDocumentsOptions } from "./document_ids.ts";
export type { FinishReason } from "./continuation.ts";
export type { TextGenerator } from "./generation_plan.ts";
export type { DynamicRule, DynamicSettings } from "./dynamic_evaluation.ts";
export type { DynamicOptions, EvaluateOptions } from "./evaluate_options.ts";
export { type Completion, Generation } from "./generation.ts";
export {
  type GenerateOptions,
  GENERATION,
  type GenerationSettings,
  type GenerationState,
  type TokenName,
} from "./generation_options.ts";
export type { SamplingSettings } from "./sampling_options.ts";
export type { LikelyToken, TokenLogProbability } from "./token_log_probabilities.ts";
export type { LanguageModelConfig, LanguageModelInitialisation, LanguageModelSettings } from "./hyperparameters.ts";
export type { LanguageModelEpoch } from "./learning.ts";
export {
  LanguageModel,
  type LanguageModelFitOptions,
  type LanguageModelOptions,
  type LanguageModelStartOptions,
  type TextEvaluation,
} from "./model.ts";
export { type LanguageLossOptions, LanguageNetwork, type LanguageNetworkOptions } from "./network.ts";
export type { CacheEntries, NeuralCacheSettings } from "./neural_cache.ts";
export type { LanguageModelPreset } from "./presets.ts";
export type { ScoreOptions } from "./score_options.ts";
export type { TextScore, TokenScore } from "./score_texts.ts";
export { LANGUAGE_MODELING, type LanguageModelTypes } from "./task.ts";
export type { DocumentPlan } from "./text_parts.ts";
export type { TextPlan } from "./text_plan.ts";
export {
  type CompactIds,
  type EncodeOptions,
  encodeText,
  type IdBlock,
  type TextSource,
  type TokenIds,
} from "./token_ids.ts";
export type { UnknownRule } from "./unknown_rule.ts";
