/**
 * Language modelling: models, training, generation and evaluation of text. This layer knows texts and tasks; the layers under it
 * must not know of it.
 * @module
 */
export { type Cell, CELLS, type LanguageModelConfig } from "./config.ts";
export type { GenerateOptions, GenerationState } from "./continuation.ts";
export { type Corpus, type SplitOptions, splitText } from "./corpus.ts";
export { type Completion, Generation } from "./generation.ts";
export { type CreateOptions, type FitOptions, LanguageModel, loadCheckpoint, type TextEvaluation } from "./model.ts";
export type { EpochEvent, FitEvent } from "./learning.ts";
export { LanguageNetwork, type LanguageNetworkOptions } from "./network.ts";
export { Sampler, type SamplingOptions } from "./sampling.ts";
export type { FitSettings } from "./settings.ts";
export {
  type CompactIds,
  type EncodeOptions,
  encodeText,
  type IdBlock,
  type TextSource,
  type TokenIds,
} from "./token_ids.ts";
export {
  type Checkpoint,
  type FitProgress,
  type FitSnapshot,
  type Kept,
  type Measurement,
  OPTIMIZERS,
  type RunOptions,
  SCHEDULES,
  type StepEvent,
  type TrainSettings,
} from "../../src/train/mod.ts";
