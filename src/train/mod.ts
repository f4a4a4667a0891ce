/**
 * What every training loop needs: settings, the trainer itself, the best parameters so far and their average, checkpoints, metrics, and
 * pauses for the event loop. This layer knows modules, optimizers and files; it must not know what is learned.
 * @module
 */
export { Best, type Direction, type Measurement } from "./best.ts";
export { Breather } from "./breather.ts";
export { type Checkpoint, checkpointFiles, continuedSettings, OtherRunError, readCheckpoint } from "./checkpoint.ts";
export { refuseNonFinite } from "./finite.ts";
export { type Run, RUN_OPTIONS, type RunOptions, runTraining, SAVE_EVERY } from "./fit.ts";
export { type MemoryNeed, memoryNeed, refuseIfTooLarge, type StepNeed } from "./memory_need.ts";
export { bitsPerCharacter, perplexity, Throughput } from "./metrics.ts";
export { loadParameters, parameterArrays } from "./parameters.ts";
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
  type FitProgress,
  type FitSnapshot,
  type Kept,
  type Learning,
  type MeasuredEvent,
  type StepEvent,
  Trainer,
} from "./trainer.ts";
