/**
 * Optimizers and learning rate schedules. An optimizer moves its parameters into one contiguous slab of memory. This
 * folder reads gradients; it must not depend on how they were computed.
 * @module
 */
export type { Address } from "../engine/mod.ts";
export { Adam, type AdamOptions, AdamW } from "./adam.ts";
export {
  Optimizer,
  type OptimizerOptions,
  type OptimizerState,
  type ParameterGroup,
  type StepOptions,
  type StepRun,
  type Trainable,
} from "./optimizer.ts";
export { RMSprop, type RMSpropOptions } from "./rmsprop.ts";
export {
  constant,
  cosineDecay,
  type CosineDecayOptions,
  exponentialDecay,
  linearDecay,
  oneCycle,
  type OneCycleOptions,
  type PlateauOptions,
  type Progress,
  reduceOnPlateau,
  type Schedule,
  stepDecay,
  type StepDecayOptions,
  withWarmup,
} from "./schedules.ts";
export { SGD, type SGDOptions } from "./sgd.ts";
