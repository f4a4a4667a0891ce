/**
 * The commands of sentiment analysis. This folder knows terminals and files; what it trains and asks stands in the folder above.
 * @module
 */
export { classifyCommand } from "./classify.ts";
export { evaluateClassifier, type EvaluateClassifierValues } from "./evaluate.ts";
export { trainSentimentCommand } from "./train.ts";
export { TEXT_OPTIONS } from "./train_options.ts";
