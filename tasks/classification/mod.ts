/**
 * Text classification: models that predict the label of a text, with a confidence and an explanation. This folder
 * handles labeled texts; of the other tasks it uses only language modeling, since a classifier can start from a
 * language model.
 * @module
 */
export type {
  Calibration,
  Classification,
  ClassifierEvaluateOptions,
  ClassifierEvaluation,
  Explanation,
  ExplanationMethod,
  MutationMap,
} from "./answers.ts";
export type { ClassifierFitOptions, ClassifierOptions, ClassifierStartOptions } from "./classifier_options.ts";
export type { ClassifierContinuationOptions } from "./classifier_start.ts";
export type { ConvolutionConfig } from "./convolution_fields.ts";
export type { Span, WordWeight } from "./explanation.ts";
export {
  type Architecture,
  ARCHITECTURES,
  type ClassifierConfig,
  type ClassifierInitialisation,
  type ClassifierSettings,
} from "./hyperparameters.ts";
export { type FoldOptions, foldTexts } from "./folds.ts";
export {
  type BaselineAccuracies,
  Baselines,
  type BaselinesOptions,
  type Blend,
  type LinearConfig,
  type LinearFeatures,
  LinearPart,
  type TrainedLinear,
} from "./linear/mod.ts";
export { type LinearInputs, linearInputs } from "./linear_inputs.ts";
export type { LabelledFormat, LabelledPlan } from "./labelled_plan.ts";
export type { ClassifierEpoch } from "./learning.ts";
export { Classifier } from "./model.ts";
export type { MultiLabelConfig, MultiLabelFormat, MultiLabelPlan } from "./multi_label/mod.ts";
export {
  ClassifierMember,
  ClassifierNetwork,
  type ClassifierNetworkOptions,
  type ClassifierOutput,
} from "./network.ts";
export { drawMutations } from "./mutation_drawing.ts";
export { formatMutations } from "./mutations.ts";
export type { ClassifierPreset } from "./presets.ts";
export { formatBED, type Scan, scanFasta, type ScanOptions, type Site, type Strand, type Stretch } from "./scanning.ts";
export type { SequenceConfig, SequencePlan } from "./sequence_fields.ts";
export { type SplitLabelledOptions, splitTexts } from "./split_texts.ts";
export { type SuitedOptions, suitedOptions, type SuitedOptionsChoice } from "./suited_texts.ts";
export { CLASSIFICATION, type ClassifierTypes } from "./task.ts";
export {
  type Duplicates,
  findDuplicates,
  type LabelledCorpus,
  type LabelledText,
  labelsOf,
  type MultiLabelText,
} from "./texts.ts";
export { type TreebankOptions, treebankTokenizer } from "./treebank_tokenizer.ts";
export type { VectorCoverage } from "./vectors.ts";
