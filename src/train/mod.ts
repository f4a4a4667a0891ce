/**
 * The training loop that all tasks share: settings, the trainer, the best and the averaged parameters, checkpoints,
 * metrics, and pauses for the event loop. This folder uses modules, optimizers and files; it must not depend on any
 * task.
 * @module
 */
export { Best, type BestMeasurement, type Direction, type Measurement } from "./best.ts";
export { Breather, type Pause, pausing } from "./breather.ts";
export { type Checkpoint, checkpointFiles, OtherRunError, readCheckpoint } from "./checkpoint.ts";
export { changesOf, continuedSettings, PLAN_SETTINGS, planOf, refuseTwoLengths } from "./continued.ts";
export { nextTurn, takeArrivals } from "./event_loop.ts";
export type { EarlyStop, MeasuredEvent, StepEvent } from "./events.ts";
export { nonFiniteError, REMEDY } from "./finite.ts";
export { type Run, RUN_OPTIONS, type RunOptions, runTraining, SAVE_EVERY } from "./fit.ts";
export { type HistoryLine, type HistorySample, readHistory, recordSample, recordStepless } from "./history.ts";
export { type MemoryNeed, memoryNeed, refuseIfTooLarge, type StepNeed } from "./memory_need.ts";
export { bitsPerCharacter, perplexity, Throughput } from "./metrics.ts";
export { RATE_STEPS, type RateSearch, type RateStep, searchRate } from "./rate_finder.ts";
export { FALLING, makeSchedule, warmupFor } from "./rate.ts";
export {
  completeSettings,
  makeOptimizer,
  OPTIMIZERS,
  SCHEDULES,
  TRAIN_SETTINGS,
  type TrainSettings,
  usualAveraging,
  usualRate,
} from "./settings.ts";
export { spreadItems, spreadPlaces } from "./spread.ts";
export type { PlanChange } from "./training_state.ts";
export type { BudgetState } from "./budget.ts";
export type { Batch, FitProgress, FitSnapshot, Kept, Learning } from "./learning.ts";
export { StoppedByRank } from "./ranks.ts";
export { Trainer, type TrainerOptions } from "./trainer.ts";
