/**
 * What every training loop needs: settings, the trainer itself, the best parameters so far and their average, checkpoints, metrics, and
 * pauses for the event loop. This layer knows modules, optimizers and files; it must not know what is learned.
 * @module
 */
export { Best, type Direction, type Measurement } from "./best.ts";
export { Breather } from "./breather.ts";
export { type Checkpoint, checkpointFiles, continuedSettings, readCheckpoint } from "./checkpoint.ts";
export { refuseNonFinite } from "./finite.ts";
export { type Run, type RunOptions, runTraining } from "./fit.ts";
export {
  type MemoryNeed,
  memoryNeed,
  refuseIfOverLimit,
  refuseIfTooLarge,
  type StepNeed,
  type TrainingNeed,
} from "./memory_need.ts";
export { bitsPerCharacter, perplexity, Throughput } from "./metrics.ts";
export { loadParameters, parameterArrays } from "./parameters.ts";
export {
  completeTrainSettings,
  expectShare,
  expectWhole,
  makeOptimizer,
  makeSchedule,
  OPTIMIZERS,
  refuseSetting,
  SCHEDULES,
  type TrainSettings,
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
