/**
 * The command that measures a trained model, whatever its task: the model's own `config.json` says which. This folder is the command
 * line's.
 * @module
 */
export { evaluateCommand } from "./evaluate.ts";
