/**
 * Training runs on the command line: their options, the output directory, and the run itself with progress, events and
 * Ctrl-C. This folder must not depend on the kind of model.
 * @module
 */
export { expectFreshFolder, type FoldsReport, readFoldsReport } from "./folds_report.ts";
export { cardNotes } from "./card_notes.ts";
export { type FoldsRun, runFolds } from "./folds_run.ts";
export {
  dataName,
  expectOutput,
  FreshDirectories,
  holdDirectory,
  keepOldModel,
  refuseSource,
  TUNING,
} from "./output_directory.ts";
export { recordPictures } from "./record_pictures.ts";
export { checkRunOptions, RUN_OPTIONS } from "./run_options.ts";
export { readNotes, refuseOtherFolds, refuseOtherPlace, refuseOtherRun, type RunNotes } from "./same_run.ts";
export { refuseIdleSamples, SAMPLE_OPTIONS, Samples } from "./samples.ts";
export { speedField, TrainingRun, type TrainingRunOptions } from "./training_run.ts";
