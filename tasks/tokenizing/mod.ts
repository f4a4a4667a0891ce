/**
 * Tokenizers on the command line: trained on a file, kept in a file, and tried on a text. This folder knows files and what stands in them;
 * it must not know what the ids are for.
 * @module
 */
export { linesOf, type Text } from "./lines.ts";
export { MODELS, trainModel, type TrainModelOptions } from "./train_model.ts";
export { readPipeline, readTokenizer } from "./tokenizer_file.ts";
