/**
 * What turns data into what a network reads, and back: tokenizers, trained on texts or read from files. This folder knows what examples are
 * made of; it must not know what a network makes of them.
 * @module
 */
export { MODELS, trainModel, type TrainModelOptions } from "./train_model.ts";
export { vocabularyFields, type VocabularyPlan } from "./vocabulary_fields.ts";
export { readPipeline, readTokenizer } from "./tokenizer_file.ts";
