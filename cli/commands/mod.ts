/**
 * The commands: their options and their output. The computations are in `tasks/`.
 * @module
 */
export { makeEvaluateCommand } from "./evaluate.ts";
export { makeTrainCommand } from "./train_command.ts";
