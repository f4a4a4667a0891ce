/**
 * Recurrent neural networks for text: language models to train and to sample from, classifiers of labelled texts, and translators of
 * sentence pairs, with kernels as fast as a native library's and nothing to install.
 *
 * @example
 * ```ts
 * import { CharTokenizer, LanguageModel } from "@elman/elman";
 *
 * const text = "to be or not to be, that is the question. ".repeat(20);
 * const lm = LanguageModel.create({ tokenizer: CharTokenizer.train(text), hidden: 16 });
 * for await (const event of lm.fit(text, { epochs: 1, batch: 4, bptt: 16 })) console.log(event.loss);
 * console.log((await lm.complete("to be", { maxTokens: 20 })).text);
 * ```
 * @module
 */
export * from "./src/nn/mod.ts";
export * from "./src/optim/mod.ts";
export * from "./tasks/language_modeling/mod.ts";
export * from "./tasks/classification/mod.ts";
export * from "./tasks/translation/mod.ts";
export {
  ByteTokenizer,
  CharTokenizer,
  type CharTrainOptions,
  PipelineTokenizer,
  presets,
  type StreamDecoder,
  type Tokenizer,
  tokenizerFromJSON,
  Vocabulary,
  type VocabularyCountOptions,
  type VocabularyOptions,
  WordTokenizer,
  type WordTrainOptions,
} from "./tokenizers/mod.ts";
