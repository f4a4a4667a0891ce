/**
 * The commands. This folder says what each does on a terminal; what it computes stands in `tasks/`.
 * @module
 */
export { makeEvaluateCommand } from "./evaluate.ts";
export { makeTrainCommand } from "./train.ts";
