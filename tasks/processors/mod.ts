/**
 * Processors, which convert data to a network's input and back: tokenizers, trained on texts or read from files. This
 * folder knows examples; it must not know networks.
 * @module
 */
export { asLines } from "./lines.ts";
export { tokenOffsets } from "./token_offsets.ts";
export { MODELS, trainModel, type TrainModelOptions } from "./train_model.ts";
export { vocabularyFields, type VocabularyPlan } from "./vocabulary_fields.ts";
export { readPipeline, readTokenizer, type TokenizerFileOptions } from "./tokenizer_file.ts";
export { describeUnknown, listSymbols, refuseLeftOut } from "./unknown_symbols.ts";
