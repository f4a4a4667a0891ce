/**
 * What the commands that train share: their options, the directory in which they keep a model, and the run itself with its progress, its
 * events and Ctrl-C. This folder is the command line's; it must not know what is learned.
 * @module
 */
export {
  DATA_FRACTIONS,
  FIT_OPTIONS,
  FIT_SETTINGS,
  RUN_OPTIONS,
  settingsOf,
  VOCABULARY_OPTIONS,
} from "./train_options.ts";
export { freshDirectory, keepOldModel } from "./output_directory.ts";
export { compareOptions, definedOnly, refuseOtherSettings, usualValues } from "./same_run.ts";
export { type RunFigures, TrainingRun, type TrainingRunOptions } from "./training_run.ts";
