/**
 * Classification of vector sequences: models that predict the label of a sequence of numbers, such as the joints of a
 * skeleton or the values of sensors. This folder handles frames; it must not know where they come from.
 * @module
 */
export type { Augmentation } from "./augmentation.ts";
export type { Frames } from "../batching/mod.ts";
export { FRAME_KINDS, FRAME_SCALINGS, type FrameKind, type FrameOptions, type FrameScaling } from "./frame_options.ts";
export { type FrameProcessing, FrameProcessor } from "./frame_processor.ts";
export type {
  VectorClassifierConfig,
  VectorClassifierInitialisation,
  VectorClassifierSettings,
} from "./hyperparameters.ts";
export type { VectorClassifierEpoch } from "./learning.ts";
export {
  type VectorClassification,
  VectorClassifier,
  type VectorClassifierFitOptions,
  type VectorClassifierOptions,
  type VectorEvaluation,
} from "./model.ts";
export {
  type PictureReader,
  VectorClassifierMember,
  VectorClassifierNetwork,
  type VectorNetworkOptions,
} from "./network.ts";
export {
  foldSequences,
  splitSequences,
  type SplitSequencesOptions,
  type VectorCorpus,
  vectorLabels,
} from "./sequences.ts";
export type { GivenSkeleton, Skeleton } from "./skeleton.ts";
export { VectorWatch, type VectorWatchOptions } from "./watching.ts";
export { VECTOR_CLASSIFICATION, type VectorClassifierTypes } from "./task.ts";
