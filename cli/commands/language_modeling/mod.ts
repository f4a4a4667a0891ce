/**
 * The commands of language modelling. This folder knows terminals and files; what it trains and asks stands in the folder above.
 * @module
 */
export { evaluateLanguageModel, type EvaluateLanguageModelValues } from "./evaluate.ts";
export { generateCommand } from "./generate.ts";
export { QUANTIZE_OPTION } from "./model_options.ts";
export { trainCommand } from "./train.ts";
