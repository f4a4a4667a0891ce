/**
 * The building blocks of a task: the generic model, its schema, the program that trains and evaluates it from files,
 * and the list of tasks. Import this module to add a task; to use one, import `@elman/elman`.
 * @module
 */
export * from "./task_model/mod.ts";
export * from "./language_modeling/mod.ts";
export * from "./classification/mod.ts";
export {
  CLASSIFIER_SELECTIONS,
  type ClassifierSelection,
  type Interval,
  type LabelEvaluation,
  type LabelScores,
  type LabelWeights,
  type Pooling,
  POOLINGS,
  type Ranking,
} from "./labels/mod.ts";
export * from "./translation/mod.ts";
export * from "./vector_classification/mod.ts";
export * from "./forecasting/mod.ts";
export * from "./speech/mod.ts";
export * from "./music/mod.ts";
export {
  type GeneratedTune,
  generateMotions,
  generateReviews,
  generateTunes,
  type MotionOptions,
  type Review,
  reviewCorpus,
  type SeriesSample,
  type SpokenDigits,
  spokenDigits,
  type SpokenDigitsOptions,
  type TuneMeter,
} from "./default_data/mod.ts";
export { findTask, type TaskEntry, TASKS } from "./registry.ts";
export {
  boolean,
  choice,
  choiceOrPath,
  complete,
  custom,
  type Declared,
  type Default,
  describeValue,
  expectKind,
  expectKinds,
  expectOptions,
  type Field,
  type FieldKind,
  type Given,
  type IdleOptions,
  integer,
  nullable,
  number,
  type OptionKind,
  type OptionKinds,
  path,
  paths,
  refuse,
  type Rule,
  type Schema,
  share,
  string,
} from "../src/schema/mod.ts";
export { InputRangeError, InputSyntaxError, InputTypeError, isInputError } from "../errors.ts";
export type { PaddedTexts } from "./batching/mod.ts";
export type { VocabularyPlan } from "./processors/mod.ts";
export type { Dimension, Figures, RunFields } from "./tuning/mod.ts";
export {
  type Batch,
  type BudgetState,
  type Checkpoint,
  type Direction,
  type EarlyStop,
  type FitProgress,
  type FitSnapshot,
  type Kept,
  type Learning,
  type MeasuredEvent,
  type Measurement,
  OPTIMIZERS,
  type PlanChange,
  type RateSearch,
  type RateStep,
  type RunOptions,
  SCHEDULES,
  type StepEvent,
  TRAIN_SETTINGS,
  type TrainSettings,
} from "../src/train/mod.ts";
