/**
 * What a command that trains shows and keeps: its options, the directory in which it keeps a model, and the run itself with its progress, its
 * events and Ctrl-C. This folder knows terminals and files; it must not know what is learned.
 * @module
 */
export { dataName, freshDirectory, keepOldModel } from "./output_directory.ts";
export { RUN_OPTIONS } from "./run_options.ts";
export { readNotes, refuseOtherRun, type RunNotes } from "./same_run.ts";
export { TrainingRun, type TrainingRunOptions } from "./training_run.ts";
