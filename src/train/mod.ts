/**
 * The training loop that all tasks share: settings, the trainer, the best and the averaged parameters, checkpoints,
 * metrics, and pauses for the event loop. This folder uses modules, optimizers and files; it must not depend on any
 * task.
 * @module
 */
export { Best, type BestMeasurement, type Direction, type Measurement } from "./best.ts";
export { Breather } from "./breather.ts";
export { type Checkpoint, checkpointFiles, continuedSettings, OtherRunError, readCheckpoint } from "./checkpoint.ts";
export { refuseNonFinite, REMEDY } from "./finite.ts";
export { type Run, RUN_OPTIONS, type RunOptions, runTraining, SAVE_EVERY } from "./fit.ts";
export { type MemoryNeed, memoryNeed, refuseIfTooLarge, type StepNeed } from "./memory_need.ts";
export { bitsPerCharacter, perplexity, Throughput } from "./metrics.ts";
export {
  completeSettings,
  makeOptimizer,
  makeSchedule,
  OPTIMIZERS,
  SCHEDULES,
  TRAIN_SETTINGS,
  type TrainSettings,
  usualRate,
} from "./settings.ts";
export {
  type Batch,
  type EarlyStop,
  type FitProgress,
  type FitSnapshot,
  type Kept,
  type Learning,
  type MeasuredEvent,
  type StepEvent,
  Trainer,
} from "./trainer.ts";
