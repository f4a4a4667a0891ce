/**
 * The common parts of all tasks that predict a label: weights of labels in the loss, pooling of states, the figures of
 * an evaluation and their report. This folder knows labels and probabilities; it must not know what is classified.
 * @module
 */
export { fitTemperature, meanLoss, probabilitiesOf } from "./calibration.ts";
export { drawConfusion } from "./confusion_drawing.ts";
export { convolveAndPool } from "./convolve_and_pool.ts";
export { describeHits, describeTest, figureFields } from "./figures.ts";
export { exampleWeights, LABEL_WEIGHTS, type LabelWeights, weightsOf } from "./label_weights.ts";
export {
  type Decision,
  type JudgedExample,
  labelPictures,
  MOST_JUDGED,
  type ReliabilityBin,
  reliabilityBins,
  reliabilityLayers,
} from "./label_pictures.ts";
export type { Interval } from "./intervals.ts";
export { expectedLabels, sortLabels } from "./labels.ts";
export {
  calibrationError,
  evaluateProbabilities,
  type LabelEvaluation,
  type LabelScores,
  scoresOf,
} from "./metrics.ts";
export { average, hasAttention, pooledWidth, type Pooling, POOLINGS, poolStates } from "./pooling.ts";
export { matthewsCorrelation, type Ranking, soughtLabel } from "./ranking.ts";
export { formatConfusion, formatLabels, formatScores } from "./report.ts";
export {
  CLASSIFIER_SELECTIONS,
  type ClassifierSelection,
  type Judge,
  judgeOf,
  SELECT_BY,
  usualSelection,
} from "./selection.ts";
export { weightedLoss } from "./weighted_loss.ts";
