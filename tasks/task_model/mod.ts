/**
 * The generic model behind every task: its schema, construction, training and files, and the program that trains and
 * evaluates it from data. This folder knows models; it must not know what any of them learns.
 * @module
 */
export {
  expectFractions,
  expectParts,
  expectText,
  expectTexts,
  expectTokenizer,
  refuseOtherVocabulary,
} from "./expect.ts";
export type { CrossValidation, FoldFigures, FoldOutcome, Folds, FoldsConclusion } from "./cross_validation.ts";
export { type EpochEvent, Fit, type FitReport } from "./fit.ts";
export { Fingerprint } from "./fingerprint.ts";
export type { GraphInput, GraphOptions, GraphOutput, GraphPlan, GraphRun } from "./graph_plan.ts";
export { readTask } from "./model_files.ts";
export type {
  ChartLayer,
  ChartPicture,
  MatrixPicture,
  PassagePicture,
  Picture,
  PictureHead,
  TablePicture,
} from "./picture.ts";
export type {
  AnyModelClass,
  AnyProgram,
  Asking,
  Conclusion,
  DataSet,
  Host,
  Introduction,
  Preset,
  Program,
  Report,
  SampleOptions,
  StepGradient,
  Suited,
  TrainCommand,
  Trained,
  Training,
  Tuning,
  TuningFigure,
} from "./program.ts";
export type { ModelParts, NetworkOptions, Prepared, Processor, ProcessorFile, Task, TaskTypes } from "./task.ts";
export type {
  EngineChoice,
  FitOptions,
  FromBytesOptions,
  LoadOptions,
  ResumeOptions,
  VerifyOption,
} from "./model_options.ts";
export type { ModelSource } from "./model_source.ts";
export type { ExportONNXOptions } from "./onnx_files.ts";
export { type ModelClass, TaskModel } from "./task_model.ts";
export { countParameters, formatSpeed, percent } from "./wording.ts";
export { count } from "../../src/schema/mod.ts";
export type { LoadProgress, WebFilesOptions } from "../../src/formats/mod.ts";
