/**
 * The search of `--autotune` on the command line: trials in worker threads, the state in the output directory, messages
 * and Ctrl-C. This folder must not depend on the kind of model, or decide what to try.
 * @module
 */
export { tune, type Tuned } from "./tune.ts";
export { AUTOTUNE_OPTION, refuseTunedResume, type TuneOptions } from "./tune_options.ts";
